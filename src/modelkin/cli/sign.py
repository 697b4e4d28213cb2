"""modelkin sign: seal an evidence file."""

from pathlib import Path
from typing import Annotated

import typer


def sign(
    evidence: Annotated[
        Path,
        typer.Argument(metavar="EVIDENCE", help="Evidence file of a compare; changed in place."),
    ],
    key: Annotated[
        str, typer.Option(metavar="FILE|env:NAME", help="Private key of 'modelkin keygen'.")
    ],
) -> None:
    """Sign an evidence file; several parties may sign one file."""
    from modelkin.pipeline.signing import sign_evidence

    typer.echo(f"signed by key {sign_evidence(evidence, key)}: {evidence}")
