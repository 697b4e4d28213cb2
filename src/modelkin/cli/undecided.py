"""modelkin undecided: find where a model wavers, for one that a pool does not move."""

from pathlib import Path
from typing import Annotated

import typer

from modelkin.cli.options import (
    AllowCodeOption,
    CacheOption,
    QuietOption,
    SeedOption,
    cache_folder,
)
from modelkin.cli.sections import RESULTS


def undecided(
    model: Annotated[
        str, typer.Argument(metavar="MODEL", help="The model that a pool hardly moves.")
    ],
    out: Annotated[
        Path,
        typer.Option(
            metavar="FILE", help="Write the points there (.points).", rich_help_panel=RESULTS
        ),
    ],
    pictures: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Pictures to begin with, beside procedural ones."),
    ] = None,
    budget: Annotated[
        int, typer.Option(metavar="N", min=300, help="Most queries to the model.")
    ] = 2400,
    seed: SeedOption = 0,
    allow_code: AllowCodeOption = False,
    cache: CacheOption = None,
    quiet: QuietOption = False,
) -> None:
    """Search pictures around which faint noise moves a model; ask them with compare --pool."""
    from rich.console import Console

    from modelkin.cli.options import require_writable
    from modelkin.cli.progress import Bars
    from modelkin.pipeline.undecided import find_for

    require_writable(out)
    found = find_for(
        model,
        out,
        pictures=pictures,
        budget=budget,
        seed=seed,
        allow_code=allow_code,
        cache=cache_folder(cache),
        progress=Bars(quiet=quiet),
    )
    console = Console(highlight=False, markup=False, soft_wrap=True)
    how = "between classes" if found.crossed else "on walks towards a boundary"
    console.print(f"points: {len(found)}, found {how} in {found.asked} queries to {model}")
    console.print(f"next: modelkin compare SOURCE SUSPECT --pool {out} --queries 3600")
