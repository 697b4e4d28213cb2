"""Which tensors the files of weights in a ``.pt2`` are, from the JSON beside them."""

import json

from modelkin.apps.weights.raw import BFLOAT16
from modelkin.apps.weights.torch_index import Entry, plain_entry

# numbers that torch.export gives to types
_TYPES = {
    1: "u1",
    2: "i1",
    3: "<i2",
    4: "<i4",
    5: "<i8",
    6: "<f2",
    7: "<f4",
    8: "<f8",
    13: BFLOAT16,
}


def read_exported(content: bytes) -> list[Entry]:
    """The tensors that lie in one piece; their keys are names of files.

    Args:
        content: ``model_weights_config.json`` or ``model_constants_config.json``.
    """
    try:
        listed = json.loads(content)["config"].values()
        found = [_entry(one["path_name"], one["tensor_meta"]) for one in listed]
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError):
        return []  # then they are compared without shapes
    return [one for one in found if one is not None]


def _entry(key: object, about: dict[str, object]) -> Entry | None:
    kind = about["dtype"]
    (start,) = _numbers([about["storage_offset"]])
    dtype = _TYPES.get(kind) if isinstance(kind, int) else None
    return plain_entry(str(key), dtype, start, _numbers(about["sizes"]), _numbers(about["strides"]))


def _numbers(listed: object) -> tuple[object, ...]:
    if not isinstance(listed, list):
        raise TypeError("no list of sizes")
    return tuple(one["as_int"] for one in listed)
