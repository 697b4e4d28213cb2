"""modelkin schema: the JSON schema of a report."""

from typing import Annotated, Literal

import typer


def schema(
    verb: Annotated[
        Literal["compare", "dataset", "scan"],
        typer.Argument(metavar="compare|dataset|scan", help="The verb that writes the JSON."),
    ] = "compare",
) -> None:
    """Print the JSON schema that ``modelkin compare --json`` follows, or another verb's."""
    import json
    import sys

    from modelkin.apps.output.as_json import scan_schema
    from modelkin.report.schema import dataset_schema, report_schema

    schemas = {"compare": report_schema, "dataset": dataset_schema, "scan": scan_schema}
    found = schemas[verb]()
    sys.stdout.write(json.dumps(found, indent=2) + "\n")
