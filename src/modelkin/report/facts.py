"""A report's facts as rows of text, shared by the renderers."""

import math
from dataclasses import dataclass

from modelkin.records import (
    ModelCard,
    Origin,
    OutputKind,
    PoolInfo,
    Preprocessing,
    Report,
    Similarity,
)
from modelkin.report.formatting import (
    DASH,
    count,
    counted,
    duration,
    interval,
    listed,
    number,
    percent,
    plain,
    settings,
    short,
)

_ORIGINS = {
    Origin.FILE: "read from the file",
    Origin.OVERRIDE: "given by the user",
    Origin.INFERRED: "inferred from the model's answers",
    Origin.DEFAULT: "assumed, nothing spoke for or against it",
}


@dataclass(frozen=True, kw_only=True)
class Row:
    """One fact about both models."""

    label: str
    source: str
    suspect: str


@dataclass(frozen=True, kw_only=True)
class MethodRow:
    """One method's rating of the pair."""

    method: str
    params: str
    value: str
    interval: str
    queries: str
    distance: str
    distance_interval: str
    decided: bool


def ratings(report: Report) -> tuple[Similarity, ...]:
    """Every rating of the pair, the deciding one among them."""
    decider = report.decision.similarity
    if any(_same(rated, decider) for rated in report.similarities):
        return report.similarities
    return (decider, *report.similarities)


def method_rows(report: Report) -> tuple[MethodRow, ...]:
    """One row a method, in the report's order."""
    decider = report.decision.similarity
    return tuple(
        MethodRow(
            method=plain(rated.method),
            params=settings(rated.params),
            value=number(rated.value),
            interval=interval(rated.low, rated.high),
            queries=count(rated.n_queries),
            distance=DASH if rated.distance is None else short(rated.distance),
            distance_interval=interval(rated.distance_low, rated.distance_high),
            decided=_same(rated, decider),
        )
        for rated in ratings(report)
    )


def feeding(fed: Preprocessing) -> str:
    """How queries become a model's tensor, in one line."""
    size = " x ".join(str(side) for side in fed.shape)
    channels = f" {fed.channels}" if fed.modality == "image" else " columns"
    quantized = f", step {short(fed.scale)}" if fed.scale is not None else ""
    return plain(f"{size}{channels}, {fed.layout} {fed.dtype}{quantized}, values {fed.convention}")


def origin(fed: Preprocessing) -> str:
    """Where the preprocessing comes from and how clear that was."""
    text = _ORIGINS[fed.origin]
    return text if fed.margin is None else f"{text}, margin {number(fed.margin)}"


def considered(fed: Preprocessing) -> str:
    """The candidates tried, best first, with their scores."""
    if not fed.considered:
        return DASH
    return listed((f"{plain(name)} ({number(score)})" for name, score in fed.considered), most=12)


def model_rows(report: Report) -> tuple[Row, ...]:
    """What is known of both models and how they were fed."""
    pairs = zip(_card(report.source), _card(report.suspect), strict=True)
    return tuple(
        Row(label=label, source=left, suspect=right) for (label, left), (_, right) in pairs
    )


def cost_rows(report: Report) -> tuple[Row, ...]:
    """What the run asked of both models."""
    pairs = zip(_costs(report.source), _costs(report.suspect), strict=True)
    return tuple(
        Row(label=label, source=left, suspect=right) for (label, left), (_, right) in pairs
    )


def run_rows(report: Report) -> tuple[tuple[str, str], ...]:
    """What is needed to make the run again."""
    run, pool = report.run, report.pool
    versions = ", ".join(f"{name} {version}" for name, version in run.versions.items())
    return (
        ("pool", plain(pool.name)),
        ("pool digest", plain(pool.digest)),
        ("source digest", plain(report.source.digest)),
        ("suspect digest", plain(report.suspect.digest)),
        ("rule", plain(report.decision.rule)),
        ("seed", str(run.seed)),
        ("command", plain(run.command)),
        ("started", plain(run.started)),
        ("duration", duration(run.seconds)),
        ("versions", plain(versions) or DASH),
    )


def coverage_rows(card: ModelCard) -> tuple[tuple[str, str, str, str, str, str], ...]:
    """Part, answers, classes, constant share, one-hot share and what became of the part."""
    return tuple(
        (
            plain(part.part),
            count(part.n),
            count(part.classes) if part.classes else DASH,
            percent(part.constant),
            percent(part.one_hot),
            "saturated" if part.saturated else "used",
        )
        for part in card.coverage
    )


def pool_line(pool: PoolInfo) -> str:
    """The queries asked and how many entered."""
    parts = listed((f"{plain(name)} {count(n)}" for name, n in pool.parts.items()), most=12)
    used = f"{count(pool.used)} of {counted(pool.n, 'query', 'queries')} entered"
    return f"{plain(pool.name)}: {used}" + (f" ({parts})" if parts else "")


def _card(card: ModelCard) -> tuple[tuple[str, str], ...]:
    fed = card.preprocessing
    return (
        ("name", plain(card.name)),
        ("location", plain(card.location)),
        ("format", plain(card.format)),
        ("sha256", plain(card.digest)),
        ("shows", card.access.value),
        ("answers", _answer(card)),
        ("fed as", feeding(fed)),
        ("mean", listed(short(value) for value in fed.mean)),
        ("std", listed(short(value) for value in fed.std)),
        ("tensor", _tensor(fed)),
        ("known from", origin(fed)),
        ("considered", considered(fed)),
    )


def _costs(card: ModelCard) -> tuple[tuple[str, str], ...]:
    return (
        ("queries, over all runs", count(card.asked)),
        ("queries, in this run", count(card.asked_now)),
        ("further probes of the preprocessing", count(card.probes)),
        ("time to answer", duration(card.seconds)),
    )


def _answer(card: ModelCard) -> str:
    if card.output is OutputKind.VECTORS:
        return f"vectors of {counted(card.n_outputs, 'value')}"
    if card.output is OutputKind.LABELS:
        return f"labels; {counted(card.classes_seen, 'class', 'classes')} seen"
    seen = counted(card.classes_seen, "class", "classes")
    return f"{count(card.n_outputs)} {card.output.value}; {seen} predicted on this pool"


def _tensor(fed: Preprocessing) -> str:
    sizes = " x ".join("?" if side < 0 else str(side) for side in fed.tensor_shape)
    zero = f", zero point {fed.zero_point}" if fed.zero_point is not None else ""
    step = f", step {short(fed.scale)}" if fed.scale is not None else ""
    return plain(f"{sizes or DASH} {fed.dtype}{step}{zero}")


def _same(one: Similarity, other: Similarity) -> bool:
    return (one.method, one.params) == (other.method, other.params)


def finite(value: float | None) -> bool:
    """Whether there is a number that can be drawn."""
    return value is not None and math.isfinite(value)
