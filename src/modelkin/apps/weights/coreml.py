"""Weights of Core ML models, after the public definition of their messages."""

from collections.abc import Iterator, Mapping

from modelkin.apps.protobuf import LENGTH, VARINT, Field, fields, packed
from modelkin.apps.weights import coreml_program
from modelkin.apps.weights.raw import stored
from modelkin.apps.weights.tensor import Stored

_PIPELINES = {200, 201, 202}
_NETWORKS = {303, 403, 500}
_PROGRAM = 502
_DEEPEST = 8
_LAYER = 1
_CONVOLUTION, _PRODUCT, _LSTM = 100, 140, {420, 430}
_CONV_OUT, _CONV_IN, _CONV_KERNEL, _CONV_TURNED, _CONV_GROUPS = 1, 2, 20, 60, 10
# layer to the fields of it that are weights
_WEIGHTS = {
    _CONVOLUTION: {90, 91}, _PRODUCT: {20, 21}, 150: {20, 21}, 160: {15, 16, 17, 18},
    245: {2, 5}, 250: {2}, 290: {2}, 400: {30, 31, 32},
    410: {30, 31, 32, 50, 51, 52, 70, 71, 72}, 420: {20}, 430: {20}, 500: {20}, 1040: {20, 21},
    1045: {8, 9}, 1070: {2}, 1350: {3, 4}, 1471: {60, 61},
}  # fmt: skip
_FORMS = {1: "<f4", 2: "<f2", 30: None, 31: "i1"}


def tensors(
    buffer: memoryview, parts: Mapping[str, memoryview], outer: Field | None = None, depth: int = 0
) -> Iterator[Stored]:
    """The weights of neural networks and programs, in the file's order.

    Args:
        buffer: the specification.
        parts: ``weights/weight.bin`` of a package.
        outer: the message within the buffer; None is all of it.
        depth: of pipelines around it.

    Raises:
        ValueError: it is damaged, or its weights are not beside it.
    """
    if depth > _DEEPEST:
        raise ValueError("pipelines are nested too deep")
    inside = (outer.start, outer.end) if outer else (0, None)
    for model in fields(buffer, *inside):
        if model.wire != LENGTH:
            continue
        if model.number in _PIPELINES:
            yield from _pipeline(buffer, parts, model, depth)
        elif model.number in _NETWORKS:
            yield from _network(buffer, model)
        elif model.number == _PROGRAM:
            yield from coreml_program.tensors(buffer, model, parts)


def _pipeline(
    buffer: memoryview, parts: Mapping[str, memoryview], outer: Field, depth: int
) -> Iterator[Stored]:
    """A pipeline lists models, in a message of its own where it classifies or regresses."""
    for one in fields(buffer, outer.start, outer.end):
        if (one.number, one.wire) != (1, LENGTH):
            continue
        held = [one]
        if outer.number in {200, 201}:
            inner = fields(buffer, one.start, one.end)
            held = [field for field in inner if (field.number, field.wire) == (1, LENGTH)]
        for model in held:
            yield from tensors(buffer, parts, model, depth + 1)


def _network(buffer: memoryview, outer: Field) -> Iterator[Stored]:
    for layer in fields(buffer, outer.start, outer.end):
        if (layer.number, layer.wire) != (_LAYER, LENGTH):
            continue
        for one in fields(buffer, layer.start, layer.end):
            if one.wire == LENGTH and one.number in _WEIGHTS:
                yield from _layer(buffer, one)


def _layer(buffer: memoryview, layer: Field) -> Iterator[Stored]:
    about: dict[int, list[int]] = {}
    held: list[Field] = []
    for one in fields(buffer, layer.start, layer.end):
        if one.wire == LENGTH and one.number in _WEIGHTS[layer.number]:
            held.append(one)
        elif one.wire == VARINT or one.number == _CONV_KERNEL:
            about.setdefault(one.number, []).extend(packed(buffer, one))
    for one in held:
        first = one.number == min(_WEIGHTS[layer.number])
        shape = _shape(layer.number, about) if first else ()
        if layer.number not in _LSTM:
            yield from _weights(buffer, one, shape)
            continue
        for gate in fields(buffer, one.start, one.end):
            if gate.wire == LENGTH:
                yield from _weights(buffer, gate, ())


def _shape(layer: int, about: dict[int, list[int]]) -> tuple[int, ...]:
    """Of a layer's weights, as far as it states it."""
    if layer == _PRODUCT:
        return (about.get(2, [0])[0], about.get(1, [0])[0])
    if layer != _CONVOLUTION:
        return ()
    out, into = about.get(_CONV_OUT, [0])[0], about.get(_CONV_IN, [0])[0]
    if about.get(_CONV_TURNED, [0])[0]:
        groups = about.get(_CONV_GROUPS, [1])[0] or 1
        out, into = into, out // groups
    kernel = about.get(_CONV_KERNEL, [3, 3])
    return (out, into, *kernel[:2])


def _weights(buffer: memoryview, outer: Field, shape: tuple[int, ...]) -> Iterator[Stored]:
    for one in fields(buffer, outer.start, outer.end):
        if one.wire == LENGTH and one.number in _FORMS and one.end > one.start:
            yield stored(shape, buffer[one.start : one.end], _FORMS[one.number])
