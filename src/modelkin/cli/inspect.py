"""modelkin inspect: what a model is, how it would be fed, what loading it runs."""

from pathlib import Path
from typing import Annotated

import typer

from modelkin.cli.endpoints import (
    AdapterFileOption,
    AdapterOption,
    HeaderOption,
    Stated,
    TimeoutOption,
)
from modelkin.cli.options import (
    AllowCodeOption,
    CacheOption,
    JsonOption,
    MemoryLimitOption,
    TimeLimitOption,
    cache_folder,
    write_text,
)


def inspect(
    model: Annotated[str, typer.Argument(help="A model file, URL or module:function.")],
    model_format: Annotated[str | None, typer.Option("--format", help="Format of MODEL.")] = None,
    override: Annotated[
        Path | None, typer.Option(help="JSON that states how MODEL is fed.")
    ] = None,
    json: JsonOption = None,
    write: Annotated[
        Path | None,
        typer.Option(help="Save how it is fed as an override file there, to edit or keep."),
    ] = None,
    adapter: AdapterOption = None,
    adapter_file: AdapterFileOption = None,
    header: HeaderOption = None,
    timeout: TimeoutOption = 30.0,
    allow_code: AllowCodeOption = False,
    time_limit: TimeLimitOption = 120.0,
    memory_limit: MemoryLimitOption = 8.0,
    cache: CacheOption = None,
) -> None:
    """Print a model's signature, preprocessing and access, and what loading it may run."""
    from modelkin.pipeline.inspect import describe, inspect_model, override_text
    from modelkin.records import Limits

    found = inspect_model(
        model,
        format_name=model_format,
        override=override,
        allow_code=allow_code,
        limits=Limits(seconds=time_limit, memory_gib=memory_limit),
        cache=cache_folder(cache),
        endpoint=Stated(
            adapter=adapter,
            adapter_file=adapter_file,
            headers=header or (),
            timeout=timeout,
        ).options(),
    )
    if write is not None:
        write_text(str(write), override_text(found))
    if json is not None:
        import json as encoder

        write_text(json, encoder.dumps(found, indent=2) + "\n")
    if json != "-":
        from rich.console import Console

        from modelkin.report.formatting import harmless

        Console(highlight=False, markup=False, soft_wrap=True).print(
            "\n".join(harmless(line) for line in describe(found))
        )
