"""A suspect less like the source than honest models are: a remark, never a verdict."""

from modelkin.records import Decision, Null, Relation, Verdict


def unlikeness(null: Null, similarity: float) -> float:
    """The chance that an honest model would be this unlike the source.

    ``p = (1 + families at most as similar to the source as the suspect) / (n + 1)``: the lower
    tail of the rank whose upper tail decides, and as exact. It is taken on plain similarity, since
    a copy that was pushed away from its source is pushed away from what honest models share too.
    Of a family, its least similar member counts, which can only raise p.

    Args:
        null: the references' scores; not empty.
        similarity: plain similarity of source and suspect, by the deciding method.

    >>> from modelkin.records import NullKind, NullScore
    >>> scores = [
    ...     NullScore(reference=f"r{i}", family=f"r{i}", value=0.5 + i / 100) for i in range(19)
    ... ]
    >>> unlikeness(Null(kind=NullKind.N2, scores=tuple(scores)), 0.2)
    0.05
    """
    least: dict[str, float] = {}
    for score in null.scores:
        value = score.value if score.similarity is None else score.similarity
        least[score.family] = min(value, least.get(score.family, value))
    reached = sum(value <= similarity for value in least.values())
    return (1 + reached) / (len(least) + 1)


def unlikeness_remark(decision: Decision) -> tuple[str, ...]:
    """Say that the suspect is anomalous, at the alpha of the verdict; the verdict stays."""
    null = decision.null
    judged = decision.p_value is not None and decision.relation is not Relation.IDENTICAL
    if null is None or not judged or decision.verdict is Verdict.RELATED:
        return ()
    chance = unlikeness(null, decision.similarity.value)
    if chance > decision.alpha:
        return ()
    families = len(null.family_scores)
    remark = (
        f"the suspect is unlike the source in a way that honest models are not: it is less similar "
        f"to it than all but {round(chance * (families + 1)) - 1} of {families} families of "
        f"references (p = {chance:.3g}). It may have been trained against these queries or answer "
        "odd queries at random, or be of another task, architecture or accuracy than the "
        "references. This is no evidence of a relation; ask it natural pictures, such as the "
        "source's own data (--pool DIR)"
    )
    return (remark.replace("all but 0 of", "all of"),)
