"""modelkin references: honest models for the source's label set."""

from pathlib import Path
from typing import Annotated

import typer

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
def references(
    source: Annotated[
        str, typer.Argument(metavar="SOURCE", help="The source: a file or module:function.")
    ],
    *,
    train: Annotated[int, typer.Option(metavar="N", help="Models to train; alpha 0.05 needs 19.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for the models.")],
    data: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="DIR|FILE",
            help="Labelled data: a folder of class folders, or .npz; repeatable.",
        ),
    ] = None,
    same_distribution: Annotated[
        bool, typer.Option("--same-distribution", help="The data are like the source's.")
    ] = False,
    same_data: Annotated[
        bool, typer.Option("--same-data", help="The data are the source's own training data.")
    ] = False,
    seed: SeedOption = 0,
    json: JsonOption = None,
    source_format: FormatOption = None,
    override: OverrideOption = None,
    allow_code: AllowCodeOption = False,
    workers: Workers,
    cache: CacheOption = None,
    quiet: QuietOption = False,
) -> None:
    """Train honest models for the source's classes, without asking the source what it thinks.

    Without --data each model learns a random task on procedural inputs. Such references are
    unrelated functions (N0) and no measure for models that were trained on similar data.
    """
    import json as writer

    from rich.console import Console

    from modelkin.cli.progress import Bars
    from modelkin.errors import UsageError
    from modelkin.making.referencing import as_dict, run_references
    from modelkin.making.support import DataOrigin
    from modelkin.pipeline.options import CompareOptions

    require_writable(json)
    if (same_data or same_distribution) and not data:
        raise UsageError(
            "--same-data and --same-distribution say what the data are, and there are none",
            hint="pass them with --data",
        )
    origin = DataOrigin.OTHER if data else DataOrigin.SYNTHETIC
    if same_distribution:
        origin = DataOrigin.DISTRIBUTION
    if same_data:
        origin = DataOrigin.SAME
    options = CompareOptions(
        cache=cache_folder(cache),
        seed=seed,
        allow_code=allow_code,
        limits=workers.limits(),
        source_format=source_format,
        source_override=override,
    )
    found = run_references(
        source,
        out,
        train=train,
        data=tuple(data or ()),
        origin=origin,
        options=options,
        progress=Bars(quiet=quiet),
    )
    if json is not None:
        write_text(json, writer.dumps(as_dict(found), indent=2) + "\n")
    if json != "-":
        console = Console(highlight=False, markup=False, soft_wrap=True)
        accuracies = [one.accuracy for one in found.references]
        console.print(
            f"{len(found.references)} references of {found.classes} classes in {out}, from "
            f"{found.origin.meaning}"
        )
        console.print(
            f"accuracy on what was kept aside: {min(accuracies):.2f} to {max(accuracies):.2f}"
        )
        console.print(f"they can stand for {found.null} ({found.null.meaning}), and no more")
