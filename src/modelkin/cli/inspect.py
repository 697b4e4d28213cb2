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
    FormatOption,
    JsonOption,
    ModelArgument,
    OverrideOption,
    cache_folder,
    write_text,
)
from modelkin.cli.sections import RESULTS
from modelkin.cli.spreading import spread
from modelkin.cli.workers import Workers


@spread
def inspect(
    model: ModelArgument,
    *,
    model_format: FormatOption = None,
    override: OverrideOption = None,
    json: JsonOption = None,
    write: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Save how it is fed as an override file there, to edit or keep.",
            rich_help_panel=RESULTS,
        ),
    ] = None,
    adapter: AdapterOption = None,
    adapter_file: AdapterFileOption = None,
    header: HeaderOption = None,
    timeout: TimeoutOption = 30.0,
    allow_code: AllowCodeOption = False,
    workers: Workers,
    cache: CacheOption = None,
) -> None:
    """Print a model's signature, preprocessing and access, and what loading it may run."""
    from modelkin.pipeline.inspect import describe, inspect_model, override_text

    found = inspect_model(
        model,
        format_name=model_format,
        override=override,
        allow_code=allow_code,
        limits=workers.limits(),
        cache=cache_folder(cache),
        endpoint=Stated(
            adapter=adapter,
            adapter_file=adapter_file,
            header=header,
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
