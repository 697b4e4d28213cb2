"""modelkin record: keep a model's answers as a file that stands in for the model."""

from pathlib import Path
from typing import Annotated

import typer

from modelkin.cli.endpoints import (
    AdapterFileOption,
    AdapterOption,
    HeaderOption,
    MaxBatchOption,
    RateOption,
    Stated,
    TimeoutOption,
)
from modelkin.cli.options import (
    AllowCodeOption,
    CacheOption,
    MemoryLimitOption,
    QuietOption,
    SeedOption,
    TimeLimitOption,
    cache_folder,
    require_writable,
)


def record(
    model: Annotated[str, typer.Argument(help="A model file, URL or module:function.")],
    out: Annotated[Path, typer.Option(help="Answers file: .parquet, .csv or .npz.")],
    queries: Annotated[
        int | None, typer.Option(help="Queries put to the model [default: 500].")
    ] = None,
    pool: Annotated[str | None, typer.Option(help="Pool name, folder or table.")] = None,
    seed: SeedOption = 0,
    model_format: Annotated[str | None, typer.Option("--format", help="Format of MODEL.")] = None,
    override: Annotated[
        Path | None, typer.Option(help="JSON that states how MODEL is fed.")
    ] = None,
    adapter: AdapterOption = None,
    adapter_file: AdapterFileOption = None,
    header: HeaderOption = None,
    timeout: TimeoutOption = 30.0,
    max_batch: MaxBatchOption = None,
    rate: RateOption = None,
    allow_code: AllowCodeOption = False,
    time_limit: TimeLimitOption = 120.0,
    memory_limit: MemoryLimitOption = 8.0,
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
    from modelkin.records import Limits

    require_writable(out)
    options = CompareOptions(
        cache=cache_folder(cache),
        queries=queries,
        pool=pool,
        seed=seed,
        allow_code=allow_code,
        limits=Limits(seconds=time_limit, memory_gib=memory_limit),
        source_format=model_format,
        source_override=override,
        source_endpoint=Stated(
            adapter=adapter,
            adapter_file=adapter_file,
            headers=header or (),
            timeout=timeout,
            max_batch=max_batch,
            rate=rate,
        ).options(),
    )
    found = run_record(model, out, options, Bars(quiet=quiet))
    console = Console(highlight=False, markup=False, soft_wrap=True)
    console.print(
        f"{len(found.responses)} answers of '{found.responses.model}' to {found.responses.pool} "
        f"written to {out}; {found.asked_now} were asked now"
    )
