"""How one copy of a source is made."""

import hashlib
import importlib
import json
import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from modelkin.answers.kinds import choose_output, detect_kind
from modelkin.answers.scales import log_probability_values
from modelkin.errors import IncompatibleError
from modelkin.making.host import Host
from modelkin.making.onnx_host import OnnxHost
from modelkin.making.strengths import VIEW_STEPS, WEIGHT_KINDS, Strength
from modelkin.making.synthetic import synthetic_inputs
from modelkin.making.weights import changed
from modelkin.models.endpoints.address import is_url
from modelkin.models.extras import require
from modelkin.models.feeding import to_tensors
from modelkin.models.locations import factory_and_weights
from modelkin.models.opened import OpenedModel
from modelkin.models.views.view_description import SCHEMA, VIEW_SUFFIX
from modelkin.records import Access, AnyArray, FloatArray, Modality, OutputKind

_CALIBRATION = 64
_TAUGHT = 512
_BATCH = 64
_PERTURBED = 0.5
_TORCH = ("torch_state", "python_callable", "torch_export", "torchscript")


@dataclass(frozen=True, kw_only=True, eq=False)
class Workshop:
    """Makes copies of one source.

    Attributes:
        source: opened, and its value range settled.
        folder: where copies go.
        seed: of everything random.
        allow_code: of the run.
    """

    source: OpenedModel
    folder: Path
    seed: int
    allow_code: bool = False

    def make(self, strength: Strength) -> tuple[str, str]:
        """Make one copy.

        Returns:
            Its location, and a note on how it was made, or an empty text.

        Raises:
            IncompatibleError: the source does not allow it; the message is the reason.
            MissingDependencyError: an extra is needed.
        """
        if strength.kind in VIEW_STEPS:
            return self._view(strength), ""
        if self.metered:
            raise IncompatibleError(
                f"every query to '{self.source.name}' costs, and this copy would take thousands",
                hint="derive from the model's file",
            )
        if strength.kind == "distilled":
            return self._distilled(strength)
        if strength.kind == "fine-tuned":
            return self._fine_tuned(strength), ""
        return self._weights(strength)

    @property
    def metered(self) -> bool:
        """Whether every query costs."""
        return self.source.signature.metered or self.source.wire is not None

    def feeding(self) -> dict[str, Any]:
        """What a sidecar must state so that a copy is fed as the source is."""
        fed, stated = self.source.fed, dict(self.source.sidecar.preprocessing)
        if fed.modality is Modality.IMAGE and self.source.signature.inputs:
            stated = {
                **stated,
                "layout": fed.layout,
                "channels": fed.channels,
                "mean": list(fed.mean),
                "std": list(fed.std),
            }
            stated.pop("convention", None)
        found: dict[str, Any] = {"preprocessing": stated} if stated else {}
        if self.source.signature.output is not None:
            found["output"] = self.source.signature.output
        return found

    def _view(self, strength: Strength) -> str:
        if strength.kind in {"rounded", "tempered"}:
            self._require_scores(strength.kind)
        step = {"do": VIEW_STEPS[strength.kind], **strength.settings}
        content = {
            "schema": SCHEMA,
            "model": self._seen_from_folder(),
            "steps": [step],
            "seed": self._seed_of(strength),
            **self.feeding(),
        }
        if self.source.fed.modality is not Modality.IMAGE and strength.kind not in {
            "shaken",
            "rounded",
            "tempered",
        }:
            raise IncompatibleError(
                f"'{self.source.name}' takes {self.source.fed.modality} queries, no pictures",
                hint="leave out the kinds that change pictures",
            )
        path = self.folder / f"{strength.name}{VIEW_SUFFIX}"
        path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
        return str(path)

    def _weights(self, strength: Strength) -> tuple[str, str]:
        path = self.folder / f"{strength.name}{self._host.suffix}"
        if strength.kind in {"int8", "fp16"}:
            made = self._host.convert(strength, self._fed(_CALIBRATION)[1], path)
            if made is not None:
                return made, ""
        if strength.settings.get("how") in {"static", "dynamic"}:
            raise IncompatibleError(
                f"only ONNX files are quantized with {strength.settings['how']} ranges here",
                hint="the copy int8-weights rounds the weights alone",
            )
        rng = np.random.default_rng(self._seed_of(strength))
        values = changed(self._host.weights(), strength, rng)
        rounds = strength.kind not in {"pruned", "noised"}
        note = "weights rounded and stored as floats" if rounds else ""
        return self._host.write(values, path), note

    def _fine_tuned(self, strength: Strength) -> str:
        """A little training towards the source's own answers, perturbed, on synthetic inputs."""
        if not self._host.gradients:
            self._host.fine_tune(np.zeros(0), np.zeros((0, 0)), rate=0.0, seed=0)
        self._require_scores(strength.kind)
        queries, tensors = self._fed(_TAUGHT)
        logs = self._log_probabilities(queries)
        seed = self._seed_of(strength)
        noise = np.random.default_rng(seed).standard_normal(logs.shape)
        raised = np.exp(logs + _PERTURBED * logs.std(axis=1, keepdims=True) * noise)
        targets = raised / raised.sum(axis=1, keepdims=True)
        values = self._host.fine_tune(
            tensors, targets, rate=float(strength.settings["rate"]), seed=seed
        )
        return self._host.write(values, self.folder / f"{strength.name}{self._host.suffix}")

    def _distilled(self, strength: Strength) -> tuple[str, str]:
        self._require_scores(strength.kind)
        fed = self.source.fed
        if fed.modality not in {Modality.IMAGE, Modality.VECTOR} or fed.columns:
            raise IncompatibleError(
                f"no student is made for the {fed.modality} queries of '{self.source.name}'",
                hint="students are for pictures, and for rows of plain numbers",
            )
        for module in ("torch", "onnx"):
            require(module, "train", what="a distilled copy")
        distilling = importlib.import_module("modelkin.making.training.distilling")
        seed = self._seed_of(strength)
        count = int(strength.settings["queries"])
        inputs = synthetic_inputs(self._shape, count, np.random.default_rng(seed))
        targets = np.exp(self._log_probabilities(inputs))
        path = self.folder / f"{strength.name}.onnx"
        arch = distilling.distil(inputs, targets, path, seed=seed)
        return str(path), f"a student of our own ({arch})"

    @cached_property
    def _host(self) -> Host:
        opened = self.source
        if opened.format.name == "onnx":
            return OnnxHost(Path(opened.location))
        if opened.format.name in _TORCH:
            require("torch", "torch", what="changing the weights of a torch module")
            hosts = importlib.import_module("modelkin.making.training.torch_host")
            host: Host = hosts.TorchHost(
                opened.location, opened.format.name, allow_code=self.allow_code
            )
            return host
        kinds = ", ".join(WEIGHT_KINDS)
        raise IncompatibleError(
            f"the weights of a {opened.format.name} model cannot be changed here",
            hint=f"{kinds} and fine-tuned are made from ONNX and torch models",
        )

    @property
    def _shape(self) -> tuple[int, ...]:
        fed = self.source.fed
        return (*fed.shape[:2], 3) if fed.modality is Modality.IMAGE else fed.shape

    def _fed(self, n: int) -> tuple[AnyArray, AnyArray]:
        """Synthetic queries, and the same as the source's own tensors."""
        queries = synthetic_inputs(self._shape, n, np.random.default_rng([self.seed, n]))
        tensors = to_tensors(self.source.fed, queries)
        if len(tensors) != 1:
            raise IncompatibleError(
                f"'{self.source.name}' takes {len(tensors)} inputs",
                hint="copies of its weights are made for models of one input",
            )
        return queries, tensors[0]

    def _log_probabilities(self, queries: AnyArray) -> FloatArray:
        found, step = [], None
        for start in range(0, len(queries), _BATCH):
            rows = queries[start : start + _BATCH]
            ids = [f"derive-{start + row}" for row in range(len(rows))]
            values, step = choose_output(self.source.answer(ids, rows), self.source.signature)
            found.append(values)
        values = np.concatenate(found)
        kind = detect_kind(values, step, self.source.signature.output)
        if kind not in {OutputKind.LOGITS, OutputKind.PROBABILITIES}:
            raise IncompatibleError(
                f"'{self.source.name}' answers with {kind}, and not with scores of classes",
                hint="fine-tuned and distilled copies are made of classifiers",
            )
        return log_probability_values(values, kind, step)

    def _require_scores(self, kind: str) -> None:
        signature = self.source.signature
        if signature.access is not Access.SCORES or signature.output is OutputKind.LABELS:
            raise IncompatibleError(
                f"'{self.source.name}' shows labels only", hint=f"{kind} copies need scores"
            )

    def _seed_of(self, strength: Strength) -> int:
        text = f"{self.seed}/{strength.name}".encode()
        return int.from_bytes(hashlib.sha256(text).digest()[:4], "big")

    def _seen_from_folder(self) -> str:
        """The source's location as a file in the folder names it."""
        location = self.source.location
        if is_url(location):
            return location
        split = factory_and_weights(location)
        if split and not Path(location).exists():
            return f"{split[0]}@{os.path.relpath(split[1], self.folder)}"
        return os.path.relpath(location, self.folder) if Path(location).exists() else location
