"""The layers of a Keras file, read as JSON before Keras sees it."""

import json
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any

from modelkin.errors import BrokenModelError
from modelkin.models.contents import zip_names
from modelkin.models.extras import require

_RUN_CODE = frozenset({"Lambda", "TFSMLayer", "TorchModuleWrapper", "JaxLayer", "FlaxLayer"})
_RUN_CODE |= {"__lambda__", "TFOpLambda", "SlicingOpLambda", "TensorFlowOpLayer"}
_PACKAGES = frozenset({"keras", "tf_keras", "tensorflow", "builtins"})
_CONFIG = "config.json"
_LARGEST = 64 * 2**20
_AUGMENTATION = ("Random", "InputLayer", "AutoContrast", "AugMix", "RandAugment", "Identity")
_LEAST_STEP = 0.05
_LEAST_MEAN = 2.0


def read_config(location: str, *, is_zip: bool, extra: str | None) -> dict[str, Any]:
    """Read the architecture.

    Raises:
        BrokenModelError: there is none, or the file is damaged.
        MissingDependencyError: h5py is not installed.
    """
    try:
        text = _from_zip(location) if is_zip else _from_hdf5(location, extra)
        found = json.loads(text) if text else None
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise BrokenModelError(
            f"'{location}' cannot be read as a Keras file: {type(error).__name__}: {error}",
            hint="it may be cut short or damaged; copy or save it again",
        ) from error
    if not isinstance(found, dict):
        raise BrokenModelError(
            f"'{location}' holds weights, and not the model that they belong to",
            hint="save the whole model: model.save('model.keras')",
        )
    return found


def is_keras_zip(location: str) -> bool:
    """Tell by the members that model.save writes."""
    return {_CONFIG, "metadata.json", "model.weights.h5"} <= set(zip_names(location))


def code_in(config: Any) -> tuple[str, ...]:  # noqa: ANN401 (JSON)
    """Name the layers and functions that would run code of the file or of another package."""
    return tuple(dict.fromkeys(_code_in(config)))


def wants_bytes(config: Mapping[str, Any]) -> bool:
    """Tell if the model begins by rescaling or normalizing values of 0 to 255."""
    for layer in config.get("config", {}).get("layers", ()):
        kind, inner = str(layer.get("class_name")), layer.get("config", {})
        if kind == "Rescaling":
            scale = inner.get("scale", 1.0)
            return max(_flat(scale)) < _LEAST_STEP
        if kind == "Normalization":
            mean = inner.get("mean")
            return mean is not None and max(_flat(mean)) > _LEAST_MEAN
        if "layers" in inner:
            return wants_bytes(layer)
        if not kind.startswith(_AUGMENTATION):
            return False
    return False


def _from_zip(location: str) -> bytes:
    if not zip_names(location):
        raise zipfile.BadZipFile("the archive is cut short or has members of one name")
    with zipfile.ZipFile(location) as archive:
        if archive.getinfo(_CONFIG).file_size > _LARGEST:
            raise ValueError("the configuration is unreasonably large")
        return archive.read(_CONFIG)


def _from_hdf5(location: str, extra: str | None) -> str | bytes | None:
    with require("h5py", extra).File(location, "r") as file:
        text: str | bytes | None = file.attrs.get("model_config")
        return text


def _code_in(config: Any) -> Iterator[str]:  # noqa: ANN401 (JSON)
    if isinstance(config, list):
        for one in config:
            yield from _code_in(one)
    if not isinstance(config, dict):
        return
    kind, module = config.get("class_name"), config.get("module")
    inner = config.get("config")
    own = inner.get("name") if isinstance(inner, dict) else None
    if isinstance(kind, str) and kind in _RUN_CODE:
        yield f"{kind} '{own}'" if own else kind
    elif isinstance(kind, str) and isinstance(module, str):
        package = module.partition(".")[0]
        if package not in _PACKAGES:
            yield f"{kind} of the package '{package}'"
    for value in config.values():
        yield from _code_in(value)


def _flat(value: Any) -> list[float]:  # noqa: ANN401 (JSON)
    if isinstance(value, list):
        return [one for part in value for one in _flat(part)]
    return [float(value)]
