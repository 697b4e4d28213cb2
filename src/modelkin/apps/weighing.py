"""Cues from weights: whose tensors are equal or nearly so."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from modelkin.apps.known import Known, family_of
from modelkin.apps.limits import WalkLimits
from modelkin.apps.scan_report import Kin, ScannedModel
from modelkin.apps.vault import Vault
from modelkin.apps.walking import Walk
from modelkin.apps.weights.likeness import WeightLikeness, likeness
from modelkin.apps.weights.reading import read_weights
from modelkin.apps.weights.tensor import Tensor
from modelkin.pipeline.progress import Progress
from modelkin.records import Verdict
from modelkin.report.formatting import brief, listed
from modelkin.zoo.member import Member

_MOST_BYTES = 2 * 2**30
_SHOWN = 5
Sketches = dict[str, tuple[Tensor, ...]]


def weigh(
    models: Sequence[ScannedModel],
    files: Mapping[str, Path],
    known: Known,
    progress: Progress,
) -> tuple[ScannedModel, ...]:
    """Add what the weights say to each model, beside its verdicts.

    Models of the zoo take part where their files are still in place, 2 GiB of them at most.

    Args:
        models: of the scan.
        files: name to file.
        known: the zoo.
        progress: told after each model.
    """
    own: Sketches = {}
    with progress.task("reading weights", len(models)) as advance:
        for one in models:
            found = read_weights(one.kind, files[one.name])
            if found is not None:
                own[one.name] = found
            advance(1)
    zoo = _of_zoo(known) if own else {}
    return tuple(_weighed(one, own, zoo) for one in models)


def kin_in_zoo(known: Known, sources: Sequence[Member]) -> tuple[str, ...]:
    """Say which references share weights with what is flagged: they hide its kin.

    Args:
        known: the zoo.
        sources: the flagged models.
    """
    sketches = _of_zoo(known) if sources else {}
    told = []
    for source in sources:
        own = sketches.get(source.name)
        near = [
            one.name
            for one in known.members
            if own is not None
            and one.name in sketches
            and family_of(one) != family_of(source)
            and (rated := likeness(own, sketches[one.name])) is not None
            and rated.telling
        ]
        if near:
            told.append(
                f"of the zoo, {listed(map(brief, near), most=4)} "
                f"{'shares' if len(near) == 1 else 'share'} weights with the flagged "
                f"'{brief(source.name)}' and were taken for strangers of it, which hides its kin: "
                "record all of them under one --family"
            )
    return tuple(told)


def _of_zoo(known: Known) -> Sketches:
    found, total = {}, 0
    for member in known.members:
        path = Path(member.location)
        if not path.is_file():
            continue
        total += path.stat().st_size
        if total > _MOST_BYTES:
            break
        kind = file_kind(path)
        tensors = read_weights(kind, path) if kind else None
        if tensors is not None:
            found[member.name] = tensors
    return found


def file_kind(path: Path) -> str | None:
    """The kind of one model file on disk, told by its content; None where it is none."""
    with tempfile.TemporaryDirectory() as folder:
        found = Walk(Vault(Path(folder) / "vault"), WalkLimits(depth=0)).run(path, path.name)
    return found.candidates[0].kind if found.candidates else None


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
