"""modelkin pool: look at a pool of queries, or hand it to somebody else's model."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from modelkin.cli.options import CacheOption, QuietOption, SeedOption, cache_folder
from modelkin.cli.sections import RESULTS


def pool(
    name: Annotated[
        str, typer.Argument(metavar="POOL", help="Pool name, folder of images, or table.")
    ],
    shape: Annotated[
        str | None,
        typer.Option(
            metavar="HxW|N",
            help="Shape of a query: height and width, or the number of columns. [default: 64x64]",
        ),
    ] = None,
    queries: Annotated[int | None, typer.Option(metavar="N", help="Number of queries.")] = None,
    seed: SeedOption = 0,
    modality: Annotated[
        Literal["image", "vector", "latent"] | None,
        typer.Option(
            metavar="image|vector|latent",
            help="Kind of question. [default: by the name or the shape]",
        ),
    ] = None,
    sheet: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Write a contact sheet (PNG) there.", rich_help_panel=RESULTS
        ),
    ] = None,
    export: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Write ids and queries there (.npz), to be answered elsewhere.",
            rich_help_panel=RESULTS,
        ),
    ] = None,
    cache: CacheOption = None,
    quiet: QuietOption = False,
) -> None:
    """Make a pool, describe it, and optionally draw or export it."""
    from rich.console import Console

    from modelkin.cli.options import require_writable
    from modelkin.cli.progress import Bars
    from modelkin.pipeline.pools import export_pool, make_pool

    require_writable(sheet, export)
    made = make_pool(
        name,
        shape=shape,
        n=queries,
        seed=seed,
        modality=modality,
        cache=cache_folder(cache),
        progress=Bars(quiet=quiet),
    )
    if sheet is not None:
        from modelkin.queries.sheet import contact_sheet

        contact_sheet(made).save(sheet, format="PNG")
    if export is not None:
        export_pool(made, export)
    console = Console(highlight=False, markup=False, soft_wrap=True)
    console.print(f"pool: {made.name}")
    console.print(f"sha256: {made.digest}")
    console.print(f"queries: {len(made)} of shape {'x'.join(map(str, made.shape))}")
    for part in dict.fromkeys(made.parts):
        console.print(f"  {part}: {made.parts.count(part)}")
