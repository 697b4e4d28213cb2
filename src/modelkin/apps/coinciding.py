"""Do two models answer one and the same?"""

import numpy as np

from modelkin.answers.coincidence import coincidence
from modelkin.pipeline.entering import enter
from modelkin.records import Responses


def same_answers(a: Responses, b: Responses) -> str | None:
    """In what sense all answers of two models coincide, or None."""
    entered = enter(a, b)
    if entered.saturated or entered.alignment.label_sets == "different":
        return None
    if not np.array_equal(entered.source.index, entered.suspect.index):
        return None
    return coincidence(entered.source, entered.suspect)
