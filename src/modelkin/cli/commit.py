"""modelkin commit: fix models, references and settings before the queries are known."""

from pathlib import Path
from typing import Annotated

import typer

from modelkin.cli.dispute import LeaveOutOption
from modelkin.cli.options import (
    AllowCodeOption,
    AlphaOption,
    CacheOption,
    MethodsOption,
    NullOption,
    PoolOption,
    ReferencesOption,
    cache_folder,
)
from modelkin.cli.sections import DISPUTES, MODELS
from modelkin.cli.seen import Seen
from modelkin.cli.selecting import AnytimeOption, CandidatesOption, QueriesOption, SelectOption
from modelkin.cli.spreading import spread


@spread
def commit(
    source: Annotated[
        str | None,
        typer.Argument(metavar="SOURCE", help="The claimed original; left out with --nonce."),
    ] = None,
    *,
    out: Annotated[Path, typer.Option(metavar="FILE", help="File to write.")] = Path(
        "commitment.json"
    ),
    hide: Annotated[
        bool, typer.Option("--hide", help="Salted hash of the models; OUT.opening reveals them.")
    ] = False,
    nonce: Annotated[
        bool, typer.Option("--nonce", help="Only make a party's secret nonce in OUT.")
    ] = False,
    references: ReferencesOption = None,
    suspect: Annotated[
        str | None,
        typer.Option(
            metavar="MODEL",
            help="Commit to the suspect as well, by its file or URL.",
            rich_help_panel=MODELS,
        ),
    ] = None,
    copies: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Folder of your own copies of SOURCE, which choose queries with --select "
            "own_copies.",
            rich_help_panel=MODELS,
        ),
    ] = None,
    leave_out: LeaveOutOption = None,
    pool: PoolOption = None,
    queries: QueriesOption = None,
    select: SelectOption = None,
    candidates: CandidatesOption = None,
    anytime: AnytimeOption = False,
    seen: Seen,
    alpha: AlphaOption = 0.05,
    method: MethodsOption = None,
    null: NullOption = None,
    announce: Annotated[
        str,
        typer.Option(
            metavar="TEXT",
            help='Which randomness will be used, as "drand quicknet round 9000000".',
            rich_help_panel=DISPUTES,
        ),
    ] = "",
    party: Annotated[
        list[str] | None,
        typer.Option(
            metavar="SHA256",
            help="sha256 of the nonce of a party; repeatable.",
            rich_help_panel=DISPUTES,
        ),
    ] = None,
    allow_code: AllowCodeOption = False,
    cache: CacheOption = None,
) -> None:
    """Write down what a compare will use, and print the sha256 to publish.

    The queries are drawn later, by compare --commitment OUT --beacon FILE|HEX, from that sha256
    and randomness of after it. No model is asked anything.
    """
    from modelkin.errors import UsageError
    from modelkin.pipeline.commitment import write_commitment
    from modelkin.pipeline.committing import run_commit
    from modelkin.pipeline.drawing import make_nonce
    from modelkin.pipeline.options import CompareOptions
    from modelkin.records import NullKind

    if nonce:
        typer.echo(f"sha256: {make_nonce(out)}")
        typer.echo(f"secret until revealed: {out}")
        return
    if source is None:
        raise UsageError("there is no source to commit to", hint="modelkin commit SOURCE ...")
    options = CompareOptions(
        cache=cache_folder(cache),
        queries=queries or (None if select else 500),
        pool=pool,
        access=seen.record(),
        top_k=seen.top_k,
        decimals=seen.decimals,
        alpha=alpha,
        methods=tuple(method or ()),
        null=NullKind(null) if null else None,
        allow_code=allow_code,
        leave_out=tuple(leave_out or ()),
        select=select,
        candidates=candidates,
        anytime=anytime,
        copies=copies,
    )
    commitment, opening = run_commit(
        source,
        references or [],
        options,
        suspect=suspect,
        parties=tuple(party or ()),
        announced=announce,
        hide=hide,
    )
    beside = write_commitment(out, commitment, opening)
    typer.echo(f"commitment: {out}")
    typer.echo(f"sha256: {commitment.sha256}")
    if beside is not None:
        typer.echo(f"secret until revealed: {beside}")
