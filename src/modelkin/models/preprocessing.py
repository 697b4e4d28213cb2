"""From a model's signature to the way its queries must be fed to it."""

import math

import numpy as np

from modelkin.errors import SignatureError
from modelkin.models.columns import AS_GIVEN, fed_by_columns
from modelkin.models.overrides import CONVENTION_VALUES, apply_override, convention_name
from modelkin.records import ColumnSpec, Modality, Origin, Preprocessing, Signature, TensorSpec

__all__ = ["apply_override", "derive_preprocessing"]

_RANGES = {"[-1,1]": (-1.0, 1.0), "[0,1]": (0.0, 1.0), "[0,255]": (0.0, 255.0)}
_CLOSE = 0.03
_CHANNELS = {1: "GRAY", 3: "RGB"}
_OPEN = -1
_DEFAULT_SIZE = 64
_SMALLEST_PLAIN_IMAGE = 8
_PLAIN_RANK = 2
_COLOUR_RANK = 3


def derive_preprocessing(
    signature: Signature, *, file_shape_hint: tuple[int, ...] | None = None
) -> Preprocessing:
    """Read from a signature how to feed a model.

    Images are recognised by shape: (h, w, c) or (c, h, w) with 1 or 3 channels, or (n, n) with
    n >= 8; all else is a vector over the flattened tensor. Mean and std come from the
    quantization or a leading rescaling where the file has one (origin FILE); otherwise they are
    a start for inference (origin DEFAULT).

    Args:
        signature: what the model declares.
        file_shape_hint: the query shape to use where the signature leaves it open: (height,
            width), (height, width, channels) or (columns,).

    Raises:
        SignatureError: the inputs are not one numeric tensor or a set of single columns, or the
            shape is open and no hint closes it.
    """
    if not signature.inputs:
        return _anything(file_shape_hint)
    first = signature.inputs[0]
    for spec in signature.inputs:
        _require_numeric(spec)
    if len(signature.inputs) > 1:
        named = tuple(ColumnSpec(name=spec.name) for spec in signature.inputs)
        return fed_by_columns(_columns(signature.inputs), signature.columns or named)
    sizes = tuple(_OPEN if size is None else size for size in first.shape[1:])
    found = _image(sizes, file_shape_hint)
    if found is None:
        columns = _flat_columns(sizes, first, file_shape_hint)
        rows = Preprocessing(
            modality=Modality.VECTOR,
            shape=(columns,),
            layout="ND",
            dtype=first.dtype,
            scale=first.scale,
            zero_point=first.zero_point,
            tensor_shape=sizes,
            convention=AS_GIVEN,
            origin=Origin.DEFAULT,
        )
        known = signature.columns
        return fed_by_columns(rows, known) if len(known) == columns else rows
    layout, channels, shape = found
    scale, zero_point = _quantization(first)
    if signature.mean and signature.std:
        mean, std, origin = signature.mean, signature.std, Origin.FILE
        convention = convention_name(mean, std)
    else:
        convention, mean, std, origin = _values(first.dtype, scale, zero_point, signature.rescales)
    return Preprocessing(
        modality=Modality.IMAGE,
        shape=shape,
        layout=layout,
        channels=signature.channels or channels,
        mean=mean,
        std=std,
        dtype=first.dtype,
        scale=scale,
        zero_point=zero_point,
        tensor_shape=sizes,
        convention=convention,
        origin=origin,
    )


def _image(
    sizes: tuple[int, ...], hint: tuple[int, ...] | None
) -> tuple[str, str, tuple[int, int]] | None:
    """Layout, channels and size of a picture; None for a shape that is none."""
    hinted = hint is not None and len(hint) >= _PLAIN_RANK
    if len(sizes) == _PLAIN_RANK:
        height, width = sizes
        square = height == width and height >= _SMALLEST_PLAIN_IMAGE
        is_open = _OPEN in sizes and hinted
        return ("NHW", "GRAY", _closed(sizes, hint)) if square or is_open else None
    if len(sizes) != _COLOUR_RANK:
        return None
    readings = (("NHWC", sizes[2], sizes[:2]), ("NCHW", sizes[0], sizes[1:]))
    for layout, channels, plane in readings:
        # a side of 1 is a sequence, a side of 3 beside 3 channels cannot be told apart
        is_plane = all(size == _OPEN or size > _COLOUR_RANK for size in plane)
        if channels in _CHANNELS and is_plane:
            return layout, _CHANNELS[channels], _closed(plane, hint)
    return None


def _closed(plane: tuple[int, ...], hint: tuple[int, ...] | None) -> tuple[int, int]:
    usable = hint if hint is not None and len(hint) >= _PLAIN_RANK else (_DEFAULT_SIZE,) * 2
    height, width = (usable[axis] if size == _OPEN else size for axis, size in enumerate(plane[:2]))
    return height, width


def _flat_columns(sizes: tuple[int, ...], spec: TensorSpec, hint: tuple[int, ...] | None) -> int:
    if _OPEN not in sizes:
        return math.prod(sizes)
    if len(sizes) == 1 and hint is not None and len(hint) == 1:
        return hint[0]
    shown = ", ".join("?" if size == _OPEN else str(size) for size in sizes)
    raise SignatureError(
        f"input '{spec.name}' has the open shape (batch, {shown})",
        hint='state it in <model file>.modelkin.json: {"preprocessing": {"shape": [28, 28]}}',
    )


def _anything(hint: tuple[int, ...] | None) -> Preprocessing:
    """The preprocessing of a model that takes whatever it is given."""
    if hint is None:
        raise SignatureError(
            "the model does not say what it takes",
            hint='name a pool, or declare it: f.modelkin = {"shape": [28, 28, 1]}, or '
            '<model file>.modelkin.json with {"preprocessing": {"shape": [28, 28]}}',
        )
    if len(hint) == 1:
        return Preprocessing(
            modality=Modality.VECTOR,
            shape=hint,
            layout="ND",
            tensor_shape=hint,
            convention=AS_GIVEN,
            origin=Origin.DEFAULT,
        )
    channels = hint[_PLAIN_RANK] if len(hint) > _PLAIN_RANK and hint[_PLAIN_RANK] == 1 else 3
    return Preprocessing(
        modality=Modality.IMAGE,
        shape=hint[:2],
        layout="NHWC",
        channels=_CHANNELS[channels],
        tensor_shape=(*hint[:2], channels),
        origin=Origin.DEFAULT,
    )


def _columns(inputs: tuple[TensorSpec, ...]) -> Preprocessing:
    """One column an input, as converters of tables write it."""
    shapes = {spec.shape[1:] for spec in inputs}
    alike = len(shapes) == 1 and len({spec.dtype for spec in inputs}) == 1
    if not alike or shapes > {(1,), ()} or not shapes <= {(1,), ()}:
        shown = ", ".join(f"{spec.name} {spec.shape} {spec.dtype}" for spec in inputs[:5])
        raise SignatureError(
            f"the model takes {len(inputs)} different inputs: {shown}",
            hint="wrap it in a Python function of one input and name it as module:function",
        )
    return Preprocessing(
        modality=Modality.VECTOR,
        shape=(len(inputs),),
        layout="COLUMNS",
        dtype=inputs[0].dtype,
        tensor_shape=tuple(size or 1 for size in inputs[0].shape[1:]),
        convention=AS_GIVEN,
        origin=Origin.DEFAULT,
    )


def _require_numeric(spec: TensorSpec) -> None:
    try:
        numeric = np.dtype(spec.dtype).kind in "iufb"
    except TypeError:
        numeric = False
    if not numeric:
        raise SignatureError(
            f"input '{spec.name}' is of type {spec.dtype}, which no pool holds",
            hint="wrap the model in a Python function of numbers: module:function",
        )


def _quantization(spec: TensorSpec) -> tuple[float | None, int | None]:
    if spec.scale is None and spec.dtype == "int8":
        return 1.0, -128  # signed bytes without a scale hold the pixel minus 128
    return spec.scale, spec.zero_point


def _values(
    dtype: str, scale: float | None, zero_point: int | None, rescales: bool | None
) -> tuple[str, tuple[float, ...], tuple[float, ...], Origin]:
    if scale is not None:
        limits = np.iinfo(dtype)
        low = scale * (int(limits.min) - (zero_point or 0))
        high = scale * (int(limits.max) - (zero_point or 0))
        for name, (want_low, want_high) in _RANGES.items():
            slack = _CLOSE * (want_high - want_low)
            if abs(low - want_low) <= slack and abs(high - want_high) <= slack:
                return name, *CONVENTION_VALUES[name], Origin.FILE
        span = high - low
        return f"[{low:.3g},{high:.3g}]", (-low / span,), (1 / span,), Origin.FILE
    name = "[0,255]" if rescales or dtype == "uint8" else "[0,1]"
    origin = Origin.FILE if name == "[0,255]" else Origin.DEFAULT
    return name, *CONVENTION_VALUES[name], origin
