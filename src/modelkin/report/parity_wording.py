"""The check of an export in words, the same in text and HTML."""

from modelkin.records import Parity, ParityLevel
from modelkin.report.formatting import counted, plain, sentence, short

_LEVELS = {
    ParityLevel.IDENTICAL: "identical",
    ParityLevel.EQUIVALENT: "numerically equivalent",
    ParityLevel.DRIFT: "drift, of the size that quantization or light changes give",
    ParityLevel.DIFFERENT: "different numbers",
}


def parity_lines(parity: Parity | None) -> tuple[str, ...]:
    """What a reader needs who expects the suspect to be an export of the source."""
    if parity is None:
        return ()
    changed = counted(parity.labels_changed, "label")
    level = (
        f"{_LEVELS[parity.level]}: the largest difference is {short(parity.tolerance)} "
        f"({parity.unit}), the typical one {short(parity.typical)}; {changed} of {parity.n} changed"
    )
    lines = [level]
    if parity.level is not ParityLevel.IDENTICAL and parity.by_output:
        worst = ", ".join(f"{plain(name)} {short(gap)}" for name, gap in parity.by_output[:3])
        queries = ", ".join(plain(query).rpartition("-")[2] for query, _ in parity.worst[:3])
        lines.append(f"worst outputs: {worst}; worst queries: {queries}")
    if parity.diagnosis:
        lines.append(f"diagnosis: {plain(parity.diagnosis)}")
    return tuple(sentence(line) for line in lines)
