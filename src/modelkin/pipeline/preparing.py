"""The choice of queries, from recorded answers alone, so that evidence can make it again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from modelkin.answers.label_candidates import LabelCandidates
from modelkin.answers.label_evidence import QuerySelection
from modelkin.errors import IncompatibleError, UsageError
from modelkin.pipeline.examining import pool_size
from modelkin.pipeline.family_split import FamilySplit, split_families
from modelkin.pipeline.null import Reference
from modelkin.pipeline.own_copy import OwnCopy
from modelkin.pipeline.select_terms import SelectTerms
from modelkin.protocols import QuerySelector
from modelkin.records import IntArray, OutputKind, Responses, Skipped
from modelkin.registry import part

_LEAST_ANSWERED = 0.9
_STREAM = 1_000_099


@dataclass(frozen=True, kw_only=True, eq=False)
class Prepared:
    """Chosen queries and everybody's labels on the candidates.

    Attributes:
        positions: (n,) positions of the candidates in the pool.
        candidates: labels of the source, of the selecting references and of own copies.
        selection: the chosen queries, as places among the candidates.
        split: the two groups of families.
        judging: the references that judge.
        labels: (j, n) labels of those.
        all_labels: (r, n) labels of all references that serve, and
        serving: those references.
        skipped: references and copies left out, with the reason.
    """

    positions: IntArray
    candidates: LabelCandidates
    selection: QuerySelection
    split: FamilySplit
    judging: tuple[Reference, ...]
    labels: IntArray
    all_labels: IntArray
    serving: tuple[Reference, ...]
    skipped: tuple[Skipped, ...]

    @property
    def chosen(self) -> IntArray:
        """(m,) positions of the chosen queries in the pool, the best first."""
        return self.positions[self.selection.chosen]


def prepare(
    source: Responses,
    suspect_digest: str,
    references: Sequence[Reference],
    copies: Sequence[OwnCopy],
    terms: SelectTerms,
    *,
    alpha: float,
    leave_out: Sequence[str] = (),
    fallback: bool = False,
) -> Prepared:
    """Split the references, choose queries.

    Args:
        source: the source's answers to all candidates, as far as they are seen.
        suspect_digest: digest of the suspect, which is no reference of itself.
        references: the honest models.
        copies: the owner's, for selectors that use them.
        terms: selector, sizes and seed.
        alpha: of the verdict; settles how many families may select.
        leave_out: references that do not count.
        fallback: a selector without the copies that it wants does as well as it can.

    Raises:
        IncompatibleError: no labels, or too few families.
        UsageError: the selector needs own copies.
        PoolError: fewer candidates than queries.
    """
    _require_labels(source)
    serving, skipped = _serving(source, suspect_digest, references, leave_out)
    split = split_families((one.family for one in serving), alpha=alpha, seed=terms.seed)
    selector = part(QuerySelector, terms.selector)()  # type: ignore[type-abstract]
    used, unused = _usable(source, copies if selector.copies else ())
    if selector.copies and not used and not fallback:
        raise UsageError(
            f"'{terms.selector}' chooses by own copies of the source, and there are none"
            + (f" ({unused[0].subject}: {unused[0].reason})" if unused else ""),
            hint="pass --copies DIR, made with 'modelkin derive SOURCE', or --select "
            "expected_evidence",
        )
    everyone = [source]
    everyone += [one.responses for one in serving]
    everyone += [one.responses for one in used]
    positions = everyone[0].index
    for one in everyone[1:]:
        positions = np.intersect1d(positions, one.index)
    rows = [one.at(positions).labels for one in everyone]
    all_labels = np.array(rows[1 : len(serving) + 1])
    voices = speakers_of(serving, split.selecting)
    candidates = LabelCandidates(
        source=rows[0],
        references=all_labels[voices],
        copies=np.array(rows[len(serving) + 1 :]).reshape(len(used), len(positions)),
        made=tuple(one.kind for one in used),
    )
    rng = np.random.default_rng([terms.seed, _STREAM])
    size = terms.queries
    if terms.anytime:
        size = pool_size(candidates.size, own_copies=bool(len(candidates.copies)))
    judges = [place for place, one in enumerate(serving) if one.family in split.judging]
    return Prepared(
        positions=positions,
        candidates=candidates,
        selection=selector.select(candidates, n=size, rng=rng),
        split=split,
        judging=tuple(serving[place] for place in judges),
        labels=all_labels[judges],
        all_labels=all_labels,
        serving=tuple(serving),
        skipped=(*skipped, *unused),
    )


def _require_labels(source: Responses) -> None:
    if not source.kind.classifies or len(np.unique(source.labels)) < len(("one", "other")):
        what = (
            "predicts one class only on the candidates"
            if source.kind.classifies
            else "gives numbers that are no classes"
        )
        raise IncompatibleError(
            f"queries are chosen by labels, and '{source.model}' {what}",
            hint="leave out --select, or ask another --pool",
        )


def _serving(
    source: Responses,
    suspect_digest: str,
    references: Sequence[Reference],
    leave_out: Sequence[str],
) -> tuple[list[Reference], list[Skipped]]:
    serving, skipped = [], []
    for one in references:
        answers = one.responses
        if answers.model in leave_out:
            reason: str | None = "left out on the user's word (--leave-out)"
        elif answers.model_digest in {source.model_digest, suspect_digest}:
            reason = "is one of the two models compared"
        else:
            reason = misfit(source, answers)
        if reason is None:
            serving.append(one)
        else:
            skipped.append(Skipped(subject=f"reference {answers.model}", reason=reason))
    return serving, skipped


def misfit(source: Responses, answers: Responses, *, copy: bool = False) -> str | None:
    """Why answers to the candidates are of no use beside the source's; None where they are.

    Args:
        source: the source's answers.
        answers: of a reference or an own copy.
        copy: copies may answer like the source.
    """
    common = np.intersect1d(source.index, answers.index)
    if not answers.kind.classifies:
        return "gives numbers that are no classes"
    wide = OutputKind.LABELS not in {source.kind, answers.kind}
    if wide and source.values.shape[1] != answers.values.shape[1]:
        sizes = f"{source.values.shape[1]} and {answers.values.shape[1]} outputs"
        return f"has another label set ({sizes})"
    if len(common) < _LEAST_ANSWERED * len(source):
        return f"only {len(common)} usable answers to {len(source)} candidates"
    mine, theirs = source.at(common).labels, answers.at(common).labels
    if len(np.unique(theirs)) == 1:
        return "gives one constant label to the candidates"
    if not copy and np.array_equal(mine, theirs):
        return "answers exactly like the source, so it is no honest model"
    return None


def _usable(
    source: Responses, copies: Sequence[OwnCopy]
) -> tuple[tuple[OwnCopy, ...], tuple[Skipped, ...]]:
    kept, skipped = [], []
    for copy in copies:
        gone = "lost its function, so nobody would use it" if copy.lost else None
        reason = gone or misfit(source, copy.responses, copy=True)
        if reason is None:
            kept.append(copy)
        else:
            skipped.append(Skipped(subject=f"copy {copy.responses.model}", reason=reason))
    return tuple(kept), tuple(skipped)


def speakers_of(references: Sequence[Reference], families: Iterable[str]) -> list[int]:
    """One model speaks for a family: the one whose digest comes first.

    Args:
        references: all models.
        families: those that are to be spoken for, of which each has a model.

    Returns:
        Places of the speakers, in the order of the families.
    """
    found = []
    for family in sorted(families):
        members = [place for place, one in enumerate(references) if one.family == family]
        found.append(min(members, key=lambda place: references[place].responses.model_digest))
    return found
