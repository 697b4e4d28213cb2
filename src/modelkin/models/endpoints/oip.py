"""The Open Inference Protocol's words, which its HTTP and gRPC forms share."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from modelkin.errors import BrokenModelError, PredictionError
from modelkin.models.endpoints.reading import Reader
from modelkin.records import AnyArray, TensorSpec

DATATYPES = {
    "BOOL": "bool",
    "UINT8": "uint8",
    "UINT16": "uint16",
    "UINT32": "uint32",
    "UINT64": "uint64",
    "INT8": "int8",
    "INT16": "int16",
    "INT32": "int32",
    "INT64": "int64",
    "FP16": "float16",
    "FP32": "float32",
    "FP64": "float64",
    "BYTES": "bytes",
}
_NAMES = {dtype: name for name, dtype in DATATYPES.items()}
_PRECISE = ("float32", "float64")


def datatype_of(values: AnyArray) -> str:
    """The protocol's name of an array's type."""
    return _NAMES[values.dtype.name]


def tensor_specs(tensors: object, where: str) -> tuple[TensorSpec, ...]:
    """The tensors that metadata declare; a size of -1 is open.

    Raises:
        BrokenModelError: they are not of the protocol's form.
    """
    try:
        return tuple(_spec(tensor) for tensor in tensors or ())  # type: ignore[attr-defined]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BrokenModelError(
            f"{where} describes its tensors in another form than the Open Inference Protocol's "
            f"({type(error).__name__}: {error})",
            hint="name its protocol with --adapter",
        ) from error


def rows_at_once(inputs: Sequence[TensorSpec]) -> int | None:
    """The batch size that the inputs fix, if they do."""
    return next((spec.shape[0] for spec in inputs if spec.shape), None)


def read_output(tensor: Mapping[str, Any], rows: int, reader: Reader, where: str) -> AnyArray:
    """One output tensor of an answer in JSON.

    Raises:
        PredictionError: shape and data do not fit, or it is no row a query.
    """
    try:
        shape = [int(size) for size in tensor["shape"]]
        dtype = DATATYPES[tensor["datatype"]]
        data = tensor["data"]
        if dtype == "bytes":
            return reader.outputs(np.ravel(data).tolist(), rows)[0]
        return shown(reader.numbers(data).reshape(shape), dtype, rows)
    except (KeyError, TypeError, ValueError) as error:
        raise PredictionError(
            f"{where} answered a tensor whose shape, type and data do not fit "
            f"({type(error).__name__}: {error})",
            hint="update the server, or ask it by hand with curl",
        ) from error


def shown(values: AnyArray, dtype: str, rows: int) -> AnyArray:
    """Numbers as a model shows them: floats in their precision, single integers as labels."""
    if dtype in _PRECISE:
        return values.astype(dtype)
    is_label = np.dtype(dtype).kind in "iub" and values.size == rows
    return values.astype(np.int64 if is_label else np.float64)


def in_order(found: Mapping[str, AnyArray], wanted: Sequence[str], where: str) -> list[AnyArray]:
    """The outputs by the names that metadata declare, whatever order they came in.

    Raises:
        PredictionError: one of them did not come.
    """
    missing = [name for name in wanted if name not in found]
    if missing or not found:
        raise PredictionError(
            f"{where} answered the tensors {', '.join(found) or 'none'}, not "
            f"{', '.join(missing) or 'any'}",
            hint='state the right names as "outputs": [...] in --adapter-file',
        )
    return [found[name] for name in (wanted or list(found))]


def _spec(tensor: Mapping[str, Any]) -> TensorSpec:
    shape = tuple(int(size) if int(size) >= 0 else None for size in tensor["shape"])
    return TensorSpec(name=str(tensor["name"]), shape=shape, dtype=DATATYPES[tensor["datatype"]])
