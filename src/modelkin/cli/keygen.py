"""modelkin keygen: a key that seals evidence."""

from pathlib import Path
from typing import Annotated

import typer


def keygen(
    out: Annotated[
        Path, typer.Argument(metavar="OUT", help="File of the private key; OUT.pub is made too.")
    ],
) -> None:
    """Make an ed25519 key: OUT stays secret, OUT.pub is for everybody."""
    from modelkin.pipeline.keys import make_key

    made = make_key(out)
    typer.echo(f"key: {made}")
    typer.echo(f"secret: {out} (readable by you only)")
    typer.echo(f"public: {out}.pub")
