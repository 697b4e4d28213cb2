"""Shares of right and wrong verdicts, by reuse type and null."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from modelkin.bench.figures import Figure
from modelkin.bench.modelreuse.cells import number, spread
from modelkin.bench.modelreuse.entry import Entry
from modelkin.bench.modelreuse.resampling import figure_of, lineage_draws
from modelkin.bench.modelreuse.rows import compact
from modelkin.bench.modelreuse.truth import ALL, EXTRACTION, NULLS, Manifest
from modelkin.bench.modelreuse.verdicts import ALPHA, Ruling, Setting
from modelkin.bench.table import Table
from modelkin.records import FloatArray


@dataclass(frozen=True, kw_only=True)
class Verdicts:
    """What the product's verdicts were worth in one setting.

    Attributes:
        found: share of derived pairs found related, by group.
        accused: share of honest pairs found related, over all (``all``) and by null.
        families: fewest and most honest families that a pair was judged against.
    """

    found: Mapping[str, Figure]
    accused: Mapping[str, Figure]
    families: tuple[int, int]


def verdict_figures(
    rulings: Mapping[Setting, Sequence[Ruling]], entries: Sequence[Entry], seed: int
) -> dict[Setting, Verdicts]:
    """Count verdicts.

    Args:
        rulings: decided pairs, by setting.
        entries: the zoo's manifest, which says what is true.
        seed: of the bootstrap over the sources' lineages.
    """
    manifest = Manifest(entries)
    return {setting: _counted(found, manifest, seed) for setting, found in rulings.items() if found}


def _counted(rulings: Sequence[Ruling], manifest: Manifest, seed: int) -> Verdicts:
    truths = [manifest.truth(one.source, one.suspect) for one in rulings]
    lineages = sorted({truth.lineage for truth in truths})
    place = {lineage: number for number, lineage in enumerate(lineages)}
    draws = lineage_draws(len(lineages), seed)
    found: dict[str, Figure] = {}
    accused: dict[str, Figure] = {}
    groups = dict.fromkeys(group for truth in truths for group in truth.groups)
    for derived, shares in ((True, found), (False, accused)):
        for group in groups:
            chosen = [
                (place[truth.lineage], one.related)
                for one, truth in zip(rulings, truths, strict=True)
                if truth.derived is derived and group in truth.groups
            ]
            if derived or group in {ALL, *NULLS}:
                shares.update(_share(group, chosen, draws))
    sizes = [one.families for one in rulings]
    return Verdicts(
        found=found,
        accused=accused,
        families=(min(sizes), max(sizes)),
    )


def _share(group: str, chosen: Sequence[tuple[int, bool]], draws: FloatArray) -> dict[str, Figure]:
    if not chosen:
        return {}
    hits, counts = np.zeros(draws.shape[1]), np.zeros(draws.shape[1])
    for lineage, related in chosen:
        hits[lineage] += related
        counts[lineage] += 1
    drawn = draws @ counts
    column = np.divide(draws @ hits, drawn, out=np.full(len(draws), np.nan), where=drawn > 0)
    figure = figure_of(column, n=len(chosen), lineages=int(np.count_nonzero(counts)))
    return {} if figure is None else {group: figure}


def named_figures(verdicts: Mapping[Setting, Verdicts]) -> dict[str, Figure]:
    """The product's verdicts by stable name: ``found_...`` of copies, ``accused_...`` of others.

    Args:
        verdicts: by setting.
    """
    figures: dict[str, Figure] = {}
    for setting, one in verdicts.items():
        stem = setting.stem
        figures[f"found_{stem}"] = one.found[ALL]
        if EXTRACTION in one.found:
            figures[f"found_extraction_{stem}"] = one.found[EXTRACTION]
        for null, figure in one.accused.items():
            name = "" if null == ALL else f"_{null.lower().replace('-', '_')}"
            figures[f"accused{name}_{stem}"] = figure
    return figures


def verdict_rows(verdicts: Mapping[Setting, Verdicts]) -> tuple[dict[str, Any], ...]:
    """The same for the JSON: ``found`` and ``accused`` as ``[value, low, high, n]`` by group."""
    return tuple(
        {
            "method": f"compare --method {setting.method}" if setting.method else "compare",
            "queries": setting.queries,
            "access": setting.access,
            "budget": setting.budget,
            "cohort": setting.cohort,
            "alpha": ALPHA,
            "families": list(one.families),
            "found": {name.removeprefix("how:"): compact(one.found[name]) for name in one.found},
            "accused": {name: compact(one.accused[name]) for name in one.accused},
        }
        for setting, one in verdicts.items()
    )


def verdict_table(verdicts: Mapping[Setting, Verdicts]) -> Table:
    """Copies found and honest models accused by the product's own verdict."""
    kinds = list(dict.fromkeys(name for one in verdicts.values() for name in one.found))
    types = [name for name in kinds if name.startswith("how:")]
    nulls = (ALL, *NULLS)
    rows = [
        (
            setting.title,
            setting.queries,
            spread(one.found.get(ALL)),
            *(number(one.found.get(name)) for name in (EXTRACTION, *types)),
            *(number(one.accused.get(null)) for null in nulls),
            "{} to {}".format(*one.families),
        )
        for setting, one in verdicts.items()
    ]
    head = ("seen of the suspect", "queries", "found", EXTRACTION)
    return Table(
        name="verdicts",
        title=f"What compare itself says at alpha {ALPHA}",
        note="Each pair is decided by the product's own code: pool and method by label set, "
        "partial similarity with every reference rated like the suspect, conformal p by family. "
        "References are one honest model of every other family of the suspect's task. Found: "
        "copies called related. Accused: honest models called related, by null; alpha bounds it "
        "for honest models that are drawn like the references, so over all of them. These "
        "references mix nulls, and what they let through is nearly all N3.",
        head=(
            *head,
            *(name.removeprefix("how:") for name in types),
            *(f"accused: {null}" for null in nulls),
            "families",
        ),
        rows=tuple(rows),
    )
