"""modelkin compare: is the suspect related to the source?"""

from pathlib import Path
from typing import Annotated

import typer

from modelkin.cli.dispute import (
    BeaconOption,
    CommitmentOption,
    LeaveOutOption,
    OpeningOption,
    RevealOption,
    SentinelsOption,
    SignOption,
    require_usable_key,
    under_commitment,
)
from modelkin.cli.endpoints import (
    AdapterFileOption,
    AdapterOption,
    HeaderOption,
    MaxBatchOption,
    RateOption,
    Stated,
    TimeoutOption,
    require_one_url,
)
from modelkin.cli.exits import exit_code
from modelkin.cli.many import compare_many
from modelkin.cli.options import (
    Access,
    AllowCodeOption,
    CacheOption,
    JsonOption,
    MemoryLimitOption,
    Null,
    QuietOption,
    SeedOption,
    TimeLimitOption,
    cache_folder,
    command_line,
    require_writable,
    write_text,
)
from modelkin.cli.selecting import AnytimeOption, CandidatesOption, SelectOption


def compare(
    source: Annotated[
        str, typer.Argument(help="The claimed original: a file, URL or module:function.")
    ],
    suspects: Annotated[
        list[str],
        typer.Argument(
            metavar="SUSPECT...", help="The model that may derive from it; several share alpha."
        ),
    ],
    references: Annotated[
        list[str] | None,
        typer.Option(help="Honest models to judge against: file, folder or pattern; repeatable."),
    ] = None,
    copies: Annotated[
        Path | None,
        typer.Option(
            help="Folder of your own copies of SOURCE, to say which would be missed and for "
            "--select own_copies."
        ),
    ] = None,
    queries: Annotated[
        int | None,
        typer.Option(help="Queries put to each model [default: 500; 100 with --select]."),
    ] = None,
    select: SelectOption = None,
    candidates: CandidatesOption = None,
    anytime: AnytimeOption = False,
    pool: Annotated[
        str | None,
        typer.Option(help="Pool name, folder of images, or table [default: the modality's mix]."),
    ] = None,
    access: Annotated[
        Access | None, typer.Option(help="See no more than this of the models.")
    ] = None,
    top_k: Annotated[int, typer.Option(help="With --access top-k: how many scores.")] = 5,
    decimals: Annotated[
        int | None, typer.Option("--round", help="See scores rounded to so many decimals.")
    ] = None,
    alpha: Annotated[float, typer.Option(help="Bound on false accusations.")] = 0.05,
    until_width: Annotated[
        float | None,
        typer.Option(help="Stop asking when the interval of the distance is so narrow."),
    ] = None,
    seed: SeedOption = 0,
    method: Annotated[
        list[str] | None,
        typer.Option(
            help="Method; repeatable, the first decides. Those with crafted queries ask each model "
            "up to 200 more."
        ),
    ] = None,
    null: Annotated[
        Null | None,
        typer.Option(
            help="What the references are: N0 unrelated functions, N1 other data, N2 other samples "
            "of the same distribution, N3 the same data and recipe."
        ),
    ] = None,
    json: JsonOption = None,
    leave_out: LeaveOutOption = None,
    sentinels: SentinelsOption = None,
    commitment: CommitmentOption = None,
    opening: OpeningOption = None,
    beacon: BeaconOption = None,
    reveal: RevealOption = None,
    html: Annotated[Path | None, typer.Option(help="Write a report page there.")] = None,
    evidence: Annotated[Path | None, typer.Option(help="Write an evidence file there.")] = None,
    sign: SignOption = None,
    source_format: Annotated[str | None, typer.Option(help="Format of SOURCE.")] = None,
    suspect_format: Annotated[str | None, typer.Option(help="Format of SUSPECT.")] = None,
    source_override: Annotated[
        Path | None, typer.Option(help="JSON that states how SOURCE is fed.")
    ] = None,
    suspect_override: Annotated[
        Path | None, typer.Option(help="JSON that states how SUSPECT is fed.")
    ] = None,
    adapter: AdapterOption = None,
    source_adapter: AdapterOption = None,
    suspect_adapter: AdapterOption = None,
    adapter_file: AdapterFileOption = None,
    header: HeaderOption = None,
    source_header: HeaderOption = None,
    suspect_header: HeaderOption = None,
    timeout: TimeoutOption = 30.0,
    max_batch: MaxBatchOption = None,
    rate: RateOption = None,
    allow_code: AllowCodeOption = False,
    time_limit: TimeLimitOption = 120.0,
    memory_limit: MemoryLimitOption = 8.0,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Ask again instead of using recorded answers.")
    ] = False,
    cache: CacheOption = None,
    quiet: QuietOption = False,
) -> None:
    """Ask both models the same questions and say whether the suspect derives from the source.

    Without --references only a similarity is reported; with at least 19 independent honest
    models a verdict at alpha 0.05 is possible. A model behind a URL is asked no more than
    --queries, retries included; --adapter, --adapter-file and --header are for the side that is
    a URL, and the --source- and --suspect- forms for two of them.
    """
    require_writable(json, html, evidence)
    require_usable_key(sign, evidence)
    suspect, *more = suspects
    require_one_url(
        source,
        suspect,
        {"--adapter": adapter, "--adapter-file": adapter_file, "--header": header},
    )
    source_url, suspect_url = (
        Stated(
            adapter=of_side or adapter,
            adapter_file=adapter_file,
            headers=[*(header or ()), *(headers or ())],
            timeout=timeout,
            max_batch=max_batch,
            rate=rate,
        ).options()
        for of_side, headers in (
            (source_adapter, source_header),
            (suspect_adapter, suspect_header),
        )
    )
    from rich.console import Console

    from modelkin.cli.progress import Bars
    from modelkin.pipeline.compare import run_compare
    from modelkin.pipeline.options import CompareOptions
    from modelkin.pipeline.signing import sign_evidence
    from modelkin.pipeline.writing_evidence import write_evidence
    from modelkin.records import Access as AccessRecord
    from modelkin.records import Limits, NullKind
    from modelkin.report.as_html import render_html
    from modelkin.report.as_json import render_json
    from modelkin.report.as_text import print_text

    options = CompareOptions(
        cache=cache_folder(cache),
        queries=queries,
        pool=pool,
        access=AccessRecord(access) if access else None,
        top_k=top_k,
        decimals=decimals,
        alpha=alpha,
        seed=seed,
        until_width=until_width,
        methods=tuple(method or ()),
        null=NullKind(null) if null else None,
        allow_code=allow_code,
        limits=Limits(seconds=time_limit, memory_gib=memory_limit),
        source_format=source_format,
        suspect_format=suspect_format,
        source_override=source_override,
        suspect_override=suspect_override,
        source_endpoint=source_url,
        suspect_endpoint=suspect_url,
        copies=copies,
        select=select,
        candidates=candidates,
        anytime=anytime,
        fresh=fresh,
        command=command_line("--sign"),
        leave_out=tuple(leave_out or ()),
        sentinels=sentinels,
    )
    options = under_commitment(options, commitment, opening, beacon, reveal or [])
    if more:
        verdict = compare_many(
            source,
            suspects,
            references or [],
            options,
            files=[html, evidence],
            json=json,
            quiet=quiet,
        )
        raise typer.Exit(exit_code(verdict))
    report, held = run_compare(source, suspect, references or [], options, Bars(quiet=quiet))
    if html is not None:
        html.write_text(render_html(report), encoding="utf-8")
    if evidence is not None:
        write_evidence(evidence, held)
        if sign is not None:
            sign_evidence(evidence, sign)
    if json is not None:
        write_text(json, render_json(report))
    if json != "-":
        print_text(report, Console())
    raise typer.Exit(exit_code(report.decision.verdict))
