"""The null of a pair: how similar honest references are to the source."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from modelkin.answers.alignment import align, reorder
from modelkin.answers.coincidence import coincidence
from modelkin.answers.coverage import constant_share
from modelkin.errors import ModelkinError
from modelkin.pipeline.rating import LEAST_ROWS, rate
from modelkin.protocols import Method
from modelkin.records import Failed, IntArray, Null, NullKind, NullScore, Responses, Skipped


@dataclass(frozen=True, eq=False)
class Reference:
    """One honest model's answers.

    Attributes:
        responses: its answers to the pool.
        family: the independent family it belongs to.
        null: which null it represents, where that is recorded.
        crafted: its answers to the queries of crafted methods, by method.
        location: where it was opened from, as given.
        digest: sha256 of its file; empty where that is not known.
        cap: the strongest null that it can stand for, whatever anybody states; None is no limit.
    """

    responses: Responses
    family: str
    null: NullKind | None = None
    crafted: Mapping[str, Responses] = field(default_factory=dict)
    location: str = ""
    digest: str = ""
    cap: NullKind | None = None


@dataclass(frozen=True)
class NullFindings:
    """The null and what became of the references.

    Attributes:
        null: the references' similarities, or None when none could serve.
        skipped: references that cannot serve, with the reason.
        failed: references that could not be rated.
    """

    null: Null | None
    skipped: tuple[Skipped, ...]
    failed: tuple[Failed, ...]


def build_null(
    method: Method,
    source: Responses,
    suspect: Responses,
    references: Sequence[Reference],
    *,
    stated: NullKind | None,
    used: IntArray,
    crafted: tuple[Responses, Responses] | None = None,
) -> NullFindings:
    """Rate every reference against the source, on the very queries of the pair.

    Args:
        method: the deciding method.
        source: the source's answers to the parts that were kept.
        suspect: the suspect's.
        references: the honest models.
        stated: what they stand for; None takes the weakest that they record.
        used: pool positions that entered the comparison of the pair.
        crafted: the answers of source and suspect to the method's own queries, if it has any; the
            pool's still tell which references can serve.
    """
    scores: list[NullScore] = []
    skipped: list[Skipped] = []
    failed: list[Failed] = []
    for reference in references:
        name = reference.responses.model
        try:
            value = _reference_score(method, source, suspect, reference, used, crafted)
        except ModelkinError as error:
            failed.append(failure(f"reference {name}", error))
            continue
        if isinstance(value, str):
            skipped.append(Skipped(subject=f"reference {name}", reason=value))
        else:
            scores.append(NullScore(reference=name, family=reference.family, value=value))
    if not scores:
        return NullFindings(None, tuple(skipped), tuple(failed))
    recorded = [reference.null for reference in references if reference.null is not None]
    kind = stated or (min(recorded) if len(recorded) == len(references) else NullKind.N1)
    null = Null(kind=kind, scores=tuple(scores))
    return NullFindings(null, tuple(skipped), tuple(failed))


def _reference_score(
    method: Method,
    source: Responses,
    suspect: Responses,
    honest: Reference,
    used: IntArray,
    crafted: tuple[Responses, Responses] | None,
) -> float | str:
    """The similarity to the source, or why this reference cannot serve."""
    reference = honest.responses
    common = np.intersect1d(source.index, reference.index)
    if len(common) < LEAST_ROWS:
        return f"only {len(common)} usable answers to the queries of this pair"
    mine, theirs = source.at(common), reference.at(common)
    if constant_share(theirs) >= 1.0:
        return "gives one constant answer to the queries of this pair"
    if reference.model_digest in {source.model_digest, suspect.model_digest}:
        return "is one of the two models compared"
    alignment = None
    if method.fingerprint.aligned:
        alignment = align(mine, theirs)
        if not alignment.same_width:
            return f"has another label set ({alignment.note})"
        theirs = reorder(theirs, alignment)
    if coincidence(mine, theirs) is not None:
        return "answers exactly like the source, so it is no honest model"
    if crafted is not None:
        mine, theirs = crafted[0], honest.crafted[method.name]
        theirs = theirs if alignment is None else reorder(theirs, alignment)
        used = np.intersect1d(np.intersect1d(mine.index, crafted[1].index), theirs.index)
    return rate(method, mine.at(used), theirs.at(used))


def failure(subject: str, error: ModelkinError) -> Failed:
    """Turn an error into the row that stands for it."""
    return Failed(subject=subject, error=type(error).__name__, reason=str(error), hint=error.hint)
