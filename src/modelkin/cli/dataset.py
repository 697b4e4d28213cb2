"""modelkin dataset: was the suspect trained on this data set?"""

from typing import Annotated

import typer

from modelkin.cli.endpoints import Stated, require_one_url
from modelkin.cli.exits import exit_code
from modelkin.cli.options import (
    AllowCodeOption,
    AlphaOption,
    CacheOption,
    FreshOption,
    HtmlOption,
    JsonOption,
    QuietOption,
    SeedOption,
    SuspectFormatOption,
    SuspectOverrideOption,
    cache_folder,
    command_line,
    require_writable,
    write_text,
)
from modelkin.cli.sections import DECISION, MODELS, QUERIES
from modelkin.cli.seen import Seen
from modelkin.cli.spreading import spread
from modelkin.cli.workers import Workers


@spread
def dataset(
    suspect: Annotated[
        str,
        typer.Argument(
            metavar="SUSPECT", help="The model in question: a file, URL or module:function."
        ),
    ],
    *,
    trained_on: Annotated[
        list[str],
        typer.Option(
            metavar="MODEL",
            help="Models known to be trained on the data set: file, folder or pattern; repeatable.",
            rich_help_panel=MODELS,
        ),
    ],
    others: Annotated[
        list[str],
        typer.Option(
            metavar="MODEL",
            help="Models known not to be, otherwise like the suspect; likewise. They alone "
            "calibrate the p-value.",
            rich_help_panel=MODELS,
        ),
    ],
    suspect_format: SuspectFormatOption = None,
    suspect_override: SuspectOverrideOption = None,
    queries: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            help="Queries put to each model. [default: 500]",
            rich_help_panel=QUERIES,
        ),
    ] = None,
    pool: Annotated[
        str | None,
        typer.Option(
            metavar="POOL",
            help="Pool name, or a folder or table of the data set itself, which tells most. "
            "[default: the modality's mix]",
            rich_help_panel=QUERIES,
        ),
    ] = None,
    seed: SeedOption = 0,
    fresh: FreshOption = False,
    seen: Seen,
    alpha: AlphaOption = 0.05,
    method: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Similarity. [default: by label sets, access and pool]",
            rich_help_panel=DECISION,
        ),
    ] = None,
    json: JsonOption = None,
    html: HtmlOption = None,
    url: Stated,
    allow_code: AllowCodeOption = False,
    workers: Workers,
    cache: CacheOption = None,
    quiet: QuietOption = False,
) -> None:
    """Ask all models the same questions and say whether the suspect was trained on a data set.

    The suspect's likeness to the models trained on the data set is ranked among that of the
    others. Fewer than 19 independent others support no verdict at alpha 0.05, fewer than 9 none
    at alpha 0.1.
    """
    require_writable(json, html)
    require_one_url(suspect, "", url)
    endpoint = url.options()
    from rich.console import Console

    from modelkin.cli.progress import Bars
    from modelkin.pipeline.dataset import run_dataset
    from modelkin.pipeline.options import CompareOptions
    from modelkin.report.dataset_html import render_dataset_html
    from modelkin.report.dataset_json import render_dataset_json
    from modelkin.report.dataset_text import print_dataset

    options = CompareOptions(
        cache=cache_folder(cache),
        queries=queries,
        pool=pool,
        access=seen.record(),
        top_k=seen.top_k,
        decimals=seen.decimals,
        alpha=alpha,
        seed=seed,
        methods=(method,) if method else (),
        allow_code=allow_code,
        limits=workers.limits(),
        suspect_format=suspect_format,
        suspect_override=suspect_override,
        suspect_endpoint=endpoint,
        fresh=fresh,
        command=command_line(),
    )
    report = run_dataset(suspect, trained_on, others, options, Bars(quiet=quiet))
    if html is not None:
        html.write_text(render_dataset_html(report), encoding="utf-8")
    if json is not None:
        write_text(json, render_dataset_json(report))
    if json != "-":
        print_dataset(report, Console())
    raise typer.Exit(exit_code(report.decision.verdict))
