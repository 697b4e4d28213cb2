"""modelkin schema: the JSON schema of a report."""


def schema() -> None:
    """Print the JSON schema that ``modelkin compare --json`` follows."""
    import json
    import sys

    from modelkin.report.schema import report_schema

    sys.stdout.write(json.dumps(report_schema(), indent=2) + "\n")
