"""Cues from weights: whose tensors are equal or nearly so."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from modelkin.apps.gathering import Gathered
from modelkin.apps.known import Known
from modelkin.apps.refused import RefusedError
from modelkin.apps.scan_report import Kin, ScannedModel
from modelkin.apps.weights.likeness import WeightLikeness, likeness
from modelkin.apps.weights.reading import read_weights
from modelkin.apps.weights.tensor import Tensor
from modelkin.apps.zoo_weights import zoo_weights
from modelkin.pipeline.progress import Progress
from modelkin.records import Skipped, Verdict

_SHOWN = 5
Sketches = dict[str, tuple[Tensor, ...]]


def weigh(
    models: Sequence[ScannedModel], gathered: Gathered, known: Known, progress: Progress
) -> tuple[tuple[ScannedModel, ...], tuple[Skipped, ...]]:
    """Add what the weights say to each model, beside its verdicts.

    Args:
        models: of the scan.
        gathered: their files.
        known: the zoo.
        progress: told after each model.

    Returns:
        The models, and a row for each whose weights should be readable and are not.
    """
    own: Sketches = {}
    skipped = []
    with progress.task("reading weights", len(models)) as advance:
        for one in models:
            try:
                found = read_weights(one.kind, gathered.files[one.name], gathered.parts[one.name])
            except RefusedError as error:
                found = None
                skipped.append(Skipped(subject=one.name, reason=str(error)))
            if found is not None:
                own[one.name] = found
            advance(1)
    zoo = zoo_weights(known) if own else {}
    return tuple(_weighed(one, own, zoo) for one in models), tuple(skipped)


def _weighed(model: ScannedModel, own: Sketches, zoo: Sketches) -> ScannedModel:
    mine = own.get(model.name)
    if mine is None:
        return model
    sides = [("app", name, tensors) for name, tensors in own.items() if name != model.name]
    sides += [("zoo", name, tensors) for name, tensors in zoo.items()]
    found = {
        (where, name): rated
        for where, name, tensors in sides
        if (rated := likeness(mine, tensors)) is not None
    }
    telling = [(key, rated) for key, rated in found.items() if rated.telling]
    telling.sort(key=lambda one: (-one[1].equal, -(one[1].correlation or 0.0), one[0]))

    return replace(
        model,
        tensors=len(mine),
        zoo=_with(model.zoo, found),
        app=_with(model.app, found),
        flags=tuple(_with_flag(kin, found) for kin in model.flags),
        cues=tuple(_cue(where, name, rated) for (where, name), rated in telling[:_SHOWN]),
    )


def _with(kin: Kin | None, found: Mapping[tuple[str, str], WeightLikeness]) -> Kin | None:
    return None if kin is None else _with_flag(kin, found)


def _with_flag(kin: Kin, found: Mapping[tuple[str, str], WeightLikeness]) -> Kin:
    return replace(kin, weights=found.get((kin.where, kin.name)))


def _cue(where: str, name: str, rated: WeightLikeness) -> Kin:
    return Kin(
        name=name,
        where=where,
        family="",
        method="",
        similarity=None,
        p_value=None,
        p_adjusted=None,
        families=0,
        floor=None,
        tests=0,
        verdict=Verdict.INCONCLUSIVE,
        relation=None,
        reason="weights alone; no part of a verdict",
        weights=rated,
    )
