"""What the benchmark evaluates: every method on every source of queries, and our own recipe."""

from collections.abc import Iterator, Sequence

from modelkin.bench.modelreuse.evaluating import Task
from modelkin.bench.modelreuse.judged import DEFAULT, Judged
from modelkin.bench.modelreuse.query_sets import NOISE, PLAIN
from modelkin.bench.modelreuse.recording import SEEDED_BY
from modelkin.bench.modelreuse.selection import DATALESS
from modelkin.pipeline.choosing import deciding_name
from modelkin.pipeline.routing import suited_pool
from modelkin.records import Modality


def all_tasks(judged: Sequence[Judged]) -> Iterator[Task]:
    """Every method on every source; ``default`` takes the methods and pools of ``compare``."""
    named = {one.name: one for one in judged}
    same, other = (deciding_name(scores=True, different=different) for different in (False, True))
    for queries in PLAIN:
        if same in named and other in named:
            dataless = queries == DATALESS
            yield Task(
                name=DEFAULT,
                same=named[same],
                other=named[other],
                queries=queries,
                elsewhere=suited_pool(other, Modality.IMAGE) if dataless else "",
            )
    for one in judged:
        for queries in SEEDED_BY if one.own_queries else PLAIN:
            if queries == NOISE and one.crafter is not None:
                continue
            yield Task(name=one.name, same=one, other=None if one.aligned else one, queries=queries)
