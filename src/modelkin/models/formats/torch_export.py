"""Programs of torch.export: a graph of tensor operators with declared shapes."""

import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from modelkin.errors import BrokenModelError, UnsafeModelError
from modelkin.models.extras import require
from modelkin.models.pt2_vetting import dangers
from modelkin.models.torch_archive import torch_kind
from modelkin.models.torch_filters import as_filters, fold_norm, follow
from modelkin.models.torch_runner import TorchModel, first_line
from modelkin.protocols import Model, ModelFormat
from modelkin.records import FloatArray, Signature, TensorSpec

_SHOWN = 3


@dataclass(frozen=True)
class TorchExport(ModelFormat):
    """Exported programs (.pt2) of torch.export.save; shapes are read from the graph.

    Attributes:
        allow_code: load archives that hold pickles, compiled code or foreign operators.
    """

    name: ClassVar[str] = "torch_export"
    extensions: ClassVar[tuple[str, ...]] = (".pt2",)
    extra: ClassVar[str | None] = "torch"
    loading: ClassVar[str] = (
        "torch.export rebuilds the graph; it would also run pickles, size expressions and compiled "
        "code in the archive, so these are looked for first and refused"
    )
    allow_code: bool = False

    def recognises(self, location: str, first_bytes: bytes) -> bool:
        """Tell by the members of the archive."""
        kind = torch_kind(location, first_bytes)
        by_name = kind == "damaged" and Path(location).suffix.lower() in self.extensions
        return by_name or kind == "export"

    def load(self, location: str) -> Model:
        """Vet the archive and rebuild the program.

        Raises:
            MissingDependencyError: torch is not installed.
            UnsafeModelError: something in the archive could run code.
            BrokenModelError: torch refuses the file.
        """
        torch = require("torch", self.extra)
        program = self.program(torch, location)
        inputs = tuple(
            _spec(node)
            for node in program.graph.nodes
            if node.op == "placeholder" and node.name in program.graph_signature.user_inputs
        )
        outputs = _outputs(program)
        sizes = {spec.shape[0] for spec in inputs if spec.shape} - {None}
        return TorchModel(
            torch,
            program.module(),
            Signature(inputs=inputs, outputs=outputs if len(outputs) == 1 else ()),
            piece=min((size for size in sizes if size), default=0),
        )

    def first_convolution(self, location: str) -> tuple[FloatArray, FloatArray] | None:
        """Kernel and bias of the first layer, with the batch normalization after it folded."""
        torch = require("torch", self.extra)
        try:
            return _filters(self.program(torch, location))
        except Exception:  # noqa: BLE001 (evidence is optional; a strange graph must not stop the run)
            return None

    def program(self, torch: Any, location: str) -> Any:  # noqa: ANN401 (untyped)
        """Vet the archive and read the exported program.

        Raises:
            UnsafeModelError: something in the archive could run code.
            BrokenModelError: torch refuses the file.
        """
        try:
            found = () if self.allow_code else dangers(location)
        except (OSError, ValueError, RuntimeError, KeyError, zipfile.BadZipFile) as error:
            raise _unreadable(location, error) from error
        if found:
            more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
            raise UnsafeModelError(
                f"'{location}' holds what could run code: {'; '.join(found[:_SHOWN])}{more}",
                hint="export it again with torch.export.save, without custom operators and "
                "objects, or pass --allow-code if you trust it",
            )
        try:
            with Path(location).open("rb") as file:
                return torch.export.load(file)
        except Exception as error:
            raise _unreadable(location, error) from error


def _unreadable(location: str, error: Exception) -> BrokenModelError:
    return BrokenModelError(
        f"'{location}' cannot be loaded by torch.export: {first_line(error)}",
        hint="the file may be damaged, or written by another version of torch; export it again",
    )


def _spec(node: Any) -> TensorSpec:  # noqa: ANN401 (untyped)
    value = node.meta.get("val")
    if not hasattr(value, "dtype"):
        return TensorSpec(name=node.name, shape=(), dtype=type(value).__name__)
    sizes = tuple(size if isinstance(size, int) else None for size in value.shape)
    dtype = str(value.dtype).removeprefix("torch.")
    return TensorSpec(name=node.name, shape=sizes, dtype=dtype)


def _outputs(program: Any) -> tuple[TensorSpec, ...]:  # noqa: ANN401 (untyped)
    wanted = program.graph_signature.user_outputs
    nodes = [node for node in program.graph.nodes if node.name in wanted]
    specs = [_spec(node) for node in nodes]
    halves = {"float16": "float32", "bfloat16": "float32"}
    return tuple(
        TensorSpec(name=spec.name, shape=spec.shape, dtype=halves.get(spec.dtype, spec.dtype))
        for spec in specs
    )


def _filters(program: Any) -> tuple[FloatArray, FloatArray] | None:  # noqa: ANN401 (untyped)
    signature = program.graph_signature
    kept = {**signature.inputs_to_parameters, **signature.inputs_to_buffers}
    kept |= signature.inputs_to_lifted_tensor_constants

    def constant(value: Any) -> Any:  # noqa: ANN401 (untyped)
        if not hasattr(value, "op"):
            return value
        name = kept[value.name]
        return program.state_dict[name] if name in program.state_dict else program.constants[name]

    steps = [
        (str(node.target).split(".")[1].rstrip("_"), list(node.args), node)
        for node in program.graph.nodes
        if node.op == "call_function" and str(node.target).startswith("aten.")
    ]
    start = next(node for node in program.graph.nodes if node.name in signature.user_inputs)
    found = follow(steps, start, constant)
    if found is None:
        return None
    chain, (_, weight, *rest, answer) = found
    bias = rest[0] if rest and rest[0] is not None else None
    filters = as_filters(constant(weight), None if bias is None else constant(bias))
    for operator, arguments, _ in steps:
        if operator == "batch_norm" and arguments[0] is answer:
            _, gain, shift, mean, variance, _, _, eps, *_ = arguments
            norm = [None if one is None else constant(one) for one in (gain, shift, mean, variance)]
            filters = fold_norm(*filters, norm[0], norm[1], norm[2], norm[3], eps)
    return chain.into(*filters)
