"""TorchScript programs, run by libtorch's own interpreter."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from modelkin.errors import BrokenModelError, UnsafeModelError
from modelkin.models.contents import zip_names
from modelkin.models.extras import require
from modelkin.models.torch_archive import read_member, torch_kind
from modelkin.models.torch_filters import as_filters, follow
from modelkin.models.torch_inputs import torch_model
from modelkin.models.torch_runner import first_line
from modelkin.protocols import Model, ModelFormat
from modelkin.records import FloatArray

_FILE_OPERATORS = re.compile(
    rb"\b(torch\.(from_file|save|load)\b|ops\.(aten\.(from_file|save|load)\b|(?!(prim|aten|quantized)\b)\w+))"
)
_GAPS = re.compile(rb"(?:\s|\\)*\.(?:\s|\\)*")  # around the dots of a name, where they mean nothing


@dataclass(frozen=True)
class Torchscript(ModelFormat):
    """TorchScript programs (.pt, .pth, .ts) saved by torch.jit.save.

    Attributes:
        allow_code: load programs that name file or foreign operators.
    """

    name: ClassVar[str] = "torchscript"
    extensions: ClassVar[tuple[str, ...]] = (".pt", ".pth", ".ts")
    extra: ClassVar[str | None] = "torch"
    loading: ClassVar[str] = (
        "libtorch builds the program and may run its __setstate__ in its own interpreter, which "
        "knows tensor operators only; no Python code and no Python pickle is run, and programs "
        "that name operators on files are refused"
    )
    allow_code: bool = False

    def recognises(self, location: str, first_bytes: bytes) -> bool:
        """Tell by the members code/ and constants.pkl of the archive."""
        kind = torch_kind(location, first_bytes)
        by_name = kind == "damaged" and Path(location).suffix.lower() in self.extensions
        return by_name or kind == "script"

    def load(self, location: str) -> Model:
        """Load the program on the CPU; what it takes is inferred from its first weights.

        Raises:
            MissingDependencyError: torch is not installed.
            UnsafeModelError: the program names operators on files, or of a foreign library.
            BrokenModelError: libtorch refuses the file.
        """
        torch = require("torch", self.extra)
        module = self.program(torch, location)
        weight = None
        if not any(True for _ in module.parameters()):  # frozen: weights are constants of the graph
            found = _first_convolution(torch, module)
            weight = None if found is None else found[0]
        return torch_model(torch, module, first_weight=weight, scripted=True)

    def program(self, torch: Any, location: str) -> Any:  # noqa: ANN401 (untyped)
        """Vet the archive and load the script module.

        Raises:
            UnsafeModelError: the program names operators on files, or of a foreign library.
            BrokenModelError: libtorch refuses the file.
        """
        named = _file_operators(location)
        if named and not self.allow_code:
            raise UnsafeModelError(
                f"'{location}' is a TorchScript program that calls {', '.join(named)}",
                hint="these operators touch files or foreign libraries; pass --allow-code if you "
                "trust it",
            )
        return _loaded(torch, location)

    def first_convolution(self, location: str) -> tuple[FloatArray, FloatArray] | None:
        """Kernel and bias of the first layer, with the batch normalization after it folded."""
        torch = require("torch", self.extra)
        found = _first_convolution(torch, _loaded(torch, location))
        return None if found is None else (found[1], found[2])


def _loaded(torch: Any, location: str) -> Any:  # noqa: ANN401 (untyped)
    try:
        return torch.jit.load(location, map_location="cpu").eval()
    except RuntimeError as error:
        raise BrokenModelError(
            f"'{location}' cannot be loaded as TorchScript: {first_line(error)}",
            hint="the file may be cut short or damaged; copy or save it again",
        ) from error


def _file_operators(location: str) -> list[str]:
    code = [name for name in zip_names(location) if name.endswith(".py") and "code/" in name]
    found: set[str] = set()
    for name in code:
        content = read_member(location, name)
        matches = {
            match.group(1).decode() for match in _FILE_OPERATORS.finditer(_GAPS.sub(b".", content))
        }
        found |= matches if content else {f"unreadable code ({name})"}
    return sorted(found)


def _first_convolution(torch: Any, module: Any) -> tuple[Any, FloatArray, FloatArray] | None:  # noqa: ANN401
    """Weight, kernel and bias from the graph; freezing folds a batch normalization into them."""
    try:
        frozen = module
        if any(True for _ in module.parameters()):
            frozen = torch.jit.freeze(module)
        graph = frozen.inlined_graph
        nodes = [node for node in graph.nodes() if node.outputsSize() == 1]
        constants = {
            node.output().debugName(): node.output().toIValue()
            for node in nodes
            if node.kind() == "prim::Constant"
        }
        steps = [
            (
                node.kind().partition("::")[2].rstrip("_"),
                [value.debugName() for value in node.inputs()],
                node.output().debugName(),
            )
            for node in nodes
            if node.kind().startswith("aten::")
        ]
        start = list(graph.inputs())[1].debugName()
        found = follow(steps, start, constants.__getitem__)
        if found is None:
            return None
        chain, (_, weight, bias, *_) = found
        filters = chain.into(*as_filters(constants[weight], constants[bias]))
        return constants[weight], *filters
    except Exception:  # noqa: BLE001 (evidence is optional; a strange program must not stop the run)
        return None
