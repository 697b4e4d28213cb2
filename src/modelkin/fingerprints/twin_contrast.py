"""Twin contrast: how much farther far twins move a model than metamers do."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modelkin.answers.grouping import pairs_with_first
from modelkin.answers.scales import log_scores
from modelkin.errors import IncompatibleError
from modelkin.protocols import FingerprintMethod
from modelkin.records import Access, FloatArray, Responses

_FAR, _NEAR = (1, 2), 3
_GROUP = 4


@dataclass(frozen=True)
class TwinContrast(FingerprintMethod):
    """``(F - N) / (F + N)``, the ways F and N that far twins and metamers move the answers.

    F and N are sums over the seeds of the length of the change in centred log-probabilities, F the
    mean of both far twins', so seeds near which a model is undecided count most. A model that
    does not move at all shows 0.
    """

    name: ClassVar[str] = "twin_contrast"
    needs: ClassVar[Access] = Access.SCORES

    def extract(self, responses: Responses) -> FloatArray:
        """(1,) in [-1, 1].

        Raises:
            IncompatibleError: no seed was answered together with all of its twins.
        """
        answers = log_scores(responses)
        lengths = []
        for member in (*_FAR, _NEAR):
            seeds, changed = pairs_with_first(responses.index, _GROUP, member)
            found = np.linalg.norm(answers[changed] - answers[seeds], axis=1)
            lengths.append(dict(zip(seeds.tolist(), found.tolist(), strict=True)))
        whole = set.intersection(*(set(one) for one in lengths))
        if not whole:
            raise IncompatibleError(
                f"the answers of '{responses.model}' hold no seed with all of its twins",
                hint=f"ask whole groups of {_GROUP} queries: a seed, two far twins, a metamer",
            )
        *far, stayed = (sum(one[seed] for seed in sorted(whole)) for one in lengths)
        moved = sum(far) / len(far)
        total = moved + stayed
        return np.array([(moved - stayed) / total if total else 0.0])
