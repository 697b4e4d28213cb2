"""Feeding scanned models as a flagged one is fed.

The value range of a model in an app is often a guess. A copy takes its original's range, so
what is flagged settles it: fixed beforehand and not by result, it costs no second test, and a
model that is no copy only looks less alike when it is fed wrongly.
"""

import json
from collections.abc import Mapping
from pathlib import Path

from modelkin.apps.scan_options import ScanOptions
from modelkin.errors import ModelkinError
from modelkin.models.inference import infer_preprocessing
from modelkin.models.opened import OpenedModel, open_model
from modelkin.records import Modality, Origin
from modelkin.zoo.member import Member


def range_of(source: Member, options: ScanOptions) -> dict[str, list[float]] | None:
    """Mean and standard deviation that a model of the zoo is fed with, as an override states them.

    None where its file is gone, where it takes no pictures, or where each channel has its own.
    """
    if not Path(source.location).exists():
        return None
    try:
        opened = _opened(source.location, options)
        fed = infer_preprocessing(opened, cache=options.cache).fed
        opened.close()
    except ModelkinError:
        return None
    one_range = len(set(fed.mean)) == len(set(fed.std)) == 1
    if fed.modality is not Modality.IMAGE or fed.scale is not None or not one_range:
        return None
    return {"mean": [fed.mean[0]], "std": [fed.std[0]]}


def guessed(locations: Mapping[str, Path], options: ScanOptions) -> dict[str, Path]:
    """The models whose value range their files do not state."""
    found = {}
    for name, path in locations.items():
        try:
            opened = _opened(str(path), options)
            opened.close()
        except ModelkinError:
            continue
        fed = opened.preprocessing
        picture = fed is not None and fed.modality is Modality.IMAGE
        if picture and fed is not None and fed.origin is Origin.DEFAULT:
            found[name] = path
    return found


def write_override(stated: Mapping[str, list[float]], path: Path) -> Path:
    """Keep what is stated in a file of a sidecar's form."""
    path.write_text(json.dumps({"preprocessing": dict(stated)}), encoding="utf-8")
    return path


def _opened(location: str, options: ScanOptions) -> OpenedModel:
    return open_model(location, limits=options.limits, cache=options.cache)
