"""modelkin bench: rerun an evaluation."""

from pathlib import Path
from typing import Annotated

import typer

from modelkin.cli.options import CacheOption, JsonOption, QuietOption, SeedOption, write_text
from modelkin.cli.sections import RESULTS


def bench(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME",
            help="accuser, calibration, dataless, evasions, field, heads, labels, modelreuse, "
            "overhead, preprocessing, references, scan or selection.",
        ),
    ],
    data: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder of its data. [default: from the environment]"),
    ] = None,
    small: Annotated[bool, typer.Option("--small", help="A quick version, for CI.")] = False,
    seed: SeedOption = 0,
    json: JsonOption = None,
    markdown: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write a table there.", rich_help_panel=RESULTS),
    ] = None,
    html: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Write a page there, where the bench has one.",
            rich_help_panel=RESULTS,
        ),
    ] = None,
    source: Annotated[
        str | None,
        typer.Option(metavar="SET", help="modelreuse: image set of the pretrained models."),
    ] = None,
    targets: Annotated[
        str | None,
        typer.Option(metavar="SET,SET", help="modelreuse: image sets they are transferred to."),
    ] = None,
    cache: CacheOption = None,
    quiet: QuietOption = False,
) -> None:
    """Measure one of the project's own figures, with intervals."""
    from rich.console import Console

    from modelkin.bench.running import as_json, as_markdown, as_record, known_bench, run_bench
    from modelkin.cli.options import require_writable
    from modelkin.cli.progress import Bars

    known_bench(name, with_page=html is not None)
    require_writable(json, markdown, html)
    options = {
        "source": source,
        "targets": tuple(targets.split(",")) if targets else None,
        "cache": cache,
    }
    bars = Bars(quiet=quiet)
    result = run_bench(name, data=data, small=small, seed=seed, progress=bars, options=options)
    record = as_record(result, small=small, seed=seed)
    table = result.markdown or as_markdown(record)
    if json is not None:
        write_text(json, as_json(record))
    if markdown is not None:
        markdown.write_text(table, encoding="utf-8")
        for file, drawing in result.pictures.items():
            (markdown.parent / file).write_text(drawing, encoding="utf-8")
    if html is not None:
        html.write_text(result.page, encoding="utf-8")
    if json != "-":
        Console(highlight=False, markup=False, soft_wrap=True).print(table)
