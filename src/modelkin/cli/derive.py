"""modelkin derive: copies of your own model."""

from pathlib import Path
from typing import Annotated

import typer

from modelkin.cli.endpoints import Stated
from modelkin.cli.options import (
    AllowCodeOption,
    CacheOption,
    FormatOption,
    JsonOption,
    OverrideOption,
    QuietOption,
    SeedOption,
    cache_folder,
    require_writable,
    write_text,
)
from modelkin.cli.spreading import spread
from modelkin.cli.workers import Workers


@spread
def derive(
    source: Annotated[
        str,
        typer.Argument(metavar="SOURCE", help="Your model: a file, URL or module:function."),
    ],
    *,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for the copies.")],
    kinds: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KIND,KIND",
            help="Kinds, by commas; repeatable. [default: all that the format allows]",
        ),
    ] = None,
    seed: SeedOption = 0,
    json: JsonOption = None,
    source_format: FormatOption = None,
    override: OverrideOption = None,
    url: Stated,
    allow_code: AllowCodeOption = False,
    workers: Workers,
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

    require_writable(json)
    options = CompareOptions(
        cache=cache_folder(cache),
        seed=seed,
        allow_code=allow_code,
        limits=workers.limits(),
        source_format=source_format,
        source_override=override,
        source_endpoint=url.options(),
    )
    wanted = [kind for given in kinds or () for kind in given.split(",")]
    found = run_derive(source, out, wanted, options, Bars(quiet=quiet))
    if json is not None:
        write_text(json, as_json(found))
    if json != "-":
        print_derived(found, Console(highlight=False, markup=False, soft_wrap=True))
