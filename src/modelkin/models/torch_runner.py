"""Anything that maps torch tensors to torch tensors, made a model."""

import contextlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from modelkin.errors import PredictionError
from modelkin.models.pieces import require_rows, run_in_pieces
from modelkin.records import AnyArray, Batch, Signature

_LOGITS = "logits"
_FIRST_LINE = 200


class TorchModel:
    """A module in evaluation mode, asked without gradients on the CPU.

    Args:
        torch: the framework.
        call: takes and returns torch tensors; tuples and mappings of them are understood.
        signature: its inputs and outputs.
        piece: the only batch size it takes; 0 for any.
        scripted: run TorchScript without its profiling, whose later passes differ in rounding.
    """

    def __init__(
        self,
        torch: Any,  # noqa: ANN401 (the framework is untyped)
        call: Callable[..., Any],
        signature: Signature,
        *,
        piece: int = 0,
        scripted: bool = False,
    ) -> None:
        self.signature = signature
        self._torch = torch
        self._call = call
        self._piece = piece
        self._scripted = scripted

    def predict(self, batch: Batch) -> tuple[AnyArray, ...]:
        """Answer with one call, or one a piece where the model takes only so many rows."""
        if self._piece:
            return run_in_pieces(self._run, batch.inputs, self._piece)
        try:
            answers = self._run(batch.inputs)
            require_rows(answers, len(batch.inputs[0]))
        except PredictionError:
            if len(batch) == 1:
                raise
            # traced programs often hold a reshape to the one row they were traced with
            answers = run_in_pieces(self._run, batch.inputs, 1)
            self._piece = 1
        return answers

    def _run(self, inputs: Sequence[AnyArray]) -> tuple[AnyArray, ...]:
        torch = self._torch
        plainly = (
            torch.jit.optimized_execution(False) if self._scripted else contextlib.nullcontext()  # noqa: FBT003
        )
        try:
            with torch.inference_mode(), plainly:
                tensors = [torch.from_numpy(np.array(rows)) for rows in inputs]
                answers = tuple(_as_array(found) for found in _tensors(self._call(*tensors)))
        except Exception as error:
            raise PredictionError(
                f"PyTorch failed: {first_line(error)}",
                hint="compare the shape it is fed with what it takes (modelkin inspect MODEL); "
                'state another in <model file>.modelkin.json: {"preprocessing": '
                '{"shape": [28, 28]}}',
            ) from error
        if not answers:
            raise PredictionError(
                "the model returned no tensor",
                hint="wrap it in a function that returns scores of shape (n, classes)",
            )
        return answers


def first_line(error: Exception) -> str:
    """The kind of an error and the line of its message that says most."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    named = [line for line in lines if "Error" in line and ":" in line]  # TorchScript's last line
    message = (named[-1:] or lines[:1] or [""])[0]
    return f"{type(error).__name__}: {message[:_FIRST_LINE]}"


def _tensors(returned: Any) -> list[Any]:  # noqa: ANN401 (models return anything)
    """The tensors of an answer in order; of a mapping with logits, only these."""
    if hasattr(returned, "detach"):
        return [returned]
    if isinstance(returned, Mapping):
        if _LOGITS in returned:
            return _tensors(returned[_LOGITS])
        return [one for value in returned.values() for one in _tensors(value)]
    if hasattr(returned, _LOGITS):
        return _tensors(returned.logits)
    if isinstance(returned, (tuple, list)):
        return [one for value in returned for one in _tensors(value)]
    return []


def _as_array(tensor: Any) -> AnyArray:  # noqa: ANN401 (untyped)
    plain = tensor.detach().cpu()
    if plain.is_quantized:
        plain = plain.dequantize()
    if str(plain.dtype) in {"torch.float16", "torch.bfloat16", "torch.bool"}:
        plain = plain.float()
    found: AnyArray = plain.numpy()
    return found
