"""Torch modules as models whose weights can be changed."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save_file
from torch import nn

from modelkin.errors import IncompatibleError
from modelkin.making.strengths import Strength
from modelkin.making.weights import Weight
from modelkin.models.formats.torch_export import TorchExport
from modelkin.models.formats.torch_state import TorchState
from modelkin.models.formats.torchscript import Torchscript
from modelkin.models.locations import factory_and_weights
from modelkin.models.torch_modules import module_of
from modelkin.records import AnyArray, FloatArray

_BATCH, _STEPS = 16, 100
_SMOOTHED = 10.0


class TorchHost:
    """A module in evaluation mode, and how its copies are written.

    Args:
        location: of the model.
        format_name: of what opened it.
        allow_code: of the run.

    Raises:
        IncompatibleError: the format gives no module.
    """

    gradients = True

    def __init__(self, location: str, format_name: str, *, allow_code: bool) -> None:
        self._save: Callable[[Path], str]
        if format_name == "torch_state":
            self._keep_state(TorchState().module(torch, location), location)
        elif format_name == "python_callable":
            self._keep_state(module_of(torch, location), location)
        elif format_name == "torch_export":
            self._program = TorchExport(allow_code=allow_code).program(torch, location)
            self._module: Any = self._program.module()
            self.suffix, self._save = ".pt2", self._save_program
        elif format_name == "torchscript":
            self._module = Torchscript(allow_code=allow_code).program(torch, location)
            self.suffix, self._save = ".ts", self._save_script
        else:
            raise IncompatibleError(
                f"'{location}' ({format_name}) gives no torch module to change",
                hint="derive from weights with their factory, a .pt2 or a TorchScript file",
            )
        self._before = self._values()

    def weights(self) -> Mapping[str, Weight]:
        """Float parameters with two axes or more, which are weights and no normalisations."""
        found = {
            name: Weight(values=values, axis=0)
            for name, values in self._before.items()
            if values.ndim > 1
        }
        if not found:
            raise IncompatibleError(
                "the module shows no weights: they are constants of its program",
                hint="derive from the module before it was frozen",
            )
        return found

    def write(self, values: Mapping[str, FloatArray], path: Path) -> str:
        """Write the module with other weights, and put its own ones back."""
        self._fill(values)
        try:
            return self._save(path)
        finally:
            self._fill(self._before)

    def convert(self, strength: Strength, tensors: AnyArray, path: Path) -> str | None:
        """None: torch's converters depend on how the module is written."""
        del strength, tensors, path
        return None

    def fine_tune(
        self, tensors: AnyArray, targets: FloatArray, *, rate: float, seed: int
    ) -> dict[str, FloatArray]:
        """A hundred steps of Adam; normalisations keep their statistics."""
        rng = np.random.default_rng(seed)
        asked, wanted = torch.from_numpy(np.array(tensors)), torch.from_numpy(targets).float()
        trained = [value for value in self._module.parameters() if value.is_floating_point()]
        for value in trained:
            value.requires_grad_(True)  # noqa: FBT003 (torch's own)
        optimiser = torch.optim.Adam(trained, lr=rate)
        try:
            for _ in range(_STEPS):
                rows = rng.choice(len(asked), min(_BATCH, len(asked)), replace=False)
                told = _scores(self._module(asked[rows])).log_softmax(1)
                loss = nn.functional.kl_div(told, wanted[rows], reduction="batchmean")
                optimiser.zero_grad()
                loss.backward()
                nn.utils.clip_grad_norm_(trained, _SMOOTHED)
                optimiser.step()
            return self._values()
        finally:
            self._fill(self._before)

    def _keep_state(self, module: Any, location: str) -> None:  # noqa: ANN401 (users' modules)
        split = factory_and_weights(location)
        self._factory = split[0] if split else location
        self._module = module.eval()
        self.suffix, self._save = ".safetensors", self._save_state

    def _values(self) -> dict[str, FloatArray]:
        return {
            name: value.detach().double().numpy().copy()
            for name, value in self._module.named_parameters()
            if value.is_floating_point()
        }

    def _fill(self, values: Mapping[str, FloatArray]) -> None:
        with torch.no_grad():
            for name, value in self._module.named_parameters():
                if name in values:
                    value.copy_(torch.from_numpy(values[name]))

    def _save_state(self, path: Path) -> str:
        state = self._module.state_dict()
        save_file({name: value.contiguous().clone() for name, value in state.items()}, path)
        return f"{self._factory}@{path}"

    def _save_program(self, path: Path) -> str:
        for name, value in self._module.named_parameters():
            if name in self._program.state_dict:
                kept = self._program.state_dict[name]
                with torch.no_grad():
                    kept.copy_(value)
        torch.export.save(self._program, path)
        return str(path)

    def _save_script(self, path: Path) -> str:
        torch.jit.save(self._module, str(path))
        return str(path)


def _scores(answer: Any) -> torch.Tensor:  # noqa: ANN401 (models return anything)
    """The first tensor of an answer, a row a query."""
    while not isinstance(answer, torch.Tensor):
        answer = next(iter(answer.values())) if isinstance(answer, Mapping) else answer[0]
    return answer.flatten(1)
