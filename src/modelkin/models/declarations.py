"""What a Python function says about its own input, in its ``modelkin`` attribute."""

from typing import Any

import numpy as np

from modelkin.errors import SignatureError
from modelkin.models.preprocessing import derive_preprocessing
from modelkin.records import Access, Modality, OutputKind, Signature, TensorSpec

_KEYS = ("shape", "dtype", "modality", "output", "labels", "factory")
_HINT = 'for example: f.modelkin = {"shape": [28, 28, 1], "output": "probabilities"}'


def declared_signature(declared: Any, location: str) -> Signature:  # noqa: ANN401 (users' object)
    """Turn the attribute into a signature; without it, the function takes whatever comes.

    Args:
        declared: a dict with some of shape (without the batch), dtype, modality, output,
            labels, factory.
        location: the function, for messages.

    Raises:
        SignatureError: unknown keys, wrong values, or a shape of another modality.
    """
    if declared is None:
        return Signature(metered=True)
    if not isinstance(declared, dict):
        raise _wrong(location, f"is a {type(declared).__name__}, not a dict")
    unknown = [str(key) for key in declared if key not in _KEYS]
    if unknown:
        raise _wrong(location, f"has unknown keys {', '.join(unknown)}; known: {', '.join(_KEYS)}")
    output = _output(declared.get("output"), location)
    signature = Signature(
        inputs=_inputs(declared, location),
        access=Access.LABEL if output is OutputKind.LABELS else Access.SCORES,
        output=output,
        metered=True,
        labels=tuple(str(label) for label in declared.get("labels", ())),
    )
    _require_modality(signature, declared.get("modality"), location)
    return signature


def _inputs(declared: dict[str, Any], location: str) -> tuple[TensorSpec, ...]:
    if "shape" not in declared:
        return ()
    shape = declared["shape"]
    if not isinstance(shape, (list, tuple)) or not all(
        isinstance(size, int) and size > 0 for size in shape
    ):
        raise _wrong(location, f"has shape {shape!r}, which is no list of sizes")
    try:
        dtype = np.dtype(declared.get("dtype", "float32")).name
    except TypeError as error:
        raise _wrong(location, f"has an unknown dtype {declared['dtype']!r}") from error
    return (TensorSpec(name="input", shape=(None, *shape), dtype=dtype),)


def _output(value: Any, location: str) -> OutputKind | None:  # noqa: ANN401 (users' object)
    try:
        return None if value is None else OutputKind(value)
    except ValueError as error:
        kinds = ", ".join(OutputKind)
        raise _wrong(location, f"has output {value!r}; known: {kinds}") from error


def _require_modality(
    signature: Signature,
    modality: Any,  # noqa: ANN401 (users' object)
    location: str,
) -> None:
    if modality is None or not signature.inputs:
        return
    found = derive_preprocessing(signature).modality
    if modality not in {Modality.IMAGE.value, Modality.VECTOR.value} or modality != found:
        shape = list(signature.inputs[0].shape[1:])
        raise _wrong(location, f"has modality {modality!r}, but shape {shape} reads as {found}")


def _wrong(location: str, what: str) -> SignatureError:
    return SignatureError(f"the attribute 'modelkin' of '{location}' {what}", hint=_HINT)
