"""modelkin verify: recompute a verdict from its evidence file."""

from pathlib import Path
from typing import Annotated

import typer

from modelkin.cli.exits import exit_code
from modelkin.cli.options import CacheOption, QuietOption, cache_folder


def verify(
    evidence: Annotated[
        Path, typer.Argument(metavar="EVIDENCE", help="Evidence file of a compare.")
    ],
    key: Annotated[
        str | None,
        typer.Option(metavar="FILE|HEX", help="Insist on a signature by this public key."),
    ] = None,
    skip_pool: Annotated[
        bool, typer.Option("--skip-pool", help="Do not make the pool again to check its hash.")
    ] = False,
    cache: CacheOption = None,
    quiet: QuietOption = False,
) -> None:
    """Recompute a verdict from the raw answers in its evidence file, without any model.

    Exits like compare when the recomputed verdict is the stated one, and with 3 when it is not.
    """
    from rich.console import Console

    from modelkin.cli.dispute import sealing_lines
    from modelkin.cli.progress import Bars
    from modelkin.pipeline.keys import read_public
    from modelkin.pipeline.pools import check_pool
    from modelkin.pipeline.reading_evidence import read_evidence
    from modelkin.pipeline.recomputing import recompute
    from modelkin.pipeline.signing import require_signer, signers_of

    public = None if key is None else read_public(key)
    held = read_evidence(evidence)
    signed = signers_of(evidence)
    if public is not None:
        require_signer(evidence, public)
    judgement = recompute(held, name=str(evidence))
    pool = "not checked"
    if not skip_pool:
        pool = check_pool(held, cache=cache_folder(cache), progress=Bars(quiet=quiet))
    decision = judgement.decision
    console = Console(highlight=False, markup=False, soft_wrap=True)
    console.print(f"verdict: {decision.verdict} (reproduced from the recorded answers)")
    console.print(f"reason: {decision.reason}")
    console.print(f"pool: {held.source.pool}: {pool}")
    for method, own in held.crafted.items():
        console.print(f"crafted: {method}: {len(own.queries)} queries, sha256 equal")
    for line in sealing_lines(held.bound, signed):
        console.print(line)
    raise typer.Exit(exit_code(decision.verdict))
