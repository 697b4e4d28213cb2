"""All pictures of the benchmark."""

from modelkin.bench.modelreuse.heat_map import heat_map
from modelkin.bench.modelreuse.null_bars import null_bars
from modelkin.bench.modelreuse.query_curves import query_curves
from modelkin.bench.modelreuse.scores import Scores
from modelkin.bench.plot import Plot


def draw(scores: Scores) -> tuple[Plot, ...]:
    """Heat map by reuse type, curves against queries, bars by null.

    Raises:
        MissingDependencyError: matplotlib is not installed.
    """
    return heat_map(scores), query_curves(scores), null_bars(scores)
