"""modelkin parts: every exchangeable part."""

from typing import Annotated

import typer


def parts(
    kind: Annotated[
        str | None, typer.Argument(metavar="KIND", help="Show only parts of this kind.")
    ] = None,
) -> None:
    """List every part: formats, generators, pools, crafters, selectors, methods and the rest."""
    from rich.console import Console
    from rich.text import Text

    from modelkin import registry

    console = Console(highlight=False, soft_wrap=True)
    for shown in [kind] if kind else registry.KINDS:
        found = registry.every(shown)
        console.print(Text(f"{shown}s", style="bold"))
        for part in found:
            lines = part.doc_lines()
            console.print(Text(f"  {part.name}: {lines.pop('Summary')}"))
            for key, text in lines.items():
                console.print(Text(f"      {key}: {text}", style="dim"))
