"""The null of a pair: how similar honest references are to the source."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from modelkin.answers.alignment import align, reorder
from modelkin.answers.coincidence import coincidence
from modelkin.answers.coverage import constant_share
from modelkin.answers.partial import partial_to_first
from modelkin.errors import ModelkinError
from modelkin.pipeline.own_copy import OwnCopy
from modelkin.pipeline.rating import LEAST_ROWS, rows_for
from modelkin.protocols import Method
from modelkin.records import (
    Failed,
    Fingerprint,
    FloatArray,
    IntArray,
    Null,
    NullKind,
    NullScore,
    Responses,
    Skipped,
)


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
        copies: of copies made of it during the run, to queries that were chosen.
    """

    responses: Responses
    family: str
    null: NullKind | None = None
    crafted: Mapping[str, Responses] = field(default_factory=dict)
    location: str = ""
    digest: str = ""
    cap: NullKind | None = None
    copies: tuple[OwnCopy, ...] = ()


@dataclass(frozen=True)
class NullFindings:
    """The null and what became of the references.

    Attributes:
        null: the references' scores, or None when none could serve.
        score: the suspect's on the same scale, where that is not the similarity itself.
        skipped: references that cannot serve, with the reason.
        failed: references that could not be rated.
    """

    null: Null | None
    score: float | None
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
    cohort: bool = True,
    other_classes: bool = False,
) -> NullFindings:
    """Rate every reference against the source, on the very queries of the pair.

    A suspect whose classes are not the source's is no draw from models that have them: honest ones
    share less with those than any of them does, and would look related. So it is ranked among the
    references of its own kind (Vovk, Gammerman and Shafer 2005, Mondrian conformal predictors).

    Args:
        method: the deciding method.
        source: the source's answers to the parts that were kept.
        suspect: the suspect's.
        references: the honest models.
        stated: what they stand for; None takes the weakest that they record.
        used: pool positions that entered the comparison of the pair.
        crafted: the answers of source and suspect to the method's own queries, if it has any; the
            pool's still tell which references can serve.
        cohort: take out what honest models share: every reference is rated with the suspect in
            its cohort, so that the suspect, were it honest, would be one of them.
        other_classes: the suspect's classes are not the source's.

    Raises:
        IncompatibleError: a similarity is not a number.
    """
    serving: list[Reference] = []
    prints: list[Fingerprint] = []
    skipped: list[Skipped] = []
    failed: list[Failed] = []
    mine = source.at(used) if crafted is None else crafted[0].at(_common(*crafted))
    own = _print(method, mine)
    for reference in references:
        name = reference.responses.model
        try:
            theirs = _answers(
                method, source, suspect, reference, used, crafted, other_classes=other_classes
            )
            if isinstance(theirs, str):
                skipped.append(Skipped(subject=f"reference {name}", reason=theirs))
                continue
            found = _print(method, theirs)
            own.require_same_queries(found)
        except ModelkinError as error:
            failed.append(failure(f"reference {name}", error))
            continue
        serving.append(reference)
        prints.append(found)
    if not serving:
        return NullFindings(None, None, tuple(skipped), tuple(failed))
    theirs = suspect.at(used) if crafted is None else crafted[1].at(_common(*crafted))
    everyone = [own, _print(method, theirs), *prints]
    rated = method.similarity.matrix([one.values for one in everyone])
    values = _partial(rated, serving) if cohort else rated[0, 1:]
    scores = tuple(
        NullScore(
            reference=one.responses.model,
            family=one.family,
            value=float(values[place]),
            similarity=float(rated[0, place + 1]) if cohort else None,
            null=stated or one.null,
        )
        for place, one in enumerate(serving, start=1)
    )
    recorded = [reference.null for reference in references if reference.null is not None]
    kind = stated or (min(recorded) if len(recorded) == len(references) else NullKind.N1)
    families = len({one.family for one in serving})
    return NullFindings(
        Null(kind=kind, scores=scores, cohort=families if cohort else 0),
        float(values[0]) if cohort else None,
        tuple(skipped),
        tuple(failed),
    )


def _partial(rated: FloatArray, serving: Sequence[Reference]) -> FloatArray:
    """(n + 1,) partial similarities to the source, the suspect's first."""
    # who speaks for a family must not hang on the order in which references were named
    order = sorted(
        range(len(serving)),
        key=lambda place: (serving[place].family, serving[place].responses.model_digest),
    )
    rows = [0, 1, *(place + 2 for place in order)]
    # no family can be named like the suspect's own
    families = ["", *(f"={serving[place].family}" for place in order)]
    found = np.empty(len(serving) + 1)
    found[[0, *(place + 1 for place in order)]] = partial_to_first(
        rated[np.ix_(rows, rows)], families
    )
    return found


def _print(method: Method, responses: Responses) -> Fingerprint:
    return method.fingerprint_of(responses.take(rows_for(method, responses)))


def _common(first: Responses, second: Responses) -> IntArray:
    return np.intersect1d(first.index, second.index)


def _answers(
    method: Method,
    source: Responses,
    suspect: Responses,
    honest: Reference,
    used: IntArray,
    crafted: tuple[Responses, Responses] | None,
    *,
    other_classes: bool,
) -> Responses | str:
    """Answers to what the pair is rated on, classes in the source's order, or why none serve."""
    common = _common(source, honest.responses)
    mine, theirs = source.at(common), honest.responses.at(common)
    unfit = _unfit(mine, theirs, suspect)
    if unfit is not None:
        return unfit
    alignment = None
    if other_classes:
        kind = align(mine, theirs)
        if kind.label_sets != "different":
            return f"has the source's classes, the suspect has others ({kind.note})"
    if method.fingerprint.aligned:
        alignment = align(mine, theirs)
        if not alignment.same_width:
            return f"has another label set ({alignment.note})"
        theirs = reorder(theirs, alignment)
    if coincidence(mine, theirs) is not None:
        return "answers exactly like the source, so it is no honest model"
    if crafted is None:
        return theirs.at(used)
    own = honest.crafted[method.name].at(_common(*crafted))
    return own if alignment is None else reorder(own, alignment)


def _unfit(source: Responses, reference: Responses, suspect: Responses) -> str | None:
    if len(reference) < LEAST_ROWS:
        return f"only {len(reference)} usable answers to the queries of this pair"
    if constant_share(reference) >= 1.0:
        return "gives one constant answer to the queries of this pair"
    if reference.model_digest in {source.model_digest, suspect.model_digest}:
        return "is one of the two models compared"
    return None


def failure(subject: str, error: ModelkinError) -> Failed:
    """Turn an error into the row that stands for it."""
    return Failed(subject=subject, error=type(error).__name__, reason=str(error), hint=error.hint)
