"""A graph that OpenVINO has compiled for the CPU."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from modelkin.errors import PredictionError
from modelkin.models.pieces import require_rows, run_in_pieces
from modelkin.records import AnyArray, Batch, Signature, TensorSpec

# without the hint, newer processors would round to 16 bits
_SETTINGS = {"INFERENCE_PRECISION_HINT": "f32", "INFERENCE_NUM_THREADS": 1}
_LONGEST = 200


class CompiledModel:
    """A compiled graph and what it says of itself.

    Args:
        openvino: the module.
        location: anything that OpenVINO reads.

    Raises:
        RuntimeError: OpenVINO refuses it.
    """

    def __init__(self, openvino: Any, location: str) -> None:  # noqa: ANN401 (typed elsewhere)
        core = openvino.Core()
        self._compiled = core.compile_model(core.read_model(location), "CPU", _SETTINGS)
        self._inputs = tuple(
            _spec(port, f"input_{i}") for i, port in enumerate(self._compiled.inputs)
        )
        self._outputs = tuple(
            _spec(port, f"output_{i}") for i, port in enumerate(self._compiled.outputs)
        )
        fixed = {spec.shape[0] for spec in self._inputs if spec.shape} - {None}
        self._piece = min((size for size in fixed if size), default=0)

    @property
    def signature(self) -> Signature:
        """Inputs and outputs as the graph declares them."""
        return Signature(inputs=self._inputs, outputs=self._outputs)

    def predict(self, batch: Batch) -> tuple[AnyArray, ...]:
        """Answer with one run, or one a piece where the graph fixes the batch size."""
        if self._piece:
            return run_in_pieces(self._run, batch.inputs, self._piece)
        answers = self._run(batch.inputs)
        require_rows(answers, len(batch))
        return answers

    def _run(self, inputs: Sequence[AnyArray]) -> tuple[AnyArray, ...]:
        try:
            answers = self._compiled([np.ascontiguousarray(rows) for rows in inputs])
            # the arrays are the graph's own memory, which the next run overwrites
            return tuple(np.array(answers[port]) for port in self._compiled.outputs)
        except Exception as error:
            raise PredictionError(
                f"OpenVINO failed: {reason(error)}",
                hint="compare the declared inputs with what the model really takes: "
                "modelkin inspect MODEL",
            ) from error


def reason(error: Exception) -> str:
    """The telling line of an error: those about places in OpenVINO's source come before it."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    told = [line for line in lines if not line.startswith(("Exception from", "Check '"))]
    return (told or lines or [type(error).__name__])[0][:_LONGEST]


def _spec(port: Any, otherwise: str) -> TensorSpec:  # noqa: ANN401 (typed elsewhere)
    shape = port.get_partial_shape()
    sizes = () if shape.rank.is_dynamic else tuple(shape)
    return TensorSpec(
        name=port.any_name if port.get_names() else otherwise,
        shape=tuple(None if size.is_dynamic else int(size.get_length()) for size in sizes),
        dtype=np.dtype(port.get_element_type().to_dtype()).name,
    )
