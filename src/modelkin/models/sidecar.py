"""The small JSON beside a model: how it wants to be fed, and where it comes from."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from modelkin.models.endpoints.settings import canonical
from modelkin.models.locations import path_of
from modelkin.models.mistakes import require_known, wrong
from modelkin.models.overrides import checked_override
from modelkin.records import NullKind, OutputKind

SIDECAR_SUFFIX = ".modelkin.json"
_SECTIONS = ("derivation", "preprocessing", "output", "endpoint")
_DERIVATION_TEXTS = ("family", "parent", "how", "null")


@dataclass(frozen=True, kw_only=True)
class Sidecar:
    """What ``<model file>.modelkin.json`` says.

    Attributes:
        preprocessing: overrides by key; empty when there are none.
        derivation: known history: family, parent, how, null and free notes.
        output: what the numbers of an answer mean, or None.
        endpoint: settings of an endpoint's adapter as canonical JSON; empty when there are none.
    """

    preprocessing: Mapping[str, Any] = field(default_factory=dict)
    derivation: Mapping[str, Any] = field(default_factory=dict)
    output: OutputKind | None = None
    endpoint: str = ""


def sidecar_path(model: Path) -> Path:
    """Where the JSON of a model file is."""
    return model.with_name(model.name + SIDECAR_SUFFIX)


def read_sidecar(location: str | Path) -> Sidecar:
    """Read the JSON beside a model; an absent one gives an empty sidecar.

    Args:
        location: the model file; a name such as ``module:function`` has no sidecar,
            and ``module:factory@weights`` has that of the weights.

    Raises:
        SignatureError: it is no JSON object, or has an unknown key or a wrong value.
    """
    file = sidecar_path(path_of(str(location)))
    return read_override(file) if file.is_file() else Sidecar()


def read_override(path: Path) -> Sidecar:
    """Read a JSON file of the sidecar's form from anywhere.

    Raises:
        SignatureError: it cannot be read, or has an unknown key or a wrong value.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise wrong(path, f"cannot be read as JSON ({error})") from error
    if not isinstance(content, dict):
        raise wrong(path, "is no JSON object")
    require_known(path, content, _SECTIONS)
    for section in ("derivation", "preprocessing"):
        if not isinstance(content.get(section, {}), dict):
            raise wrong(path, f"has a '{section}' that is no object")
    derivation = content.get("derivation", {})
    for key in _DERIVATION_TEXTS:
        if not isinstance(derivation.get(key), (str, type(None))):
            raise wrong(path, f"has 'derivation.{key}' = {derivation[key]!r}, not a text")
    null = derivation.get("null")
    if null is not None and null not in tuple(NullKind):
        raise wrong(path, f"has 'derivation.null' = {null!r}; known: {', '.join(NullKind)}")
    return Sidecar(
        preprocessing=checked_override(content.get("preprocessing", {}), path),
        derivation=derivation,
        output=_output(path, content.get("output")),
        endpoint=canonical(content["endpoint"], str(path)) if "endpoint" in content else "",
    )


def _output(file: Path, value: Any) -> OutputKind | None:  # noqa: ANN401 (JSON)
    if value is None:
        return None
    if value not in tuple(OutputKind):
        raise wrong(file, f"has 'output' = {value!r}; known: {', '.join(OutputKind)}")
    return OutputKind(value)
