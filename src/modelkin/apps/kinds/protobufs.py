"""Telling apart the models that are written as protobuf messages without any mark."""

import contextlib
import re

from modelkin.apps.protobuf import LENGTH, VARINT, Field, fields, text

_OPERATOR = re.compile(r"[A-Za-z_][A-Za-z0-9_.:>/-]{0,100}")
_MOST_FIELDS = 2_000_000
_COREML_MODELS = range(200, 3001)  # the models that a Core ML file can hold
_ONNX_FIELDS = range(1, 31)


def protobuf_kind(buffer: memoryview) -> str | None:
    """``onnx``, ``saved_model``, ``frozen_graph``, ``coreml``, ``caffe``, or None.

    Args:
        buffer: the whole file.
    """
    try:
        found = _outermost(buffer)
    except ValueError:
        return None
    for name, check in _CHECKS.items():
        with contextlib.suppress(ValueError):  # not well formed as this kind
            if check(buffer, found):
                return name
    return None


def _outermost(buffer: memoryview) -> dict[tuple[int, int], list[Field]]:
    """The first fields of each number and wire type; the whole message must be well formed."""
    found: dict[tuple[int, int], list[Field]] = {}
    for count, field in enumerate(fields(buffer)):
        if count > _MOST_FIELDS:
            raise ValueError("too many fields")
        held = found.setdefault((field.number, field.wire), [])
        if len(held) < 4:  # noqa: PLR2004 (enough to look into)
            held.append(field)
    return found


def _numbers(buffer: memoryview, outer: Field) -> list[Field]:
    return list(fields(buffer, outer.start, outer.end))


def _onnx(buffer: memoryview, found: dict[tuple[int, int], list[Field]]) -> bool:
    """A graph whose nodes name their operators."""
    graphs = found.get((7, LENGTH), [])
    if not graphs or any(number not in _ONNX_FIELDS for number, _ in found):
        return False
    for one in fields(buffer, graphs[0].start, graphs[0].end):
        if one.number == 1 and one.wire == LENGTH:
            return _names(buffer, one, 4)
        if one.number not in {1, 2, 5, 10, 11, 12, 13, 14, 15, 16}:
            return False
    return False


def _saved_model(buffer: memoryview, found: dict[tuple[int, int], list[Field]]) -> bool:
    """A schema version and meta graphs, the first of which holds a graph."""
    if set(found) != {(1, VARINT), (2, LENGTH)} or len(found[1, VARINT]) != 1:
        return False
    inner = _numbers(buffer, found[2, LENGTH][0])
    graphs = [one for one in inner if (one.number, one.wire) == (2, LENGTH)]
    return bool(graphs) and _is_graph(buffer, _numbers(buffer, graphs[0]))


def _graph(buffer: memoryview, found: dict[tuple[int, int], list[Field]]) -> bool:
    if not {number for number, _ in found} <= {1, 2, 3, 4, 5} or (1, LENGTH) not in found:
        return False
    return _is_graph(buffer, found[1, LENGTH])


def _is_graph(buffer: memoryview, inner: list[Field]) -> bool:
    """Nodes of TensorFlow: a name, an operator, inputs, attributes."""
    nodes = [one for one in inner if (one.number, one.wire) == (1, LENGTH)]
    return bool(nodes) and all(_names(buffer, node, 2) for node in nodes[:4])


def _coreml(buffer: memoryview, found: dict[tuple[int, int], list[Field]]) -> bool:
    """A version, a description, and one of the models."""
    numbers = {number for number, _ in found}
    models = [number for number in numbers if number in _COREML_MODELS]
    shaped = (1, VARINT) in found and (2, LENGTH) in found and len(models) == 1
    if not shaped or not numbers <= {1, 2, 10, *models}:
        return False
    return all(one.number in _COREML_DESCRIPTION for one in _numbers(buffer, found[2, LENGTH][0]))


_COREML_DESCRIPTION = {1, 7, 10, 11, 12, 13, 14, 20, 21, 50, 100}


def _caffe(buffer: memoryview, found: dict[tuple[int, int], list[Field]]) -> bool:
    """Layers with a name and a type, in the new field or the old one."""
    if (100, LENGTH) in found:
        return all(_names(buffer, one, 2) for one in found[100, LENGTH])
    if (1, LENGTH) not in found or (2, LENGTH) not in found:
        return False
    text(buffer, found[1, LENGTH][0])
    layers = found[2, LENGTH]
    return all(
        any(inner.number == 4 and inner.wire == LENGTH for inner in _numbers(buffer, one))  # noqa: PLR2004 (its name)
        and any(inner.number == 5 and inner.wire == VARINT for inner in _numbers(buffer, one))  # noqa: PLR2004 (its type)
        for one in layers
    )


def _names(buffer: memoryview, node: Field, operator: int) -> bool:
    """The field ``operator`` of a node holds an identifier."""
    for one in fields(buffer, node.start, node.end):
        if one.number == operator:
            return _OPERATOR.fullmatch(text(buffer, one)) is not None
    return False


_CHECKS = {
    "saved_model": _saved_model,
    "coreml": _coreml,
    "onnx": _onnx,
    "frozen_graph": _graph,
    "caffe": _caffe,
}
