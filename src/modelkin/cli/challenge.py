"""modelkin challenge: does a verdict stand on fresh queries?"""

from pathlib import Path
from typing import Annotated

import typer

from modelkin.cli.dispute import BeaconOption, SentinelsOption, SignOption, require_usable_key
from modelkin.cli.endpoints import (
    AdapterFileOption,
    MaxBatchOption,
    RateOption,
    Stated,
    TimeoutOption,
)
from modelkin.cli.exits import exit_code
from modelkin.cli.options import (
    AllowCodeOption,
    CacheOption,
    JsonOption,
    QuietOption,
    SourceOverrideOption,
    SuspectOverrideOption,
    cache_folder,
    command_line,
    require_writable,
    write_text,
)
from modelkin.cli.sections import MODELS, QUERIES, RESULTS
from modelkin.cli.sides import Sides
from modelkin.cli.spreading import spread
from modelkin.cli.workers import Workers


@spread
def challenge(
    evidence: Annotated[
        Path, typer.Argument(metavar="EVIDENCE", help="Evidence file of a compare.")
    ],
    *,
    suspect: Annotated[
        str | None,
        typer.Option(
            metavar="MODEL",
            help="Where the suspect is. [default: as in the evidence]",
            rich_help_panel=MODELS,
        ),
    ] = None,
    source: Annotated[
        str | None,
        typer.Option(
            metavar="MODEL", help="Where the source is; likewise.", rich_help_panel=MODELS
        ),
    ] = None,
    references: Annotated[
        list[str] | None,
        typer.Option(
            metavar="MODEL",
            help="Where the references are; likewise; repeatable.",
            rich_help_panel=MODELS,
        ),
    ] = None,
    source_override: SourceOverrideOption = None,
    suspect_override: SuspectOverrideOption = None,
    pool: Annotated[
        str | None,
        typer.Option(
            metavar="POOL",
            help="Folder or table of the evidence, where it asked one.",
            rich_help_panel=QUERIES,
        ),
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            help="Seed of the fresh queries. [default: unforeseeable]",
            rich_help_panel=QUERIES,
        ),
    ] = None,
    sentinels: SentinelsOption = None,
    beacon: BeaconOption = None,
    json: JsonOption = None,
    new_evidence: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Write the evidence file of the fresh run there.",
            rich_help_panel=RESULTS,
        ),
    ] = None,
    sign: SignOption = None,
    sides: Sides,
    adapter_file: AdapterFileOption = None,
    timeout: TimeoutOption = 30.0,
    max_batch: MaxBatchOption = None,
    rate: RateOption = None,
    allow_code: AllowCodeOption = False,
    workers: Workers,
    cache: CacheOption = None,
    quiet: QuietOption = False,
) -> None:
    """Ask source, suspect and references again on fresh queries of the same recipe.

    Exits like compare where both runs agree, and with 4 where they contradict each other.
    """
    require_writable(json, new_evidence)
    require_usable_key(sign, new_evidence)
    import json as writer

    from rich.console import Console

    from modelkin.cli.progress import Bars
    from modelkin.pipeline.challenge import run_challenge
    from modelkin.pipeline.drawing import read_randomness
    from modelkin.pipeline.options import CompareOptions
    from modelkin.pipeline.signing import sign_evidence
    from modelkin.pipeline.writing_evidence import write_evidence
    from modelkin.report.dispute_wording import challenge_lines

    source_url, suspect_url = sides.options(
        Stated(adapter_file=adapter_file, timeout=timeout, max_batch=max_batch, rate=rate)
    )
    options = CompareOptions(
        cache=cache_folder(cache),
        pool=pool,
        allow_code=allow_code,
        limits=workers.limits(),
        source_override=source_override,
        suspect_override=suspect_override,
        source_endpoint=source_url,
        suspect_endpoint=suspect_url,
        sentinels=sentinels,
        command=command_line("--sign"),
    )
    found = run_challenge(
        evidence,
        options,
        Bars(quiet=quiet),
        source=source,
        suspect=suspect,
        references=references or [],
        seed=seed,
        beacon=None if beacon is None else read_randomness(beacon),
    )
    if new_evidence is not None:
        write_evidence(new_evidence, found.evidence)
        if sign is not None:
            sign_evidence(new_evidence, sign)
    if json is not None:
        write_text(json, writer.dumps(found.as_json(), indent=2, allow_nan=False) + "\n")
    if json != "-":
        console = Console(highlight=False, markup=False, soft_wrap=True)
        for line in challenge_lines(found.as_json()):
            console.print(line)
    raise typer.Exit(exit_code(found.verdict))
