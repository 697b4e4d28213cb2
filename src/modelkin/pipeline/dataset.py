"""Was a suspect trained on a data set? Open, ask, judge, report."""

import datetime as dt
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from modelkin.answers.coverage import measure_coverage
from modelkin.errors import ModelkinError, UnknownFormatError, UsageError
from modelkin.models.inference import infer_preprocessing
from modelkin.models.opened import OpenedModel, open_model
from modelkin.pipeline.asking import ask, pool_for, require_recorded
from modelkin.pipeline.cards import card_of
from modelkin.pipeline.columns import agree_on_columns, fit_to_source
from modelkin.pipeline.dataset_judging import UseJudgement, UseTerms, judge_use
from modelkin.pipeline.feeding import subject_for
from modelkin.pipeline.loading import family_of, open_pair, open_reference, reference_locations
from modelkin.pipeline.null import Reference, failure
from modelkin.pipeline.options import CompareOptions
from modelkin.pipeline.progress import Progress
from modelkin.pipeline.run_info import run_info
from modelkin.pipeline.seeing import seen
from modelkin.records import Collected, DatasetReport, Failed, Pool, PoolInfo, Role, Skipped
from modelkin.responses.collect import collect

_SETTLED_MARGIN = 1.0


@dataclass(frozen=True, kw_only=True, eq=False)
class _Asked:
    """A reference and what is recorded of it."""

    reference: Reference
    architecture: str | None


def run_dataset(
    suspect: str | OpenedModel,
    trained_on: Sequence[str],
    others: Sequence[str],
    options: CompareOptions,
    progress: Progress,
) -> DatasetReport:
    """Tell whether a suspect was trained on the data set that some models were trained on.

    Args:
        suspect: its location, or the opened model.
        trained_on: files, folders and patterns of models known to be trained on the data set.
        others: the same of models known not to be, otherwise like the suspect.
        options: all settings; the first of ``methods`` replaces the similarity.
        progress: told how far the asking is.

    Raises:
        ModelkinError: the question cannot be asked; the message names what is wrong.
    """
    started, clock = dt.datetime.now(dt.UTC), time.perf_counter()
    roles = _locations(trained_on, others)
    lead, accused = _open(suspect, roles[Role.TRAINED_ON], options)
    pool = pool_for(lead, accused, options, progress)
    lead, accused, notes = agree_on_columns(lead, accused, pool)
    accused = infer_preprocessing(accused, cache=options.cache)
    answers = ask(accused, pool, options, progress)
    accused.close()
    skipped: list[Skipped] = []
    failed: list[Failed] = []
    asked: dict[Role, list[_Asked]] = {Role.TRAINED_ON: [], Role.OTHER: []}
    with progress.task("asking the known models", sum(map(len, roles.values()))) as advance:
        for role, locations in roles.items():
            for location, name in locations.items():
                subject = f"{role.value} {name}"
                try:
                    asked[role].append(_ask(location, name, lead, pool, options))
                except UnknownFormatError as error:
                    skipped.append(Skipped(subject=subject, reason=str(error)))
                except ModelkinError as error:
                    failed.append(failure(subject, error))
                advance(1)
    lead.close()
    judgement = judge_use(
        Reference(seen(answers, options), family_of(accused)),
        [one.reference for one in asked[Role.TRAINED_ON]],
        [one.reference for one in asked[Role.OTHER]],
        UseTerms(
            alpha=options.alpha,
            method=options.methods[0] if options.methods else None,
            seed=options.seed,
        ),
    )
    alignment = judgement.cast.alignment
    return DatasetReport(
        run=run_info(options, started, time.perf_counter() - clock),
        suspect=card_of(accused, answers, measure_coverage(answers.responses), (), 0),
        pool=_pool_info(pool, judgement),
        label_sets=f"{alignment.label_sets}: {alignment.note}" if alignment else "not compared",
        decision=judgement.decision,
        scores=judgement.scores,
        effect=judgement.effect,
        power=judgement.power,
        false_alarms=judgement.false_alarms,
        skipped=(*skipped, *judgement.skipped),
        failed=tuple(failed),
        warnings=(
            *notes,
            *_of_suspect(accused, answers),
            *_of_architectures(judgement, asked),
            *judgement.warnings,
        ),
    )


def _locations(trained_on: Sequence[str], others: Sequence[str]) -> dict[Role, dict[str, str]]:
    """Location to short name, by role.

    Raises:
        ModelNotFoundError: a pattern matches nothing.
        UsageError: a model is named on both sides, or one side is empty.
    """
    for option, patterns in (("--trained-on", trained_on), ("--others", others)):
        if not patterns:
            raise UsageError(
                f"no models are named by {option}",
                hint="name files, folders or patterns of models; an alpha of 0.05 needs 19 "
                "independent others",
            )
    names = reference_locations([*trained_on, *others])
    users, rest = reference_locations(trained_on), reference_locations(others)
    both = next((location for location in users if location in rest), None)
    if both is not None:
        raise UsageError(
            f"'{both}' is named both by --trained-on and by --others",
            hint="a model was trained on the data set or it was not; name it once",
        )
    return {
        Role.TRAINED_ON: {location: names[location] for location in users},
        Role.OTHER: {location: names[location] for location in rest},
    }


def _open(
    suspect: str | OpenedModel, users: Iterable[str], options: CompareOptions
) -> tuple[OpenedModel, OpenedModel]:
    """The first trained-on model that can be asked, which says what to ask, and the suspect.

    Raises:
        ModelkinError: the suspect cannot be opened, or no trained-on model beside it.
    """
    if isinstance(suspect, str):
        suspect = open_model(
            suspect,
            format_name=options.suspect_format,
            allow_code=options.allow_code,
            override=options.suspect_override,
            limits=options.limits,
            cache=options.cache,
            endpoint=options.suspect_endpoint,
        )
    problems: list[ModelkinError] = []
    for location in users:
        try:
            return open_pair(location, suspect, options)
        except ModelkinError as error:  # it is named as failed when all are asked
            problems.append(error)
    raise problems[0]


def _ask(
    location: str, name: str, lead: OpenedModel, pool: Pool, options: CompareOptions
) -> _Asked:
    model = open_reference(location, name, lead, options)
    try:
        require_recorded(model, pool)
        ready = infer_preprocessing(fit_to_source(model, lead), cache=options.cache)
        found = collect(subject_for(ready, pool), pool, cache=options.cache)
    finally:
        model.close()
    recorded = model.sidecar.derivation.get("architecture")
    return _Asked(
        reference=Reference(seen(found, options), family_of(model)),
        architecture=str(recorded) if recorded else None,
    )


def _pool_info(pool: Pool, judgement: UseJudgement) -> PoolInfo:
    return PoolInfo(
        name=pool.name,
        digest=pool.digest,
        n=len(pool),
        parts={part: pool.parts.count(part) for part in dict.fromkeys(pool.parts)},
        used=judgement.decision.n_queries,
        dropped=judgement.cast.dropped,
    )


def _of_suspect(suspect: OpenedModel, found: Collected) -> list[str]:
    warnings = []
    margin = suspect.fed.margin
    if margin is not None and margin < _SETTLED_MARGIN:
        warnings.append(
            f"the value range of '{suspect.name}' was guessed as {suspect.fed.convention} with a "
            f"small margin ({margin:.2f}); state it in an override file if you know it"
        )
    if found.lost or found.unusable:
        warnings.append(
            f"{found.lost + found.unusable} queries to '{suspect.name}' brought no usable answer"
        )
    return warnings


def _of_architectures(judgement: UseJudgement, asked: Mapping[Role, Iterable[_Asked]]) -> list[str]:
    """An architecture that only trained-on models have speaks for itself, not for the data."""
    kept = {entry.responses.model for entry in judgement.cast.entries}
    users, rest = (
        {
            one.architecture
            for one in asked[role]
            if one.architecture is not None and one.reference.responses.model in kept
        }
        for role in (Role.TRAINED_ON, Role.OTHER)
    )
    alone = sorted(users - rest)
    if not alone or not rest:
        return []
    warning = (
        f"no other records the architecture {', '.join(alone)} of trained-on models: a suspect of "
        "that architecture may look trained on the data for it alone"
    )
    return [warning]
