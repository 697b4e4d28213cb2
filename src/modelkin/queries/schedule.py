"""The order in which a mixture's parts take turns."""

from collections.abc import Iterator

from modelkin.protocols import Portion


def turns(mixture: tuple[Portion, ...]) -> Iterator[Portion]:
    """Yield the portion of every group, for ever, so that any prefix has the proportions.

    Every portion earns its weight in each turn and the one with most credit pays a whole round
    for its turn. A group of k starts at a row divisible by k, so that rows 2i and 2i + 1 are
    twins; a portion that has to wait keeps its credit and goes first when it may.
    """
    whole = sum(portion.weight for portion in mixture)
    credit = [0] * len(mixture)
    row = 0
    while True:
        for place, portion in enumerate(mixture):
            credit[place] += portion.weight
        fitting = [
            place
            for place, portion in enumerate(mixture)
            if portion.weight and row % portion.generator.group == 0
        ]
        chosen = max(fitting, key=lambda place: (credit[place], -place))
        credit[chosen] -= whole
        row += mixture[chosen].generator.group
        yield mixture[chosen]


def part_names(mixture: tuple[Portion, ...], n: int) -> tuple[str, ...]:
    """The part of each of the first ``n`` queries."""
    parts: list[str] = []
    order = turns(mixture)
    while len(parts) < n:
        portion = next(order)
        parts.extend([portion.part] * portion.generator.group)
    return tuple(parts[:n])
