"""Weights of TensorFlow SavedModels: constants of the graph, and variables beside it."""

from collections.abc import Iterator, Mapping

from modelkin.apps.protobuf import LENGTH, fields
from modelkin.apps.weights import tf_bundle
from modelkin.apps.weights.tensor import Stored
from modelkin.apps.weights.tf_graph import graph_tensors

_META, _GRAPH = 2, 2


def tensors(buffer: memoryview, parts: Mapping[str, memoryview]) -> Iterator[Stored]:
    """The constants, then the variables.

    Raises:
        ValueError: a file is damaged or missing.
    """
    for meta in fields(buffer):
        if (meta.number, meta.wire) != (_META, LENGTH):
            continue
        for graph in fields(buffer, meta.start, meta.end):
            if (graph.number, graph.wire) == (_GRAPH, LENGTH):
                yield from graph_tensors(buffer, graph.start, graph.end)
    if tf_bundle.INDEX in parts:
        yield from tf_bundle.tensors(parts)
