"""What a user states about a model's input, checked against what its file says."""

import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from modelkin.errors import SignatureError
from modelkin.models.columns import AS_STATED, as_given, fed_by_columns, updated
from modelkin.models.conventions import CONVENTIONS
from modelkin.models.mistakes import require_known, wrong
from modelkin.models.stated_columns import checked_columns
from modelkin.records import Modality, Origin, Preprocessing

CONVENTION_VALUES: dict[str, tuple[tuple[float, ...], tuple[float, ...]]] = {
    known.name: (known.mean, known.std) for known in CONVENTIONS
}
"""Mean and standard deviation by the name of a convention."""

_LAYOUTS = ("NHWC", "NCHW", "NHW", "N", "ND", "COLUMNS")
_CHANNELS = {"RGB": 3, "BGR": 3, "GRAY": 1}
_KEYS = ("modality", "layout", "channels", "mean", "std", "shape", "convention", "columns")
_CHOICES: dict[str, tuple[str, ...]] = {
    "modality": (Modality.IMAGE, Modality.VECTOR),
    "layout": _LAYOUTS,
    "channels": tuple(_CHANNELS),
    "convention": tuple(CONVENTION_VALUES),
}
_PLANE = 2


def checked_override(overrides: Mapping[str, Any], file: Path) -> dict[str, Any]:
    """Check the keys and values of an override; numbers become tuples.

    Args:
        overrides: some of modality, layout, channels, mean, std, shape, convention and columns.
        file: where they were read, for messages.

    Raises:
        SignatureError: an unknown key or a wrong value.
    """
    require_known(file, overrides, _KEYS)
    return {key: _checked(file, key, value) for key, value in overrides.items()}


def apply_override(preprocessing: Preprocessing, overrides: Mapping[str, Any]) -> Preprocessing:
    """Replace what an override states, and check that the result is possible.

    Args:
        preprocessing: as derived from the file.
        overrides: some of modality, layout, channels, mean, std, shape, convention and columns.

    Returns:
        The new preprocessing; its origin is OVERRIDE where mean and std or columns are stated.

    Raises:
        SignatureError: an unknown key, a wrong value, or a contradiction of the file's shape.
    """
    given = checked_override(overrides, Path("override"))
    if "convention" in given:
        mean, std = CONVENTION_VALUES[given["convention"]]
        given = {"mean": mean, "std": std} | given
    stated = given.pop("columns", ())
    changed = replace(preprocessing, **_record_fields(preprocessing, given))
    if changed.modality is not Modality.VECTOR:
        changed = replace(changed, columns=())
    if stated:
        _require_rows(changed)
        changed = fed_by_columns(
            changed,
            updated(changed.columns, stated),
            convention=AS_STATED,
            origin=Origin.OVERRIDE,
        )
    if {"mean", "std"} & given.keys():
        name = convention_name(changed.mean, changed.std)
        scales = {key: given[key] for key in ("mean", "std") if key in given}
        changed = replace(as_given(changed), **scales, convention=name, origin=Origin.OVERRIDE)
    _require_possible(changed)
    return changed


def _record_fields(preprocessing: Preprocessing, given: Mapping[str, Any]) -> dict[str, Any]:
    """The overrides as fields of the record, with what follows from them."""
    fields = {key: value for key, value in given.items() if key != "convention"}
    if "modality" in fields:
        fields["modality"] = Modality(fields["modality"])
    modality = fields.get("modality", preprocessing.modality)
    shape = fields.get("shape")
    if shape is not None and modality is Modality.IMAGE:
        fields["shape"] = shape[:2]
    if modality is not preprocessing.modality and "layout" not in fields:
        fields["layout"] = "N" if modality is Modality.IMAGE else "ND"
    if modality is Modality.VECTOR and preprocessing.modality is Modality.IMAGE and not shape:
        fields["shape"] = (math.prod(preprocessing.tensor_shape),)
    if modality is Modality.IMAGE and shape is not None and "channels" not in fields:
        stated = {1: "GRAY", 3: "RGB"}.get(shape[2]) if len(shape) > _PLANE else None
        pixels = math.prod(preprocessing.tensor_shape)
        if preprocessing.modality is Modality.VECTOR and stated is None:
            stated = "GRAY" if pixels == math.prod(shape[:2]) else "RGB"
        fields["channels"] = stated or preprocessing.channels
    return fields


def _require_rows(found: Preprocessing) -> None:
    if found.modality is not Modality.VECTOR:
        raise SignatureError(
            f"columns are stated for a model that takes {found.modality} queries",
            hint='state "modality": "vector" too, or leave the columns out',
        )


def _require_possible(found: Preprocessing) -> None:
    """Compare shape, layout and channels with the tensor that the file declares."""
    if found.modality is not Modality.IMAGE:
        widths = {len(found.mean), len(found.std)} - {1, *found.shape}
        if len(found.shape) != 1 or widths:
            raise _impossible(found, "a vector has shape [columns] and one mean a column")
        wanted: tuple[int, ...] = found.shape
    else:
        channels = _CHANNELS[found.channels]
        if len(found.shape) != _PLANE or {len(found.mean), len(found.std)} - {1, channels}:
            raise _impossible(found, "an image has shape [height, width] and one mean a channel")
        if found.layout not in {"NHWC", "NCHW", "NHW", "N"}:
            raise _impossible(found, "an image has layout NHWC, NCHW, NHW or N")
        if found.layout == "NHW" and channels != 1:
            raise _impossible(found, "layout NHW has no channels: it is for GRAY pictures")
        wanted = {
            "NHWC": (*found.shape, channels),
            "NCHW": (channels, *found.shape),
            "NHW": found.shape,
        }.get(found.layout, (math.prod(found.shape) * channels,))
    tensor = found.tensor_shape
    if not tensor or found.layout == "COLUMNS":
        return
    if found.layout in {"N", "ND"}:
        fits = -1 in tensor or math.prod(tensor) == math.prod(wanted)
    else:
        fits = len(tensor) == len(wanted) and all(
            have in {-1, want} for have, want in zip(tensor, wanted, strict=True)
        )
    if not fits:
        raise _impossible(found, f"the file declares a tensor of shape {list(tensor)}")


def _impossible(found: Preprocessing, why: str) -> SignatureError:
    return SignatureError(
        f"the override cannot be: {found.modality} of shape {list(found.shape)}, layout "
        f"{found.layout}, {found.channels}, {len(found.mean)} means",
        hint=why,
    )


def _checked(file: Path, key: str, value: Any) -> Any:  # noqa: ANN401 (JSON)
    if key in _CHOICES:
        if value not in _CHOICES[key]:
            raise wrong(file, f"has '{key}' = {value!r}; known: {', '.join(_CHOICES[key])}")
        return value
    if key == "columns":
        return checked_columns(file, value)
    items = value if isinstance(value, (list, tuple)) else [value]
    kind: tuple[type, ...] = (int,) if key == "shape" else (int, float)
    good = bool(items) and all(isinstance(one, kind) and not isinstance(one, bool) for one in items)
    if key == "shape":
        good = good and all(one > 0 for one in items)
    elif good:
        good = all(math.isfinite(one) and (key == "mean" or one != 0) for one in items)
    if not good:
        wanted = "positive sizes" if key == "shape" else "finite numbers, std not 0"
        raise wrong(file, f"has '{key}' = {value!r}, not {wanted}")
    return tuple(items) if key == "shape" else tuple(float(one) for one in items)


def convention_name(mean: tuple[float, ...], std: tuple[float, ...]) -> str:
    """Name a mean and std, or call them custom."""
    for name, (known_mean, known_std) in CONVENTION_VALUES.items():
        if _same(mean, known_mean) and _same(std, known_std):
            return name
    return "custom"


def _same(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    width = max(len(a), len(b))
    if {len(a), len(b)} - {1, width}:
        return False
    return bool(np.allclose(np.broadcast_to(a, width), np.broadcast_to(b, width), atol=1e-4))
