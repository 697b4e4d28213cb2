"""Holding a run to a commitment, and to the randomness that came after it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from modelkin.errors import DeviationError, UsageError
from modelkin.pipeline.commitment import (
    SELECTION,
    SHA256_DIGITS,
    Commitment,
    Models,
    committed_selection,
)
from modelkin.pipeline.drawing import nonce_digest, seed_from_beacon, seed_from_nonces
from modelkin.pipeline.options import CompareOptions
from modelkin.records import Access, Draw, NullKind


@dataclass(frozen=True, kw_only=True, eq=False)
class Bound:
    """A commitment that a compare is held to, and the draw that came after it.

    Attributes:
        commitment: what was fixed.
        models: the models that were.
        draw: where the seed comes from.
        opening: salt and models, where they were hidden.
        beacon: the beacon's bytes, for the evidence; empty with nonces.
    """

    commitment: Commitment
    models: Models
    draw: Draw
    opening: Mapping[str, Any] | None = None
    beacon: bytes = b""


def bind(
    commitment: Commitment,
    *,
    beacon: bytes | None,
    nonces: Sequence[bytes],
    opening: Mapping[str, Any] | None = None,
) -> Bound:
    """Draw the seed for a commitment.

    Args:
        commitment: what was fixed.
        beacon: public randomness of after it.
        nonces: a nonce of each party, in any order.
        opening: salt and models, where they were hidden.

    Raises:
        UsageError: neither or both are given, or the commitment asks for the other.
        DeviationError: a nonce is of nobody that the commitment names, or one is missing.
    """
    parties: list[str] = list(commitment.content["parties"])
    if (beacon is None) is (not nonces):
        raise UsageError(
            "a commitment needs randomness of after it, and of one kind",
            hint="pass --beacon FILE|HEX, or --reveal once for each party",
        )
    if bool(nonces) is not bool(parties):
        raise DeviationError(
            "the commitment names the nonces of parties, and a beacon was given"
            if parties
            else "the commitment names no parties, so no nonce belongs to it",
            hint="pass --reveal once for each party" if parties else "pass --beacon FILE|HEX",
        )
    sha256 = commitment.sha256
    announced: str = commitment.content["announced"]
    models = commitment.models(opening)
    if beacon is not None:
        draw = Draw(
            commitment=sha256,
            kind="beacon",
            announced=announced,
            beacon=hashlib.sha256(beacon).hexdigest(),
            nonces=(),
            seed=seed_from_beacon(sha256, beacon),
            opened=commitment.hidden,
        )
        return Bound(
            commitment=commitment, models=models, draw=draw, opening=opening, beacon=beacon
        )
    ordered = _in_order(parties, nonces)
    draw = Draw(
        commitment=sha256,
        kind="reveal",
        announced=announced,
        beacon=None,
        nonces=tuple(nonce.hex() for nonce in ordered),
        seed=seed_from_nonces(sha256, ordered),
        opened=commitment.hidden,
    )
    return Bound(commitment=commitment, models=models, draw=draw, opening=opening)


def held_to(options: CompareOptions, bound: Bound) -> CompareOptions:
    """The settings of a run under a commitment: what is left open is taken from it.

    Raises:
        DeviationError: a setting is another than the one committed to.
    """
    fixed = bound.commitment.content
    pool = fixed["pool"]
    stated: dict[str, tuple[Any, Any, str]] = {
        "--queries": (options.queries, fixed["queries"], "queries"),
        "--method": (list(options.methods) or None, fixed["methods"] or None, "methods"),
        "--null": (options.null, fixed["null"], "null"),
        "--access": (options.access, fixed["access"], "access"),
        "--round": (options.decimals, fixed["round"], "decimals"),
        "--until-width": (options.until_width, fixed["until_width"], "until_width"),
        "--leave-out": (sorted(options.leave_out) or None, fixed["leave_out"] or None, "leave_out"),
        "--rule": (options.rule, fixed["rule"], "rule"),
        "--alpha": (options.alpha, fixed["alpha"], "alpha"),
        "--top-k": (options.top_k, fixed["top_k"], "top_k"),
        "--select": (
            committed_selection(options) if options.select else None,
            fixed.get(SELECTION),
            "select",
        ),
    }
    for flag, (mine, committed, _) in stated.items():
        if mine is not None and mine != committed:
            raise _deviation(flag, mine, committed)
    if options.seed != 0:
        raise DeviationError(
            f"--seed {options.seed} was given, and the seed follows from the commitment and the "
            "randomness after it",
            hint="leave out --seed",
        )
    if options.pool is not None and pool["candidates"] is None and options.pool != pool["name"]:
        raise _deviation("--pool", options.pool, pool["name"])
    if options.pool is None and pool["candidates"] is not None:
        raise UsageError(
            f"the commitment fixes candidates of its own ({pool['name']})",
            hint="name them again: --pool DIR",
        )
    return replace(
        options,
        queries=fixed["queries"],
        methods=tuple(fixed["methods"]),
        null=NullKind(fixed["null"]) if fixed["null"] else None,
        access=Access(fixed["access"]) if fixed["access"] else None,
        decimals=fixed["round"],
        until_width=fixed["until_width"],
        leave_out=tuple(fixed["leave_out"]),
        **fixed.get(SELECTION, {}),
        pool=options.pool or pool["name"],
        seed=bound.draw.seed,
        bound=bound,
    )


def require_committed(
    bound: Bound,
    *,
    source: str,
    suspect: str,
    references: Mapping[str, tuple[str, str, str | None]],
    candidates: str | None,
) -> None:
    """Refuse models and candidates that were not committed to.

    Args:
        bound: the commitment.
        source: sha256 of the source.
        suspect: of the suspect.
        references: name to (sha256, family, null or None).
        candidates: digest of the candidates, where they are files.

    Raises:
        DeviationError: names the first that differs.
    """
    fixed, models = bound.commitment.content, bound.models
    if source != models.source:
        raise _deviation("the source", source, models.source)
    if fixed["suspect"] is not None and suspect != fixed["suspect"]:
        raise _deviation("the suspect", suspect, fixed["suspect"])
    if candidates != fixed["pool"]["candidates"]:
        raise _deviation("the candidates of --pool", candidates, fixed["pool"]["candidates"])
    missing = list(models.references)
    for name, given in references.items():
        if given not in missing:
            raise DeviationError(
                f"the reference '{name}' (sha256 {given[0][:12]}, family {given[1]}, null "
                f"{given[2]}) is none of those committed to",
                hint="pass the very references of the commitment, with the same families",
            )
        missing.remove(given)
    if missing:
        raise DeviationError(
            f"{len(missing)} committed references are missing, the first with sha256 "
            f"{missing[0][0][:12]} (family {missing[0][1]})",
            hint="pass all references of the commitment; leaving one out could suit a verdict",
        )


def _in_order(parties: Sequence[str], nonces: Sequence[bytes]) -> list[bytes]:
    by_digest = {nonce_digest(nonce): nonce for nonce in nonces}
    for digest in by_digest:
        if digest not in parties:
            raise DeviationError(
                f"a revealed nonce has sha256 {digest[:12]}, which no party committed to",
                hint="each party reveals the nonce whose sha256 stands in the commitment",
            )
    absent = [party for party in parties if party not in by_digest]
    if absent:
        raise DeviationError(
            f"the nonce with sha256 {absent[0][:12]} is not revealed",
            hint="pass --reveal once for each party; who refuses to reveal gives up the run",
        )
    return [by_digest[party] for party in parties]


def _deviation(what: str, given: object, committed: object) -> DeviationError:
    return DeviationError(
        f"{what} is {_shown(given)}, committed was {_shown(committed)}",
        hint="a run under a commitment uses exactly what was committed to",
    )


def _shown(value: object) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text[:12] if len(text) == SHA256_DIGITS else text
