"""What a run was held to and what it asked twice, inside its evidence file."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from modelkin.errors import DeviationError
from modelkin.pipeline.binding import Bound, bind
from modelkin.pipeline.commitment import parse_commitment
from modelkin.pipeline.committed_copies import require_answered
from modelkin.pipeline.null import Reference
from modelkin.pipeline.own_copy import OwnCopy
from modelkin.pipeline.select_terms import default_queries
from modelkin.queries.naming import parse_pool_name, recipe_names
from modelkin.records import IntArray, Responses
from modelkin.report.as_json import plain_json
from modelkin.responses.sentinels import Replayed
from modelkin.store import pack_responses, unpack_responses

_COMMITMENT, _BEACON, _AGAIN = "commitment.json", "beacon.bin", "suspect-again.npz"


def pack_bound(bound: Bound | None, files: dict[str, bytes]) -> dict[str, Any]:
    """Add the commitment and the beacon to the files; return what the manifest says of them."""
    if bound is None:
        return {}
    files[_COMMITMENT] = bound.commitment.text.encode()
    if bound.beacon:
        files[_BEACON] = bound.beacon
    opening = None if bound.opening is None else dict(bound.opening)
    return {"bound": {"nonces": list(bound.draw.nonces), "opening": opening}}


def unpack_bound(manifest: Mapping[str, Any], files: Mapping[str, bytes]) -> Bound | None:
    """Draw the seed again from what ``pack_bound`` added.

    Raises:
        ModelkinError: commitment, nonces and opening do not fit each other.
    """
    if "bound" not in manifest:
        return None
    stated = manifest["bound"]
    return bind(
        parse_commitment(files[_COMMITMENT], name=_COMMITMENT),
        beacon=files.get(_BEACON),
        nonces=[bytes.fromhex(nonce) for nonce in stated["nonces"]],
        opening=stated["opening"],
    )


def require_bound(
    bound: Bound,
    *,
    report: Mapping[str, Any],
    terms: Mapping[str, Any],
    references: Sequence[Reference],
    copies: Sequence[OwnCopy],
    asked: Mapping[str, Any],
    name: str,
) -> None:
    """Check that evidence is of a run as its commitment says.

    Args:
        bound: the commitment and the seed drawn again.
        report: of the run.
        terms: what was judged by.
        references: the honest models that answered.
        copies: the owner's copies that answered.
        asked: how much of the answers was seen.
        name: what to call the file in an error.

    Raises:
        DeviationError: names the first that differs.
    """
    fixed = bound.commitment.content
    given = {
        "the draw": (report.get("draw"), plain_json(bound.draw)),
        "the seed": (report["run"]["seed"], bound.draw.seed),
        "the source": (report["source"]["digest"], bound.models.source),
        "alpha": (terms["alpha"], fixed["alpha"]),
        "the rule": (terms["rule"], fixed["rule"]),
        "the null": (terms["null"], fixed["null"]),
        "the methods": (list(terms["methods"]), fixed["methods"]),
        "the references left out": (sorted(terms.get("leave_out", ())), fixed["leave_out"]),
        "the width": (terms.get("until_width"), fixed["until_width"]),
        "access": (asked["access"], fixed["access"]),
        "top-k": (asked["top_k"], fixed["top_k"]),
        "decimals": (asked["round"], fixed["round"]),
        "the queries": (asked["queries"], fixed["queries"]),
        "the selection": (asked.get("selection"), fixed.get("selection")),
        "the selection's seed": (
            (terms.get("select") or {"seed": bound.draw.seed})["seed"],
            bound.draw.seed,
        ),
        "the selection's terms": (
            _selected(terms),
            _committed(fixed.get("selection"), fixed["queries"]),
        ),
    }
    if fixed["suspect"] is not None:
        given["the suspect"] = (report["suspect"]["digest"], fixed["suspect"])
    pool = report["pool"]["name"]
    if pool.partition("/")[0] in recipe_names():
        given["the pool's seed"] = (parse_pool_name(pool).seed, bound.draw.seed)
        stated = fixed["pool"]["name"]
        if stated is not None:
            given["the pool"] = (pool.partition("/")[0], parse_pool_name(stated).recipe)
    for what, (found, committed) in given.items():
        if found != committed:
            raise DeviationError(
                f"'{name}': {what} is {found}, committed was {committed}",
                hint="the run is not the one that was committed to; do not rely on it",
            )
    left = list(bound.models.references)
    for reference in references:
        null = None if reference.null is None else str(reference.null)
        one = (reference.digest, reference.family, null)
        if one not in left:
            raise DeviationError(
                f"'{name}': the reference '{reference.responses.model}' is none of those "
                "committed to",
                hint="the run is not the one that was committed to; do not rely on it",
            )
        left.remove(one)
    chosen = terms.get("select") is not None
    require_answered(bound.models.copies, copies, selection=chosen, name=name)


def _selected(terms: Mapping[str, Any]) -> tuple[Any, ...] | None:
    """What was judged by, which need not be what the file says of the asking."""
    select = terms.get("select")
    return None if select is None else (select["selector"], select["anytime"], select["queries"])


def _committed(selection: Mapping[str, Any] | None, queries: int | None) -> tuple[Any, ...] | None:
    if selection is None:
        return None
    most = queries or default_queries(anytime=selection["anytime"])
    return (selection["select"], selection["anytime"], most)


def pack_replayed(replayed: Replayed | None, files: dict[str, bytes]) -> dict[str, Any]:
    """Add second answers to the files; return what the manifest says of them."""
    if replayed is None:
        return {}
    if replayed.again is not None:
        files[_AGAIN] = pack_responses(replayed.again)
    return {
        "again": {
            "planned": replayed.planned,
            "sent": replayed.sent,
            "near": replayed.near.tolist(),
            "note": replayed.note,
            **({} if replayed.spans is None else {"spans": replayed.spans.tolist()}),
        }
    }


def unpack_replayed(
    manifest: Mapping[str, Any], files: Mapping[str, bytes], suspect: Responses
) -> Replayed | None:
    """Read what ``pack_replayed`` added; the first answers are those of the suspect."""
    if "again" not in manifest:
        return None
    stated = manifest["again"]
    again = unpack_responses(files[_AGAIN], name=_AGAIN) if _AGAIN in files else None
    return Replayed(
        planned=stated["planned"],
        sent=stated["sent"],
        first=None if again is None else suspect.at(again.index),
        again=again,
        near=np.array(stated["near"], dtype=np.int64),
        note=stated["note"],
        spans=_spans(stated.get("spans"), again),
    )


def _spans(stated: list[list[int]] | None, again: Responses | None) -> IntArray | None:
    """When each was asked; files from before this was kept do not say."""
    if stated is None or again is None:
        return None
    spans = np.array(stated, dtype=np.int64).reshape(-1, 2)
    if len(spans) != len(again):
        raise ValueError(f"{len(spans)} spans of {len(again)} second answers")
    return spans
