"""How far a suspect goes with the twins that move the source, against its metamers."""

from dataclasses import dataclass
from typing import ClassVar

from modelkin.comparison.mean_difference import MeanDifference
from modelkin.fingerprints.twin_contrast import TwinContrast as Contrast
from modelkin.protocols import FingerprintMethod, Method, QueryCrafter, SimilarityMeasure
from modelkin.queries.crafting.probed_twins import ProbedTwins


@dataclass(frozen=True)
class TwinContrast(Method):
    """How far a suspect goes with the twins that move the source, against its metamers.

    Sees: scores, of any label set.
    Cost: one run of crafted twins a model (265 queries a seed to craft), none a pair.
    Paper: our own; metamers after Freeman and Simoncelli, Nature Neuroscience 2011.

    Meant for sources of many outputs, such as a public model of sixty classes or more: twins of
    two outputs say little of the features beneath. See docs/heads.md.
    """

    name: ClassVar[str] = "twin_contrast"
    crafter: QueryCrafter | None = ProbedTwins()
    fingerprint: FingerprintMethod = Contrast()
    similarity: SimilarityMeasure = MeanDifference()
