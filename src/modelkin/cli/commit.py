"""modelkin commit: fix models, references and settings before the queries are known."""

from pathlib import Path
from typing import Annotated

import typer

from modelkin.cli.options import Access, AllowCodeOption, CacheOption, Null, cache_folder
from modelkin.cli.selecting import AnytimeOption, CandidatesOption, SelectOption


def commit(
    source: Annotated[
        str | None, typer.Argument(help="The claimed original; left out with --nonce.")
    ] = None,
    out: Annotated[Path, typer.Option(help="File to write.")] = Path("commitment.json"),
    references: Annotated[
        list[str] | None, typer.Option(help="Honest models: file, folder or pattern; repeatable.")
    ] = None,
    suspect: Annotated[
        str | None, typer.Option(help="Commit to the suspect as well, by its file or URL.")
    ] = None,
    pool: Annotated[
        str | None, typer.Option(help="Recipe without seed, folder of images, or table.")
    ] = None,
    queries: Annotated[
        int | None,
        typer.Option(help="Queries put to each model [default: 500; 100 with --select]."),
    ] = None,
    alpha: Annotated[float, typer.Option(help="Bound on false accusations.")] = 0.05,
    select: SelectOption = None,
    candidates: CandidatesOption = None,
    anytime: AnytimeOption = False,
    copies: Annotated[
        Path | None,
        typer.Option(help="Folder of your own copies of SOURCE, which choose queries too."),
    ] = None,
    method: Annotated[
        list[str] | None, typer.Option(help="Method; repeatable, the first decides.")
    ] = None,
    null: Annotated[Null | None, typer.Option(help="What the references are.")] = None,
    access: Annotated[Access | None, typer.Option(help="See no more than this.")] = None,
    top_k: Annotated[int, typer.Option(help="With --access top-k: how many scores.")] = 5,
    decimals: Annotated[int | None, typer.Option("--round", help="See scores rounded.")] = None,
    leave_out: Annotated[
        list[str] | None, typer.Option(help="Reference that does not count; repeatable.")
    ] = None,
    announce: Annotated[
        str, typer.Option(help='Which randomness will be used, as "drand quicknet round 9000000".')
    ] = "",
    party: Annotated[
        list[str] | None,
        typer.Option(metavar="SHA256", help="sha256 of the nonce of a party; repeatable."),
    ] = None,
    hide: Annotated[
        bool, typer.Option("--hide", help="Salted hash of the models; OUT.opening reveals them.")
    ] = False,
    nonce: Annotated[
        bool, typer.Option("--nonce", help="Only make a party's secret nonce in OUT.")
    ] = False,
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
    from modelkin.records import Access as AccessRecord
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
        access=AccessRecord(access) if access else None,
        top_k=top_k,
        decimals=decimals,
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
