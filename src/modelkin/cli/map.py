"""modelkin map: distances, map, tree and clusters of a zoo."""

from pathlib import Path
from typing import Annotated

import typer

from modelkin.cli.exits import UNDECIDED
from modelkin.cli.options import HtmlOption, JsonOption, QuietOption, require_writable, write_text
from modelkin.cli.sections import RESULTS


def map_(
    zoo: Annotated[Path, typer.Option(metavar="DIR", help="Folder that 'fingerprint' filled.")],
    method: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Method without queries of its own. [default: the one that fits]",
        ),
    ] = None,
    clusters: Annotated[
        int | None,
        typer.Option(metavar="N", help="Number of clusters. [default: by silhouette]"),
    ] = None,
    cut: Annotated[
        float | None,
        typer.Option(metavar="DISTANCE", help="Distance at which to cut the tree."),
    ] = None,
    html: HtmlOption = None,
    csv: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Write a table of the models there, and the distances beside it.",
            rich_help_panel=RESULTS,
        ),
    ] = None,
    json: JsonOption = None,
    quiet: QuietOption = False,
) -> None:
    """Compare all models of a zoo from their recorded answers; no model is asked.

    A map shows likeness and decides nothing: 'modelkin compare' does. Exits with 4 when no two
    models can be compared.
    """
    require_writable(html, csv, json)
    from rich.console import Console

    from modelkin.cli.progress import Bars
    from modelkin.zoo.as_csv import write_csv
    from modelkin.zoo.as_json import map_json
    from modelkin.zoo.as_text import map_text
    from modelkin.zoo.page import as_page
    from modelkin.zoo.zoo import Zoo

    found = Zoo(zoo).map(method, clusters=clusters, cut=cut, progress=Bars(quiet=quiet))
    if html is not None:
        html.write_text(as_page(found), encoding="utf-8")
    if csv is not None:
        write_csv(found, csv)
    if json is not None:
        write_text(json, map_json(found))
    if json != "-":
        Console(highlight=False, markup=False, soft_wrap=True).print(map_text(found))
    if not found.sheets:
        raise typer.Exit(UNDECIDED)
