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
        references: the honest models; those without a score in the null are not counted.

    Returns:
        None where there is no null, or the suspect has another number of outputs than the source:
        then the references are no measure of how unlike it may be.
    """
    null, alignment = decision.null, entered.alignment
    if null is None or decision.p_value is None or not alignment.same_width:
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
    if alignment.label_sets != "different":
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
    null = decision.null
    if null is None or decision.relation is Relation.IDENTICAL:
        return ()
    # the least that it can be: most pairs need no look at the references' classes
    unmatched = entered.alignment.label_sets == "different"
    related = decision.verdict is Verdict.RELATED
    if null.floor > decision.alpha or (related and not unmatched):
        return ()
    chance = unlikeness(decision, entered, references)
    if chance is None or chance > decision.alpha:
        return ()
    if related:
        warning = (
            "the classes of the suspect do not match the source's, while those of the references "
            "do: it is no such model as the references are, which were no fair measure for it, and "
            "honest models of other classes are often called related so. Do not rely on this "
            "verdict; judge by references with the suspect's classes, or ask other queries"
        )
        return (warning,)
    families = len(null.family_scores)
    what = "its classes do not match the source's" if unmatched else "it is less similar to it"
    remark = (
        "the suspect is unlike the source in a way that honest models are not: "
        f"{what} (p = {chance:.3g} against {families} families of references). It may have been "
        "trained against such queries or answer odd queries at random, or be of another task, "
        "architecture or accuracy than the references. This is no evidence of a relation; ask "
        "other queries, best pictures like those that the source was trained on (--pool DIR)"
    )
    return (remark,)


def _other_classes(source: Responses, reference: Responses) -> bool:
    common = np.intersect1d(source.index, reference.index)
    found = align(source.at(common), reference.at(common))
    return found.label_sets == "different"
