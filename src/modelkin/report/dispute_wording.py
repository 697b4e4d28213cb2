"""What bears on a dispute, in words, the same in text and HTML."""

from collections.abc import Mapping
from typing import Any

from modelkin.records import Report
from modelkin.report.formatting import counted, number, plain, probability


def draw_line(report: Report) -> str | None:
    """What the run was committed to and where its seed comes from."""
    draw = report.draw
    if draw is None:
        return None
    source = (
        f"beacon sha256 {draw.beacon[:16]}"
        if draw.beacon
        else f"{counted(len(draw.nonces), 'revealed nonce')}"
    )
    announced = f", announced as “{plain(draw.announced)}”" if draw.announced else ""
    return f"commitment sha256 {draw.commitment[:16]}, {source}{announced}; seed {draw.seed}"


def swap_line(report: Report) -> str | None:
    """Would this null accuse honest models?"""
    swap = report.swap
    if swap is None:
        return None
    return (
        f"with a reference in the source's chair the suspect would be called related to "
        f"{swap.accused} of {counted(len(swap.chairs), 'reference')} (at "
        f"{probability(swap.level)}); {swap.as_similar} of them have another honest one as "
        f"similar to them as the suspect is to the source ({number(swap.similarity)})"
    )


def steadiness_line(report: Report) -> str | None:
    """Whether the suspect stayed the same while it was asked."""
    found = report.steadiness
    return None if found is None else f"{found.kind.value}: {plain(found.note)}"


def dispute_lines(report: Report) -> tuple[tuple[str, str], ...]:
    """Label and line of everything there is."""
    lines = (
        ("draw", draw_line(report)),
        ("swap test", swap_line(report)),
        ("left out", ", ".join(plain(name) for name in report.left_out) or None),
        ("repeats", steadiness_line(report)),
    )
    return tuple((label, line) for label, line in lines if line is not None)


def challenge_lines(found: Mapping[str, Any]) -> tuple[str, ...]:
    """A challenge, as its JSON has it, for a terminal."""
    lines = [found["reason"][:1].upper() + found["reason"][1:] + "."]
    for label, key in (("evidence", "evidence"), ("fresh", "challenge")):
        one = found[key]
        p_value = "no p-value" if one["p_value"] is None else f"p = {probability(one['p_value'])}"
        lines.append(
            f"{label}: {one['verdict']}, {p_value}, similarity {number(one['similarity'])} by "
            f"{one['method']}, {one['n_families']} families, pool {one['pool']}"
        )
    lines.append(f"seed: {found['seed']} ({found['drawn']})")
    lines += [f"changed: {name}" for name in found["changed"]]
    lines += [f"missing: reference '{name}'" for name in found["missing"]]
    return tuple(plain(line) for line in lines)
