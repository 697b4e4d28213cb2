"""One pair end to end: open, ask, judge, report."""

import datetime as dt
import importlib.metadata
import os
import platform
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import platformdirs

from modelkin.answers.parity import measure_parity
from modelkin.errors import ModelkinError, UnknownFormatError
from modelkin.models.inference import infer_preprocessing
from modelkin.models.opened import OpenedModel
from modelkin.pipeline.asking import ask, pool_for, require_recorded
from modelkin.pipeline.columns import agree_on_columns, fit_to_source
from modelkin.pipeline.crafted import Crafted
from modelkin.pipeline.crafting import (
    CraftedPool,
    craft_pools,
    crafters_of,
    crafting_notes,
    require_live,
)
from modelkin.pipeline.diagnosis import diagnose
from modelkin.pipeline.evidence import Evidence, asked_how, stated_result
from modelkin.pipeline.exhibits import pick_exhibits
from modelkin.pipeline.feeding import in_reals, reals_notes, subject_for
from modelkin.pipeline.holding import hold_models, require_known
from modelkin.pipeline.judging import Judgement, Terms
from modelkin.pipeline.label_maps import label_map_notes
from modelkin.pipeline.loading import (
    family_of,
    null_of,
    open_pair,
    open_reference,
    reference_locations,
)
from modelkin.pipeline.null import Reference, failure
from modelkin.pipeline.null_cap import cap_of, cap_warnings, capped
from modelkin.pipeline.options import CompareOptions
from modelkin.pipeline.own_copies import ask_copies
from modelkin.pipeline.power import power_warnings, stated_power
from modelkin.pipeline.progress import Progress
from modelkin.pipeline.seeing import seen
from modelkin.pipeline.select_asking import ask_selected, candidate_pool
from modelkin.pipeline.select_hint import require_selectable, selection_hint
from modelkin.pipeline.steadiness import seen_twice, settle, steadiness_of
from modelkin.pipeline.stopping import ask_until
from modelkin.pipeline.undecided import search_cost
from modelkin.pipeline.verdict import judge_any, power_any
from modelkin.records import (
    Collected,
    Failed,
    ModelCard,
    Origin,
    Parity,
    PartCoverage,
    Pool,
    PoolInfo,
    Report,
    Responses,
    RunInfo,
    Skipped,
)
from modelkin.report.as_json import render_json
from modelkin.responses.collect import collect

_VERSIONS = ("modelkin", "numpy", "onnxruntime")
_SETTLED_MARGIN = 1.0
_MANY_CLASSES = 10


def run_compare(
    source: str | OpenedModel,
    suspect: str | OpenedModel,
    references: Sequence[str],
    options: CompareOptions,
    progress: Progress,
) -> tuple[Report, Evidence]:
    """Compare two models.

    Args:
        source: the claimed original: its location, or the opened model.
        suspect: the model that may derive from it, likewise.
        references: files, folders and patterns of honest models.
        options: all settings.
        progress: told how far the asking is.

    Raises:
        ModelkinError: the pair cannot be compared; the message names what is wrong.
    """
    started, clock = dt.datetime.now(dt.UTC), time.perf_counter()
    # a name that cannot be used must not cost a query
    crafters = crafters_of(options.methods, options.access)
    select = options.selection
    require_selectable(select, crafters, options)
    pair = open_pair(source, suspect, options)
    for side in pair:
        require_live(side, crafters)
    locations = reference_locations(references)
    require_known(options.leave_out, locations.values())
    if options.bound is not None:
        hold_models(options.bound, pair, locations, options)
    pooled = pool_for if select is None else candidate_pool
    pool = pooled(pair[0], pair[1], options, progress)
    *_, notes = agreed = agree_on_columns(*pair, pool)
    sides = tuple(infer_preprocessing(side, cache=options.cache) for side in agreed[:2])
    asked = None
    if select is None:
        answers, upto, replayed = ask_until((sides[0], sides[1]), pool, options, progress)
    else:
        ask_honest = partial(
            _ask_references, locations, sides[0], pool, (), options, progress, upto=len(pool)
        )
        asked = ask_selected((sides[0], sides[1]), pool, options, select, progress, ask_honest)
        answers, upto, replayed = asked.answers, len(pool), asked.replayed
    notes = (
        *notes,
        *label_map_notes(sides[0], sides[1], answers[1].responses, shown=options.access),
    )
    made = craft_pools(crafters, sides[0], pool, options, progress)
    own = {one.method: [ask(side, one.pool, options, progress) for side in sides] for one in made}
    honest, skipped, failed = (
        asked.honest
        if asked
        else _ask_references(locations, sides[0], pool, made, options, progress, upto=upto)
    )
    terms = Terms(
        methods=options.methods,
        rule=options.rule,
        alpha=options.alpha,
        null=capped(options.null, honest),
        until_width=options.until_width,
        leave_out=options.leave_out,
        select=select,
    )
    shown = [seen(found, options) for found in answers]
    crafted = {
        one.method: Crafted(
            queries=one.queries,
            source=seen(own[one.method][0], options),
            suspect=seen(own[one.method][1], options),
        )
        for one in made
    }
    again = None if replayed is None else seen_twice(replayed, options)
    steadiness = steadiness_of(again)
    copied = (
        asked.copied
        if asked
        else ask_copies(options.copies, sides[0], pool, options, progress, upto=upto)
    )
    judgement = settle(
        judge_any(shown[0], shown[1], honest, terms, crafted, copied.copies), steadiness
    )
    deciding = judgement.similarities[0].method
    power = power_any(
        shown[0], shown[1], honest, copied.copies, terms, deciding, top_k=options.top_k
    )
    # a diagnosis would ask the suspect more than was chosen
    parity, probes = (None, 0) if asked else _parity(judgement, sides[1], pool, options)
    sides = (sides[0], replace(sides[1], probes=sides[1].probes + probes))
    for side in sides:
        side.close()
    spent = [search_cost(options.pool, side) for side in sides]
    spent[0] += sum(one.spent for one in made)
    further = [[found[place] for found in own.values()] for place in (0, 1)]
    cards = [
        card_of(
            sides[place], answers[place], judgement.coverage[place], further[place], spent[place]
        )
        for place in (0, 1)
    ]
    report = Report(
        run=run_info(options, started, time.perf_counter() - clock),
        source=cards[0],
        suspect=cards[1],
        pool=_pool_info(pool, judgement),
        label_sets=f"{judgement.alignment.label_sets}: {judgement.alignment.note}",
        similarities=judgement.similarities,
        decision=judgement.decision,
        parity=parity,
        precision=judgement.precision,
        exhibits=pick_exhibits(
            pool,
            judgement.source,
            judgement.suspect,
            aligned=judgement.alignment.label_sets != "different",
        ),
        skipped=(*skipped, *judgement.skipped, *copied.skipped),
        failed=(*failed, *judgement.failed, *copied.failed),
        warnings=(
            *notes,
            *reals_notes(pool),
            *_side_warnings(sides, answers),
            *crafting_notes(made),
            *judgement.warnings,
            *power_warnings(power),
            *cap_warnings(options.null, honest),
            *selection_hint(judgement, honest, options),
        ),
        power=power,
        draw=options.bound.draw if options.bound else None,
        swap=judgement.swap,
        suspicions=judgement.suspicions,
        left_out=judgement.left_out,
        steadiness=steadiness,
        selection=judgement.selection,
        anytime=judgement.anytime,
    )
    evidence = Evidence(
        source=shown[0],
        suspect=shown[1],
        references=tuple(honest),
        terms=terms,
        stated=stated_result(judgement) | stated_power(power),
        report=render_json(report),
        crafted=crafted,
        copies=tuple(copied.copies),
        top_k=options.top_k,
        asked=asked_how(options),
        bound=options.bound,
        replayed=again,
    )
    return report, evidence


def _parity(
    judgement: Judgement, suspect: OpenedModel, pool: Pool, options: CompareOptions
) -> tuple[Parity | None, int]:
    """The comparison as a check of an export, and the queries spent on its diagnosis."""
    if judgement.alignment.label_sets == "permuted":
        note = f"the classes stand in another order: {judgement.alignment.note}"
    else:
        note = None
    parity = measure_parity(judgement.source, judgement.suspect, pool.ids)
    # what is fed as equal reals tells nothing of how an export is fed
    if parity is None or options.access is not None or in_reals(pool):
        return parity, 0
    parity = replace(parity, diagnosis=note or parity.diagnosis)
    return diagnose(parity, suspect, judgement.source, pool)


def _ask_references(
    locations: Mapping[str, str],
    source: OpenedModel,
    pool: Pool,
    made: Sequence[CraftedPool],
    options: CompareOptions,
    progress: Progress,
    *,
    upto: int,
) -> tuple[list[Reference], list[Skipped], list[Failed]]:
    """Ask the references one after the other; one that fails does not stop the rest."""
    honest: list[Reference] = []
    skipped: list[Skipped] = []
    failed: list[Failed] = []
    if not locations:
        return honest, skipped, failed
    with progress.task("asking references", len(locations)) as advance:
        for location, name in locations.items():
            try:
                honest.append(
                    _ask_reference(location, name, source, pool, made, options, upto=upto)
                )
            except UnknownFormatError as error:
                skipped.append(Skipped(subject=f"reference {name}", reason=str(error)))
            except ModelkinError as error:
                failed.append(failure(f"reference {name}", error))
            advance(1)
    return honest, skipped, failed


def _ask_reference(
    location: str,
    name: str,
    source: OpenedModel,
    pool: Pool,
    made: Sequence[CraftedPool],
    options: CompareOptions,
    *,
    upto: int,
) -> Reference:
    model = open_reference(location, name, source, options)
    try:
        require_live(model, [one.method for one in made])
        require_recorded(model, pool)
        fitted = fit_to_source(model, source)
        ready = infer_preprocessing(fitted, cache=options.cache)
        found = collect(subject_for(ready, pool), pool, cache=options.cache, upto=upto)
        label_map_notes(source, ready, found.responses, shown=options.access)
        own = {
            one.method: seen(collect(ready, one.pool, cache=options.cache), options) for one in made
        }
    finally:
        model.close()
    return Reference(
        seen(found, options),
        family_of(model),
        null_of(model),
        own,
        location,
        model.file_digest,
        cap=cap_of(model),
    )


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
        classes_seen=_classes_seen(responses),
        preprocessing=opened.fed,
        asked=crafting + sum(one.responses.asked for one in every),
        asked_now=crafting + sum(one.asked_now for one in every),
        probes=opened.probes,
        seconds=sum(one.seconds for one in every),
        coverage=coverage,
    )


def _classes_seen(responses: Responses) -> int:
    return len(np.unique(responses.labels)) if responses.kind.classifies else 0


def _pool_info(pool: Pool, judgement: Judgement) -> PoolInfo:
    return PoolInfo(
        name=pool.name,
        digest=pool.digest,
        n=len(pool),
        parts={part: pool.parts.count(part) for part in dict.fromkeys(pool.parts)},
        used=len(judgement.used),
        dropped=judgement.dropped,
    )


def _side_warnings(sides: Sequence[OpenedModel], answers: Sequence[Collected]) -> tuple[str, ...]:
    warnings = []
    for side, found in zip(sides, answers, strict=True):
        warnings += _poor_coverage(side.name, found.responses)
        margin = side.fed.margin
        if margin is not None and margin < _SETTLED_MARGIN:
            warnings.append(
                f"the value range of '{side.name}' was guessed as {side.fed.convention} with a "
                f"small margin ({margin:.2f}); state it in an override file if you know it"
            )
        if found.lost:
            warnings.append(
                f"{found.lost} queries to '{side.name}' were spent by retries or an interrupted "
                "run and are not asked again"
            )
        if found.unusable:
            warnings.append(
                f"{found.unusable} answers of '{side.name}' hold NaN, infinity or nothing and "
                "are left out"
            )
    return (*warnings, *_range_warning(sides))


def _poor_coverage(name: str, responses: Responses) -> list[str]:
    """Few classes reached: the comparison says little about the others."""
    width = int(responses.values.shape[1])
    seen = _classes_seen(responses)
    if width == 1 or not seen or seen >= min(width, _MANY_CLASSES) / 2:
        return []
    warning = (
        f"'{name}' predicted only {seen} of its {width} classes on this pool; a folder of fitting "
        "images (--pool DIR) would reach more"
    )
    return [warning]


def _range_warning(sides: Sequence[OpenedModel]) -> tuple[str, ...]:
    """Two ranges, one of them inferred: kin on one backbone look less alike than they are."""
    source, suspect = (side.fed for side in sides)
    inferred = Origin.INFERRED in {source.origin, suspect.origin}
    if not inferred or source.convention == suspect.convention:
        return ()
    warning = (
        f"the source is fed {source.convention} ({source.origin}) and the suspect "
        f"{suspect.convention} ({suspect.origin}); if they may share a backbone, compare again "
        "with one range for both (--source-override or --suspect-override)"
    )
    return (warning,)


def run_info(options: CompareOptions, started: dt.datetime, seconds: float) -> RunInfo:
    """How a run was made."""
    versions = {name: importlib.metadata.version(name) for name in _VERSIONS}
    return RunInfo(
        versions={**versions, "python": platform.python_version()},
        command=options.command,
        started=started.isoformat(timespec="seconds"),
        seconds=seconds,
        seed=options.seed,
    )


def default_cache() -> Path:
    """Where pools and answers are kept: ``$MODELKIN_CACHE``, else the user's cache folder."""
    stated = os.environ.get("MODELKIN_CACHE")
    return Path(stated) if stated else Path(platformdirs.user_cache_dir("modelkin"))
