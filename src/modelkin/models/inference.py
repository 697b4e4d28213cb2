"""Finding out the value range that a picture model wants, when its file does not say it.

Behaviour tells raw bytes from small values; nothing in behaviour tells [0,1] from [-1,1] (23
criteria tried, none better than chance across families). The first convolution tells both, where
it can be read: its folded bias cancels the mean picture of the training data. An input that the
file quantizes itself cuts values off, and where it does tells both too. What stays unsettled is
chosen by custom and marked by a small margin.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from modelkin.answers.kinds import choose_output, detect_kind, usable_rows
from modelkin.answers.scales import log_scores
from modelkin.errors import ModelkinError
from modelkin.models.conventions import (
    CONVENTIONS,
    FIRST_LAYER_MARGIN,
    RANGE_MARGIN,
    first_layer_evidence,
    probe_pictures,
    rank_conventions,
)
from modelkin.models.feeding import Feeder
from modelkin.models.opened import OpenedModel
from modelkin.records import (
    Access,
    Batch,
    FloatArray,
    Modality,
    Origin,
    OutputKind,
    Preprocessing,
    Responses,
)

_SEED = 0
_BATCH = 8  # as when collecting: a runtime keeps the memory of its largest batch
_PROBED = ("[0,1]", "[0,255]")
_CLIPPED = 32
_MIDDLE = 128


def infer_preprocessing(opened: OpenedModel, *, cache: Path) -> OpenedModel:
    """Settle the value range of a picture model; other models are returned as they are.

    The result is kept in the cache, so that a model is probed once. Metered models are never
    probed: they are fed [0, 1] unless something else is stated.

    Args:
        opened: the model.
        cache: folder of the cache.
    """
    fed = opened.preprocessing
    settled = fed is None or fed.modality is not Modality.IMAGE or fed.origin is not Origin.DEFAULT
    if settled or opened.signature.metered or fed is None or not opened.signature.inputs:
        return opened
    kept = cache / "preprocessing" / f"{opened.digest[:32]}.json"
    ranking = _read(kept)
    probes = 0
    if ranking is None:
        ranking, probes = _rank(opened, fed)
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(ranking), encoding="utf-8")
    return replace(opened, preprocessing=choose(fed, ranking), probes=probes)


def _rank(opened: OpenedModel, fed: Preprocessing) -> tuple[dict[str, dict[str, float]], int]:
    """Behavioural and first-layer scores by convention, and the queries spent."""
    pictures = probe_pictures((fed.shape[0], fed.shape[1]), _SEED)
    behaviour: dict[str, float] = {}
    try:
        answers = {name: _answers(opened, _as(fed, name), pictures) for name in _PROBED}
        behaviour = dict(rank_conventions(answers))
    except ModelkinError:
        pass  # a model that fails on probes is left to fail, with its own message, when asked
    layer: Mapping[str, float] = {}
    found = opened.first_convolution() if behaviour else None
    if found is not None:
        kernel, bias = found
        try:
            layer = first_layer_evidence(
                kernel[..., ::-1] if fed.channels == "BGR" else kernel, bias
            )
        except ValueError:
            layer = {}
    probes = len(_PROBED) * len(pictures)
    clips: dict[str, float] = {}
    if behaviour and not layer:
        clips, more = _clips(opened, fed, pictures[:_CLIPPED])
        probes += more
    return {"behaviour": behaviour, "first_layer": dict(layer), "clips": clips}, probes


def _clips(
    opened: OpenedModel,
    fed: Preprocessing,
    pictures: np.ndarray[tuple[int, ...], np.dtype[np.uint8]],
) -> tuple[dict[str, float], int]:
    """The range that a quantized input cuts at, or nothing, and the queries spent.

    Such an input takes 1 and 255 for the same, so pictures of noughts and values far above 1
    are answered exactly like pictures of noughts and ones. If ones and minus ones are answered
    like ones and noughts as well, it cuts at 0.
    """
    dark = pictures.mean(axis=-1, keepdims=True) < _MIDDLE  # grey models see means of channels
    ones = np.where(dark, 0, np.full_like(pictures, 255))
    try:
        large = _answers(opened, _as(fed, "[0,255]"), np.where(dark, 0, np.maximum(pictures, 2)))
        small = _answers(opened, _as(fed, "[0,1]"), ones)
        # equal answers say something only where answers differ from picture to picture
        tells = len(np.unique(small, axis=0)) > len(small) // 2
        if not (tells and np.array_equal(large, small)):
            return {}, 2 * len(pictures)
        signed = _answers(opened, _as(fed, "[-1,1]"), ones)
    except ModelkinError:
        return {}, 2 * len(pictures)
    return {"[0,1]" if np.array_equal(signed, small) else "[-1,1]": 1.0}, 3 * len(pictures)


def choose(fed: Preprocessing, ranking: Mapping[str, Mapping[str, float]]) -> Preprocessing:
    """Bytes or small values, then [0,1] or centred; what no evidence settles, by custom.

    The margin is 1 where both questions are settled, and falls to 0 with the weaker of the two.
    """
    behaviour, layer = ranking["behaviour"], ranking["first_layer"]
    clips = ranking.get("clips", {})
    centred = "imagenet" if fed.channels != "GRAY" and fed.layout == "NCHW" else "[-1,1]"
    custom = "[0,1]" if fed.channels == "GRAY" else centred
    if layer:
        small = max(layer["[0,1]"], layer["[-1,1]"], layer["imagenet"])
        bytes_lead = max(layer["[0,255]"], layer["[0,255]-mean"]) - small
        apart = layer["[0,1]"] - max(layer["[-1,1]"], layer["imagenet"])
    else:
        bytes_lead = behaviour.get("[0,255]", 0.0) * FIRST_LAYER_MARGIN / RANGE_MARGIN
        apart = 0.0
    sure_of_range = min(1.0, abs(bytes_lead) / FIRST_LAYER_MARGIN)
    sure_of_centre = min(1.0, abs(apart) / FIRST_LAYER_MARGIN)
    if clips:
        name, margin = next(iter(clips)), 1.0
    elif bytes_lead > 0:
        name, margin = "[0,255]", sure_of_range
    else:
        name = custom if sure_of_centre < 1 else ("[0,1]" if apart > 0 else centred)
        margin = min(sure_of_range, sure_of_centre)
    ranked = sorted((clips or layer or behaviour).items(), key=lambda item: -item[1])
    return replace(_as(fed, name), origin=Origin.INFERRED, margin=margin, considered=tuple(ranked))


def _as(fed: Preprocessing, name: str) -> Preprocessing:
    chosen = next(convention for convention in CONVENTIONS if convention.name == name)
    return replace(fed, mean=chosen.mean, std=chosen.std, convention=name)


def _answers(
    opened: OpenedModel,
    fed: Preprocessing,
    pictures: np.ndarray[tuple[int, ...], np.dtype[np.uint8]],
) -> FloatArray:
    """(n, k) centred log-scores of the model on the pictures under one convention."""
    feeder, collected, step = Feeder(fed), [], None
    for start in range(0, len(pictures), _BATCH):
        rows = pictures[start : start + _BATCH]
        ids = tuple(f"probe-{start + i}" for i in range(len(rows)))
        outputs = opened.model.predict(Batch(ids=ids, inputs=feeder.tensors(rows)))
        values, step = choose_output(outputs, opened.signature)
        collected.append(values)
    values = np.concatenate(collected)
    usable = usable_rows(values)
    kind = detect_kind(values[usable], step, opened.signature.output) if usable.any() else None
    if kind is None or kind is OutputKind.LABELS:
        return values.astype(np.float64)
    return log_scores(
        Responses(
            model=opened.name,
            model_digest="",
            pool="probe",
            pool_digest="",
            values=np.nan_to_num(values.astype(np.float64), posinf=1e30, neginf=-1e30),
            kind=kind,
            access=Access.SCORES,
            index=np.arange(len(values)),
            parts=("probe",) * len(values),
            asked=len(values),
            step=step,
        )
    )


def _read(path: Path) -> dict[str, dict[str, float]] | None:
    try:
        found: dict[str, dict[str, float]] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if set(found) == {"behaviour", "first_layer", "clips"} else None
