"""modelkin challenge: does a verdict stand on fresh queries?"""

from pathlib import Path
from typing import Annotated

import typer

from modelkin.cli.dispute import BeaconOption, SentinelsOption, SignOption, require_usable_key
from modelkin.cli.endpoints import (
    AdapterFileOption,
    AdapterOption,
    HeaderOption,
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
    MemoryLimitOption,
    QuietOption,
    TimeLimitOption,
    cache_folder,
    command_line,
    require_writable,
    write_text,
)


def challenge(
    evidence: Annotated[Path, typer.Argument(help="Evidence file of a compare.")],
    suspect: Annotated[
        str | None, typer.Option(help="Where the suspect is [default: as in the evidence].")
    ] = None,
    source: Annotated[str | None, typer.Option(help="Where the source is; likewise.")] = None,
    references: Annotated[
        list[str] | None, typer.Option(help="Where the references are; likewise; repeatable.")
    ] = None,
    pool: Annotated[
        str | None, typer.Option(help="Folder or table of the evidence, where it asked one.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(help="Seed of the fresh queries [default: unforeseeable].")
    ] = None,
    beacon: BeaconOption = None,
    json: JsonOption = None,
    new_evidence: Annotated[
        Path | None, typer.Option(help="Write the evidence file of the fresh run there.")
    ] = None,
    sign: SignOption = None,
    sentinels: SentinelsOption = None,
    source_override: Annotated[
        Path | None, typer.Option(help="JSON that states how the source is fed.")
    ] = None,
    suspect_override: Annotated[
        Path | None, typer.Option(help="JSON that states how the suspect is fed.")
    ] = None,
    source_adapter: AdapterOption = None,
    suspect_adapter: AdapterOption = None,
    adapter_file: AdapterFileOption = None,
    source_header: HeaderOption = None,
    suspect_header: HeaderOption = None,
    timeout: TimeoutOption = 30.0,
    max_batch: MaxBatchOption = None,
    rate: RateOption = None,
    allow_code: AllowCodeOption = False,
    time_limit: TimeLimitOption = 120.0,
    memory_limit: MemoryLimitOption = 8.0,
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
    from modelkin.records import Limits
    from modelkin.report.dispute_wording import challenge_lines

    source_url, suspect_url = (
        Stated(
            adapter=adapter,
            adapter_file=adapter_file,
            headers=headers or (),
            timeout=timeout,
            max_batch=max_batch,
            rate=rate,
        ).options()
        for adapter, headers in ((source_adapter, source_header), (suspect_adapter, suspect_header))
    )
    options = CompareOptions(
        cache=cache_folder(cache),
        pool=pool,
        allow_code=allow_code,
        limits=Limits(seconds=time_limit, memory_gib=memory_limit),
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
