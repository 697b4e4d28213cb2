"""A suspect less like the source than honest models are: a remark, never a verdict."""

from collections.abc import Sequence

import numpy as np

from modelkin.answers.alignment import align
from modelkin.pipeline.entering import Entered
from modelkin.pipeline.null import Reference
from modelkin.records import Decision, Relation, Responses, Verdict


def unlikeness(
    decision: Decision, entered: Entered, references: Sequence[Reference]
) -> float | None:
    """The chance that an honest model would be this unlike the source.

    ``p = (1 + families at most as similar to the source as the suspect) / (n + 1)``: the lower
    tail of a rank, as exact as the upper tail that decides. The rank is by plain similarity, since
    a copy that was pushed away from its source is pushed away from what honest models share too;
    models whose classes do not even match the source's come last. Of a family, its least similar
    member counts, which can only raise p.

    Args:
        decision: on the pair.
        entered: the pair's answers that count.
        references: the honest models; where the suspect's classes match the source's, those
            without a score in the null are not counted.

    Returns:
        None where there is nothing to count, or the suspect has another number of outputs than
        the source: then the references are no measure of how unlike it may be.
    """
    alignment = entered.alignment
    if not alignment.same_width:
        return None
    if alignment.label_sets == "different":
        families = {one.family for one in references}
        unlike = {one.family for one in references if _other_classes(entered.whole, one.responses)}
        return (1 + len(unlike)) / (len(families) + 1) if families else None
    null = decision.null
    if null is None or decision.p_value is None:
        return None
    least: dict[str, float] = {}
    for score in null.scores:
        value = score.value if score.similarity is None else score.similarity
        least[score.family] = min(value, least.get(score.family, value))
    counted = {score.reference for score in null.scores}
    unlike = {
        one.family
        for one in references
        if one.responses.model in counted and _other_classes(entered.whole, one.responses)
    }
    unlike |= {family for family, value in least.items() if value <= decision.similarity.value}
    return (1 + len(unlike)) / (len(least) + 1)


def unlikeness_remark(
    decision: Decision, entered: Entered, references: Sequence[Reference]
) -> tuple[str, ...]:
    """Say that the suspect is anomalous, at the alpha of the verdict; the verdict stays.

    Args:
        decision: on the pair.
        entered: the pair's answers that count.
        references: the honest models.
    """
    if decision.relation is Relation.IDENTICAL or decision.verdict is Verdict.RELATED:
        return ()
    chance = unlikeness(decision, entered, references)
    if chance is None or chance > decision.alpha:
        return ()
    if entered.alignment.label_sets == "different":
        what, families = "its classes do not match the source's", {one.family for one in references}
    else:
        what = "it is less similar to it"
        families = set(decision.null.family_scores) if decision.null else set()
    remark = (
        "the suspect is unlike the source in a way that honest models are not: "
        f"{what} (p = {chance:.3g} against {len(families)} families of references). It may have "
        "been trained against such queries or answer odd queries at random, or be of another task, "
        "architecture or accuracy than the references. This is no evidence of a relation; ask "
        "other queries, best pictures like those that the source was trained on (--pool DIR)"
    )
    return (remark,)


def _other_classes(source: Responses, reference: Responses) -> bool:
    common = np.intersect1d(source.index, reference.index)
    found = align(source.at(common), reference.at(common))
    return found.label_sets == "different"
