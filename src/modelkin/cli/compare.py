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
from modelkin.cli.endpoints import Stated, require_one_url
from modelkin.cli.exits import exit_code
from modelkin.cli.many import compare_many
from modelkin.cli.options import (
    AllowCodeOption,
    AlphaOption,
    CacheOption,
    FreshOption,
    HtmlOption,
    JsonOption,
    MethodsOption,
    NullOption,
    PoolOption,
    QuietOption,
    ReferencesOption,
    SeedOption,
    SourceFormatOption,
    SourceOverrideOption,
    SuspectFormatOption,
    SuspectOverrideOption,
    cache_folder,
    command_line,
    require_writable,
    write_text,
)
from modelkin.cli.sections import MODELS, QUERIES, RESULTS
from modelkin.cli.seen import Seen
from modelkin.cli.selecting import AnytimeOption, CandidatesOption, QueriesOption, SelectOption
from modelkin.cli.sides import Sides
from modelkin.cli.spreading import spread
from modelkin.cli.workers import Workers


@spread
def compare(
    source: Annotated[
        str,
        typer.Argument(
            metavar="SOURCE", help="The claimed original: a file, URL or module:function."
        ),
    ],
    suspects: Annotated[
        list[str],
        typer.Argument(
            metavar="SUSPECT", help="The model that may derive from it; several share alpha."
        ),
    ],
    *,
    references: ReferencesOption = None,
    leave_out: LeaveOutOption = None,
    copies: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Folder of your own copies of SOURCE, to say which would be missed and for "
            "--select own_copies.",
            rich_help_panel=MODELS,
        ),
    ] = None,
    source_format: SourceFormatOption = None,
    suspect_format: SuspectFormatOption = None,
    source_override: SourceOverrideOption = None,
    suspect_override: SuspectOverrideOption = None,
    pool: PoolOption = None,
    queries: QueriesOption = None,
    seed: SeedOption = 0,
    select: SelectOption = None,
    candidates: CandidatesOption = None,
    anytime: AnytimeOption = False,
    until_width: Annotated[
        float | None,
        typer.Option(
            metavar="WIDTH",
            help="Stop asking when the interval of the distance is so narrow.",
            rich_help_panel=QUERIES,
        ),
    ] = None,
    sentinels: SentinelsOption = None,
    fresh: FreshOption = False,
    seen: Seen,
    alpha: AlphaOption = 0.05,
    method: MethodsOption = None,
    null: NullOption = None,
    json: JsonOption = None,
    html: HtmlOption = None,
    evidence: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write an evidence file there.", rich_help_panel=RESULTS),
    ] = None,
    sign: SignOption = None,
    commitment: CommitmentOption = None,
    opening: OpeningOption = None,
    beacon: BeaconOption = None,
    reveal: RevealOption = None,
    url: Stated,
    sides: Sides,
    allow_code: AllowCodeOption = False,
    workers: Workers,
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
    require_one_url(source, suspect, url)
    source_url, suspect_url = sides.options(url)
    from rich.console import Console

    from modelkin.cli.progress import Bars
    from modelkin.pipeline.compare import run_compare
    from modelkin.pipeline.options import CompareOptions
    from modelkin.pipeline.signing import sign_evidence
    from modelkin.pipeline.writing_evidence import write_evidence
    from modelkin.records import NullKind
    from modelkin.report.as_html import render_html
    from modelkin.report.as_json import render_json
    from modelkin.report.as_text import print_text

    options = CompareOptions(
        cache=cache_folder(cache),
        queries=queries,
        pool=pool,
        access=seen.record(),
        top_k=seen.top_k,
        decimals=seen.decimals,
        alpha=alpha,
        seed=seed,
        until_width=until_width,
        methods=tuple(method or ()),
        null=NullKind(null) if null else None,
        allow_code=allow_code,
        limits=workers.limits(),
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
