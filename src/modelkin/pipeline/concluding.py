"""Everything that follows from the answers: pure, so that evidence can be recomputed anywhere."""

from dataclasses import dataclass

from modelkin.pipeline.judging import Judgement
from modelkin.pipeline.material import Material
from modelkin.pipeline.steadiness import settle, steadiness_of
from modelkin.pipeline.verdict import judge_any, power_any
from modelkin.records import Power, Steadiness


@dataclass(frozen=True, kw_only=True, eq=False)
class Conclusion:
    """What was concluded.

    Attributes:
        judgement: of the pair.
        power: the owner's copies in the suspect's place; None without copies.
        steadiness: whether the suspect answered alike when asked twice; None if it was not.
    """

    judgement: Judgement
    power: Power | None
    steadiness: Steadiness | None


def conclude(material: Material) -> Conclusion:
    """Judge the pair, withhold the verdict on a suspect that changed, state the power.

    Raises:
        ModelkinError: the answers cannot be judged as the terms say.
    """
    steadiness = steadiness_of(material.replayed)
    judgement = settle(
        judge_any(
            material.source,
            material.suspect,
            material.references,
            material.terms,
            material.crafted,
            material.copies,
        ),
        steadiness,
    )
    power = power_any(
        material.source,
        material.suspect,
        material.references,
        material.copies,
        material.terms,
        judgement.similarities[0].method,
        top_k=material.top_k,
    )
    return Conclusion(judgement=judgement, power=power, steadiness=steadiness)
