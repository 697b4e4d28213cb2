"""Folders of Hugging Face transformers that hold an image classifier."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from modelkin.errors import BrokenModelError, SignatureError, UnsafeModelError
from modelkin.models.extras import require
from modelkin.models.huggingface_pictures import feeding
from modelkin.models.torch_filters import module_filters
from modelkin.models.torch_modules import picture_shape
from modelkin.models.torch_runner import TorchModel, first_line
from modelkin.protocols import Model, ModelFormat
from modelkin.records import FloatArray, OutputKind, Signature, TensorSpec

_CONFIG, _PICTURES = "config.json", "preprocessor_config.json"
_SAFE = ("model.safetensors", "model.safetensors.index.json")
_PICKLED = ("pytorch_model.bin", "pytorch_model.bin.index.json")
_TASK = "ForImageClassification"
_SHOWN = 3


@dataclass(frozen=True)
class Huggingface(ModelFormat):
    """Folders with config.json and model.safetensors: image classifiers of transformers.

    Attributes:
        allow_code: load pickled weights where there are no safetensors.
    """

    name: ClassVar[str] = "huggingface"
    extra: ClassVar[str | None] = "huggingface"
    loading: ClassVar[str] = (
        "transformers' own class of the architecture is built and filled from safetensors; code in "
        "the folder is never run, pickled weights need --allow-code"
    )
    sees_file: ClassVar[bool] = False
    sees_folder: ClassVar[bool] = True
    allow_code: bool = False

    def recognises(self, location: str, first_bytes: bytes) -> bool:
        """Tell by config.json with weights beside it."""
        folder = Path(location)
        if first_bytes or not (folder / _CONFIG).is_file():
            return False
        return any((folder / name).is_file() for name in (*_SAFE, *_PICKLED))

    def load(self, location: str) -> Model:
        """Build the classifier; feeding and class names are read from the folder.

        Raises:
            MissingDependencyError: torch or transformers is not installed.
            UnsafeModelError: the weights are pickled.
            SignatureError: it is no image classifier.
            BrokenModelError: the folder is incomplete or damaged.
        """
        torch = require("torch", self.extra)
        module = self._module(location)
        return TorchModel(torch, _Asked(module), _signature(Path(location), module.config))

    def first_convolution(self, location: str) -> tuple[FloatArray, FloatArray] | None:
        """Kernel and bias of the first layer, with the batch normalization after it folded."""
        torch = require("torch", self.extra)
        module = self._module(location)
        shape = picture_shape(_signature(Path(location), module.config))
        return module_filters(torch, module, shape) if shape else None

    def _module(self, location: str) -> Any:  # noqa: ANN401 (untyped)
        transformers = require("transformers", self.extra)
        folder = Path(location)
        config = _read_json(folder / _CONFIG)
        kinds = [str(kind) for kind in config.get("architectures") or ()]
        if not any(kind.endswith(_TASK) for kind in kinds):
            raise SignatureError(
                f"'{location}' holds {', '.join(kinds) or 'no named architecture'}, and only image "
                f"classifiers (...{_TASK}) are read from a folder",
                hint="wrap it in a Python function of one input: module:function",
            )
        safe = any((folder / name).is_file() for name in _SAFE)
        if not safe and not self.allow_code:
            raise UnsafeModelError(
                f"'{location}' holds pickled weights only: unpickling can run code",
                hint="save it again with save_pretrained(..., safe_serialization=True), or pass "
                "--allow-code if you trust it",
            )
        progress = transformers.utils.logging
        shown, level = progress.is_progress_bar_enabled(), progress.get_verbosity()
        progress.disable_progress_bar()
        progress.set_verbosity_error()
        try:
            module, info = transformers.AutoModelForImageClassification.from_pretrained(
                location,
                local_files_only=True,
                trust_remote_code=False,
                use_safetensors=safe,
                output_loading_info=True,
            )
        except Exception as error:
            raise BrokenModelError(
                f"'{location}' cannot be loaded by transformers: {first_line(error)}",
                hint="copy the whole folder again; architectures that need code of their own are "
                "not run: wrap them in a Python function (module:function)",
            ) from error
        finally:
            progress.set_verbosity(level)
            if shown:
                progress.enable_progress_bar()
        _require_complete(location, info)
        return module.float().eval()


class _Asked:
    """A classifier asked for its logits alone."""

    def __init__(self, module: Any) -> None:  # noqa: ANN401 (untyped)
        self._module = module

    def __call__(self, pictures: Any) -> Any:  # noqa: ANN401 (untyped)
        return self._module(pixel_values=pictures).logits


def _require_complete(location: str, info: Mapping[str, Any]) -> None:
    """Refuse weights that transformers would fill up with random numbers."""
    lacking = [str(name) for name in info.get("missing_keys", ())]
    lacking += [str(name) for name in info.get("mismatched_keys", ())]
    if lacking:
        raise BrokenModelError(
            f"the weights in '{location}' lack {len(lacking)} tensors of the architecture "
            f"({', '.join(sorted(lacking)[:_SHOWN])})",
            hint="they may be of the backbone alone; save the whole classifier again",
        )


def _signature(folder: Path, config: Any) -> Signature:  # noqa: ANN401 (untyped)
    file = folder / _PICTURES
    fed = feeding(_read_json(file) if file.is_file() else {}, getattr(config, "image_size", None))
    channels = int(getattr(config, "num_channels", 3) or 3)
    spec = TensorSpec(name="pixel_values", shape=(None, channels, *fed.size), dtype="float32")
    names = {int(key): str(value) for key, value in (config.id2label or {}).items()}
    width = int(config.num_labels)
    known = sorted(names) == list(range(width))
    return Signature(
        inputs=(spec,),
        outputs=(TensorSpec(name="logits", shape=(None, width), dtype="float32"),),
        output=OutputKind.LOGITS,
        labels=tuple(names[key] for key in range(width)) if known else (),
        mean=fed.mean,
        std=fed.std,
        channels=fed.channels if channels > 1 else None,
    )


def _read_json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BrokenModelError(
            f"'{path}' cannot be read as JSON ({error})", hint="copy the folder again"
        ) from error
    if not isinstance(found, dict):
        raise BrokenModelError(f"'{path}' is no JSON object", hint="copy the folder again")
    return found
