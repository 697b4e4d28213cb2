"""The power statement in words."""

from modelkin.records import Power
from modelkin.report.formatting import count, counted, number, percent, plain, probability


def power_lines(power: Power | None) -> list[str]:
    """One line a kind of copy; empty where no copies were given."""
    if power is None:
        return []
    if not power.copies:
        return ["none of the owner's copies could be judged"]
    head = (
        f"{counted(len(power.copies), 'own copy', 'own copies')} in the suspect's place, "
        f"{count(power.queries)} queries, alpha {probability(power.alpha)}:"
    )
    lines = [head]
    for one in power.kinds:
        alike = (
            number(one.median)
            if one.copies == 1
            else f"{number(one.low)} to {number(one.high)}, median {number(one.median)}"
        )
        lines.append(
            f"a copy made by {plain(one.kind)} would have been missed {percent(one.missed)} of the "
            f"time ({one.copies - one.found} of {one.copies}; similarity {alike})"
        )
    return lines
