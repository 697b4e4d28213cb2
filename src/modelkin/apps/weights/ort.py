"""Weights of ONNX Runtime's own format (``.ort``), after its public ``ort.fbs``."""

from collections.abc import Iterator

from modelkin.apps.flatbuffer import Table, root
from modelkin.apps.weights.onnx import TYPES
from modelkin.apps.weights.raw import MOST_DIMENSIONS, stored
from modelkin.apps.weights.tensor import Stored

_MODEL, _GRAPH, _INITIALIZERS = 1, 7, 0
_DIMENSIONS, _TYPE, _RAW = 2, 3, 4  # the enumeration of types is that of ONNX


def tensors(buffer: memoryview) -> Iterator[Stored]:
    """The initializers of the main graph, in the file's order.

    Raises:
        ValueError: the file is damaged.
    """
    model = root(buffer).table(_MODEL)
    graph = model.table(_GRAPH) if model else None
    for one in graph.tables(_INITIALIZERS) if graph else ():
        yield _tensor(one)


def _tensor(one: Table) -> Stored:
    shape = tuple(int(size) for size in one.numbers(_DIMENSIONS, "q", MOST_DIMENSIONS))
    content = memoryview(one.bytes(_RAW) or b"")
    return stored(shape, content, TYPES.get(one.scalar(_TYPE, "i")))
