"""modelkin derive: copies of your own model."""

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
    JsonOption,
    MemoryLimitOption,
    QuietOption,
    SeedOption,
    TimeLimitOption,
    cache_folder,
    require_writable,
    write_text,
)


def derive(
    source: Annotated[str, typer.Argument(help="Your model: a file, URL or module:function.")],
    out: Annotated[Path, typer.Option(help="Folder for the copies.")],
    kinds: Annotated[
        list[str] | None,
        typer.Option(help="Kinds, by commas; repeatable [default: all that the format allows]."),
    ] = None,
    seed: SeedOption = 0,
    json: JsonOption = None,
    source_format: Annotated[str | None, typer.Option("--format", help="Format of SOURCE.")] = None,
    override: Annotated[
        Path | None, typer.Option(help="JSON that states how SOURCE is fed.")
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
    """Make copies of your own model: quantized, pruned, noised, trained on, seen through views.

    Kinds: int8, fp16, int4, pruned, noised, recompressed, resized, blurred, shaken, rounded,
    tempered, fine-tuned, distilled. Each copy is asked whether it still answers like SOURCE.
    Pass the folder to 'modelkin compare --copies' to see which of them would have been found.
    """
    from rich.console import Console

    from modelkin.cli.progress import Bars
    from modelkin.making.deriving import run_derive
    from modelkin.making.telling import as_json, print_derived
    from modelkin.pipeline.options import CompareOptions
    from modelkin.records import Limits

    require_writable(json)
    options = CompareOptions(
        cache=cache_folder(cache),
        seed=seed,
        allow_code=allow_code,
        limits=Limits(seconds=time_limit, memory_gib=memory_limit),
        source_format=source_format,
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
    wanted = [kind for given in kinds or () for kind in given.split(",")]
    found = run_derive(source, out, wanted, options, Bars(quiet=quiet))
    if json is not None:
        write_text(json, as_json(found))
    if json != "-":
        print_derived(found, Console(highlight=False, markup=False, soft_wrap=True))
