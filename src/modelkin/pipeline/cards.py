"""What a report tells of one side."""

from collections.abc import Sequence

import numpy as np

from modelkin.models.opened import OpenedModel
from modelkin.records import Collected, ModelCard, PartCoverage, Responses


def card_of(
    opened: OpenedModel,
    found: Collected,
    coverage: tuple[PartCoverage, ...],
    crafted: Sequence[Collected],
    crafting: int,
) -> ModelCard:
    """One side, with its answers to the pool and to crafted queries, and what crafting cost it."""
    responses = found.responses
    every = (found, *crafted)
    return ModelCard(
        name=opened.name,
        location=opened.location,
        format=opened.format.name,
        digest=opened.file_digest,
        access=responses.access,
        output=responses.kind,
        n_outputs=int(responses.values.shape[1]),
        classes_seen=classes_seen(responses),
        preprocessing=opened.fed,
        asked=crafting + sum(one.responses.asked for one in every),
        asked_now=crafting + sum(one.asked_now for one in every),
        probes=opened.probes,
        seconds=sum(one.seconds for one in every),
        coverage=coverage,
    )


def classes_seen(responses: Responses) -> int:
    """How many classes were predicted; 0 where the outputs are no classes."""
    return len(np.unique(responses.labels)) if responses.kind.classifies else 0
