"""What the bench of labels measures beside its main table."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from modelkin.bench.figures import Figure
from modelkin.bench.label_replay.anytime import (
    ALPHA,
    CALIBRATING,
    MARGINS,
    SELECTING,
    STATED,
    WEIGHTS,
    Protocol,
    Stops,
    each_kind,
    rates_of,
    replay_anytime,
)
from modelkin.bench.label_replay.recorded import RecordedLabels
from modelkin.bench.label_replay.replay import family_draws, replay
from modelkin.bench.label_replay.schemes import OWN, WITH_COPIES, Scheme
from modelkin.bench.label_replay.splits import has_aside
from modelkin.bench.label_replay.summary import figures_of, rows_of
from modelkin.pipeline.progress import Progress
from modelkin.queries.selection.expected_evidence import ExpectedEvidence
from modelkin.queries.selection.own_copies import OwnCopies
from modelkin.records import FloatArray

MADE = WEIGHTS
_DEFAULT = 1000
"""Candidates of a compare that does not say how many."""
_FRESH = 1
_JUDGED = 2
_TARGETS = ("at most 8", "at least .98", "at most .001")
_NAMES = ("anytime_median_queries", "anytime_detected", "anytime_false")


@dataclass(frozen=True, kw_only=True)
class Further:
    """How much is spent on each.

    Attributes:
        splits: random splits.
        draws: bootstrap draws of families.
        seed: of both.
    """

    splits: int
    draws: int
    seed: int


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part of a result, as in ``BenchResult``."""

    figures: dict[str, Figure] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    rows: tuple[dict[str, Any], ...] = ()


def set_aside(
    recorded: RecordedLabels, schemes: Sequence[Scheme], plan: Further, progress: Progress
) -> Part:
    """The same for families whose answers played no part in the design of any scheme."""
    if not has_aside(recorded):
        return Part(missing={"aside_*": "these are not the families that the design was made on"})
    found = replay(
        recorded,
        schemes,
        splits=plan.splits,
        draws=plan.draws,
        seed=plan.seed,
        progress=progress,
        aside=True,
    )
    families = len(recorded.families)
    figures = figures_of(found, schemes, families=families, prefix="aside_")
    return Part(
        figures={name: figure for name, figure in figures.items() if "ipguard" not in name},
        notes=(_aside_note(plan.splits),),
        rows=tuple(rows_of(found, schemes, (), everyone="families set aside")),
    )


def with_copies(recorded: RecordedLabels, plan: Further, progress: Progress) -> Part:
    """Queries chosen with own copies, tried on modifications that were never made."""
    made = tuple(kind for kind in recorded.kinds if kind in MADE)
    others = tuple(kind for kind in recorded.kinds if kind not in MADE)
    if not made or not others:
        why = "needs copies of the kinds half, jpeg, posterize or prune, and of other kinds"
        return Part(missing=dict.fromkeys(("own_*", "reverse_*"), why))
    figures: dict[str, Figure] = {}
    rows: list[dict[str, Any]] = []
    rounds = [("own", made, others, False), ("reverse", others, made, False)]
    if has_aside(recorded):
        rounds.append(("aside_own", made, others, True))
    for name, copies, tested, aside in rounds:
        found = replay(
            recorded,
            WITH_COPIES,
            splits=plan.splits,
            draws=plan.draws,
            seed=plan.seed,
            progress=progress,
            copies=copies,
            tested=tested,
            aside=aside,
        )
        families = len(recorded.families)
        figures |= figures_of(found, WITH_COPIES, families=families, best=OWN, prefix=f"{name}_")
        title = f"{_listed(tested)} (own copies: {_listed(copies)}{', aside' if aside else ''})"
        rows += rows_of(found, WITH_COPIES, (), everyone=title)
    note = (
        f"own: {plan.splits} splits; the owner's copies are {_listed(made)}, those to be found "
        f"{_listed(others)}; reverse: the other way round; all unrelated models are negatives; "
        f"figures without a scheme's name are those of {OWN}"
    )
    return Part(figures=figures, notes=(note,), rows=tuple(rows))


def until_sure(recorded: RecordedLabels, plan: Further, progress: Progress) -> Part:
    """The sequential verdict, without and with own copies."""
    families = len(recorded.families)
    if families < SELECTING + CALIBRATING + _JUDGED:
        why = f"needs {SELECTING + CALIBRATING + _JUDGED} families"
        return Part(missing=dict.fromkeys(_NAMES, why))
    everything = (((), recorded.kinds),)
    made = tuple(kind for kind in recorded.kinds if kind in MADE)
    others = tuple(kind for kind in recorded.kinds if kind not in MADE)
    protocols = [
        Protocol(name="", selector=ExpectedEvidence(), rounds=everything),
        Protocol(
            name="default_", selector=ExpectedEvidence(), rounds=everything, candidates=_DEFAULT
        ),
        Protocol(
            name="unguarded_",
            selector=ExpectedEvidence(),
            rounds=everything,
            bounds=WEIGHTS,
            guarded=False,
        ),
    ]
    if made and others:
        protocols += [
            Protocol(name="own_", selector=OwnCopies(), rounds=((made, others),)),
            Protocol(name="each_", selector=OwnCopies(), rounds=each_kind(recorded.kinds)),
        ]
    figures: dict[str, Figure] = {}
    notes = [_protocol_note()]
    weights = family_draws(families, plan.draws, plan.seed)
    sides = [("", False)] + [("aside_", True)] * has_aside(recorded)
    for side, aside in sides:
        for protocol in protocols:
            stops = replay_anytime(
                recorded,
                protocol,
                splits=plan.splits,
                seed=plan.seed + _FRESH * aside,
                progress=progress,
                aside=aside,
            )
            name = f"{side}{protocol.name}"
            for at, margin in enumerate(MARGINS):
                ending = "" if margin == STATED else f"_margin_{margin:g}".replace(".", "")
                figures |= _figures(stops, at, weights, f"{name}{{}}{ending}")
            notes.append(
                f"{name}anytime: {int((~stops.related).sum())} unrelated pairs, "
                f"{stops.withheld:.1%} of the sources not judged; mean bound by margin "
                + ", ".join(f"{m:g}: {b:.3f}" for m, b in zip(MARGINS, stops.bounds, strict=True))
            )
    if not (made and others):
        missing = "needs own copies of some kinds, and copies of others"
        return Part(figures=figures, missing={"own_anytime_*": missing}, notes=tuple(notes))
    return Part(figures=figures, notes=tuple(notes))


def _figures(stops: Stops, margin: int, weights: FloatArray, name: str) -> dict[str, Figure]:
    counts = (stops.related.sum(), stops.related.sum(), (~stops.related).sum())
    found = zip(_NAMES, _TARGETS, rates_of(stops, margin, weights), counts, strict=True)
    figures = {}
    for stated, target, values, n in found:
        low, high = np.nanquantile(values[1:], (0.025, 0.975))
        figure = Figure(
            value=float(values[0]), low=float(low), high=float(high), n=int(n), target=target
        )
        plain = MARGINS[margin] == STATED
        figures[name.format(stated)] = figure if plain else replace(figure, target="")
    return figures


def _aside_note(splits: int) -> str:
    return (
        f"aside: {splits} splits that judge only the nine families whose answers played no part in "
        "the design of any scheme; the references are of the other nine"
    )


def _protocol_note() -> str:
    return (
        f"anytime: alpha {ALPHA:g}; {SELECTING} families choose the pool with the source, "
        f"{CALIBRATING} bound honest agreement, the rest is judged; by the functions of compare "
        "--anytime: pool and budget by the number of candidates (half of the images; default: "
        f"{_DEFAULT}, as compare without --candidates), queries in random order, none twice, the "
        f"bound is the largest agreement of the {CALIBRATING} and of copies that compare makes of "
        f"them, and {STATED:g} times the spread (margin_0: without), or the swap test's where that "
        "is larger; a source with a reference's odd answers is not judged; unguarded: without "
        f"these two, and copies by {_listed(WEIGHTS)} bound; null coverage 1/({CALIBRATING}+1) = "
        f"{1 / (CALIBRATING + 1):.3g}, so alpha bounds the error of the draw only; the median "
        "counts copies never found as late; own: tried on kinds never made; each: every kind with "
        "own copies of all other kinds; aside: families on which no rule was tried"
    )


def _listed(kinds: Collection[str]) -> str:
    return ", ".join(kinds)
