"""Options and lines that bear on a dispute: commitments, draws, signatures."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from modelkin.cli.sections import DISPUTES, MODELS, QUERIES

if TYPE_CHECKING:
    from modelkin.pipeline.binding import Bound
    from modelkin.pipeline.options import CompareOptions
    from modelkin.pipeline.signing import Signer

LeaveOutOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME",
        help="Reference that does not count; repeatable; reported.",
        rich_help_panel=MODELS,
    ),
]
SentinelsOption = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        help="Queries of the budget put to the suspect twice, to see if it changes. [default: 5 "
        "of a URL, 0 of a file]",
        rich_help_panel=QUERIES,
    ),
]
CommitmentOption = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="Hold the run to what 'modelkin commit' wrote.",
        rich_help_panel=DISPUTES,
    ),
]
OpeningOption = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="Reveals the models of a commitment made with --hide.",
        rich_help_panel=DISPUTES,
    ),
]
BeaconOption = Annotated[
    str | None,
    typer.Option(
        metavar="FILE|HEX",
        help="Public randomness of after the commitment.",
        rich_help_panel=DISPUTES,
    ),
]
RevealOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="FILE|HEX",
        help="Nonce of a party of the commitment; repeatable.",
        rich_help_panel=DISPUTES,
    ),
]
SignOption = Annotated[
    str | None,
    typer.Option(
        metavar="FILE|env:NAME",
        help="Sign the evidence file with this private key.",
        rich_help_panel=DISPUTES,
    ),
]


def require_usable_key(sign: str | None, evidence: Path | None) -> None:
    """Refuse a key that cannot sign before any query is spent.

    Raises:
        UsageError: there is no evidence to sign, or the key cannot be used.
    """
    if sign is None:
        return
    from modelkin.errors import UsageError
    from modelkin.pipeline.keys import read_private

    if evidence is None:
        raise UsageError("--sign has nothing to sign", hint="pass --evidence FILE too")
    read_private(sign)


def under_commitment(
    options: "CompareOptions",
    commitment: Path | None,
    opening: Path | None,
    beacon: str | None,
    reveal: Sequence[str],
) -> "CompareOptions":
    """The settings of a run that is held to a commitment, its seed drawn.

    Raises:
        UsageError: a draw without a commitment, or the other way round.
        DeviationError: a setting is another than the one committed to.
    """
    from modelkin.errors import UsageError

    if commitment is None:
        if beacon is not None or reveal or opening is not None:
            raise UsageError(
                "--beacon, --reveal and --opening belong to a commitment",
                hint="pass --commitment FILE, made with 'modelkin commit'",
            )
        return options
    from modelkin.pipeline.binding import bind, held_to
    from modelkin.pipeline.commitment import read_commitment
    from modelkin.pipeline.drawing import read_nonce, read_randomness

    bound = bind(
        read_commitment(commitment),
        beacon=None if beacon is None else read_randomness(beacon),
        nonces=[read_nonce(one) for one in reveal],
        opening=None if opening is None else _read_opening(opening),
    )
    return held_to(options, bound)


def sealing_lines(bound: "Bound | None", signed: "Sequence[Signer]") -> list[str]:
    """What verify says of commitment and signatures."""
    lines = []
    if bound is not None:
        lines.append(f"commitment: {bound.commitment.sha256}: kept")
        source = f"beacon sha256 {bound.draw.beacon}" if bound.draw.beacon else "revealed nonces"
        lines.append(f"seed: {bound.draw.seed}: drawn again from the commitment and {source}")
        if bound.draw.announced:
            lines.append(f"announced: {bound.draw.announced} (compare it with the beacon yourself)")
    for one in signed:
        state = "holds" if one.checked else "not checked (pip install 'modelkin[sign]')"
        lines.append(f"signed by key: {one.key_id}: {state}")
    if not signed:
        lines.append("signed by key: none")
    return lines


def _read_opening(path: Path) -> dict[str, Any]:
    from modelkin.errors import UsageError

    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(
            f"the opening '{path}' cannot be read", hint="pass OUT.opening of 'modelkin commit'"
        ) from error
    return found
