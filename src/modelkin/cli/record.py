"""modelkin record: keep a model's answers as a file that stands in for the model."""

from pathlib import Path
from typing import Annotated

import typer

from modelkin.cli.endpoints import Stated
from modelkin.cli.options import (
    AllowCodeOption,
    CacheOption,
    FormatOption,
    ModelArgument,
    OverrideOption,
    PoolOption,
    QuietOption,
    SeedOption,
    cache_folder,
    require_writable,
)
from modelkin.cli.sections import QUERIES, RESULTS
from modelkin.cli.spreading import spread
from modelkin.cli.workers import Workers


@spread
def record(
    model: ModelArgument,
    *,
    out: Annotated[
        Path,
        typer.Option(
            metavar="FILE",
            help="Answers file: .parquet, .csv or .npz.",
            rich_help_panel=RESULTS,
        ),
    ],
    queries: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            help="Queries put to the model. [default: 500]",
            rich_help_panel=QUERIES,
        ),
    ] = None,
    pool: PoolOption = None,
    seed: SeedOption = 0,
    model_format: FormatOption = None,
    override: OverrideOption = None,
    url: Stated,
    allow_code: AllowCodeOption = False,
    workers: Workers,
    cache: CacheOption = None,
    quiet: QuietOption = False,
) -> None:
    """Ask one model a pool and write its answers, keyed by query id.

    The file can be compared like a model, anywhere and without the model.
    """
    from rich.console import Console

    from modelkin.cli.progress import Bars
    from modelkin.pipeline.options import CompareOptions
    from modelkin.pipeline.record import run_record

    require_writable(out)
    options = CompareOptions(
        cache=cache_folder(cache),
        queries=queries,
        pool=pool,
        seed=seed,
        allow_code=allow_code,
        limits=workers.limits(),
        source_format=model_format,
        source_override=override,
        source_endpoint=url.options(),
    )
    found = run_record(model, out, options, Bars(quiet=quiet))
    console = Console(highlight=False, markup=False, soft_wrap=True)
    console.print(
        f"{len(found.responses)} answers of '{found.responses.model}' to {found.responses.pool} "
        f"written to {out}; {found.asked_now} were asked now"
    )
