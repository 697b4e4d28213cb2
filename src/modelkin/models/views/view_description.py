"""What a view file says: which model, and what is done to its inputs and answers."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from modelkin.errors import BrokenModelError
from modelkin.models.endpoints.address import is_url
from modelkin.models.locations import factory_and_weights
from modelkin.models.overrides import checked_override
from modelkin.models.views.step import Step
from modelkin.records import OutputKind

VIEW_SUFFIX = ".view.json"
SCHEMA = "modelkin/view/1"
_KEYS = {"schema", "model", "steps", "seed", "preprocessing", "output"}
_LARGEST = 1 << 20
_MOST_STEPS = 16
# name of each setting with its least and largest value; a tuple of words where it is a choice
_SETTINGS: Mapping[str, Mapping[str, tuple[float, float] | tuple[str, ...]]] = {
    "jpeg": {"quality": (1, 95)},
    "posterize": {"bits": (1, 8)},
    "resize": {"factor": (0.05, 1)},
    "blur": {"radius": (0, 64)},
    "shake": {"sd": (0, 1)},
    "temper": {"temperature": (0.01, 100)},
    "round": {"decimals": (0, 15)},
    "noise": {"sd": (0, 100)},
    "flip": {"share": (0, 1)},
    "top": {"k": (1, 1_000_000)},
    "label": {},
    "detect": {"then": ("refuse", "random")},
}


@dataclass(frozen=True, kw_only=True)
class ViewDescription:
    """The content of a view file, checked.

    Attributes:
        model: location of the model, resolved against the folder of the view file.
        steps: in order.
        seed: of noise.
        preprocessing: overrides that state how the model is fed.
        output: what the model's own numbers mean, or None.
    """

    model: str
    steps: tuple[Step, ...]
    seed: int = 0
    preprocessing: Mapping[str, Any] = field(default_factory=dict)
    output: OutputKind | None = None

    @property
    def file(self) -> Path | None:
        """The file or folder of the model on disk; None for functions and URLs."""
        split = None if is_url(self.model) else factory_and_weights(self.model)
        if is_url(self.model) or split:
            return Path(split[1]) if split else None
        path = Path(self.model)
        return path if path.exists() else None


def is_view(location: str) -> bool:
    """Tell by the name."""
    return location.endswith(VIEW_SUFFIX)


def read_view(path: Path) -> ViewDescription:
    """Read a view file.

    Raises:
        BrokenModelError: it is no such file, or says something impossible.
    """
    try:
        if path.stat().st_size > _LARGEST:
            raise _wrong(path, "is too large for a view")
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise _wrong(path, f"cannot be read as JSON ({type(error).__name__})") from error
    if not isinstance(content, dict) or content.get("schema") != SCHEMA:
        raise _wrong(path, f"has no 'schema': '{SCHEMA}'")
    unknown = sorted(content.keys() - _KEYS)
    if unknown:
        raise _wrong(path, f"has the unknown key '{unknown[0]}'; known: {', '.join(sorted(_KEYS))}")
    model, steps, seed = content.get("model"), content.get("steps"), content.get("seed", 0)
    if not isinstance(model, str) or not model:
        raise _wrong(path, "names no 'model'")
    if not isinstance(steps, list) or len(steps) > _MOST_STEPS:
        raise _wrong(path, f"has no list of at most {_MOST_STEPS} 'steps'")
    if not isinstance(seed, int) or isinstance(seed, bool) or seed < 0:
        raise _wrong(path, f"has 'seed' = {seed!r}, no whole number from 0")
    stated = content.get("preprocessing", {})
    output = content.get("output")
    if not isinstance(stated, dict) or (output is not None and output not in tuple(OutputKind)):
        raise _wrong(path, "has a 'preprocessing' or 'output' that a sidecar cannot have")
    return ViewDescription(
        model=_resolved(path, model),
        steps=tuple(_step(path, step) for step in steps),
        seed=seed,
        preprocessing=checked_override(stated, path),
        output=OutputKind(output) if output else None,
    )


def _step(path: Path, found: object) -> Step:
    if not isinstance(found, dict) or found.get("do") not in _SETTINGS:
        raise _wrong(path, f"has the unknown step {found!r}; known: {', '.join(_SETTINGS)}")
    do = str(found["do"])
    wanted, given = _SETTINGS[do], {key: found[key] for key in found if key != "do"}
    if given.keys() != wanted.keys():
        needs = ", ".join(wanted) or "nothing"
        raise _wrong(path, f"has a step '{do}' with {sorted(given)}; it needs {needs}")
    for key, allowed in wanted.items():
        value = given[key]
        if isinstance(allowed[0], str):
            fits = value in allowed
        else:
            number = isinstance(value, (int, float)) and not isinstance(value, bool)
            fits = number and allowed[0] <= value <= allowed[1]
        if not fits:
            raise _wrong(path, f"has a step '{do}' with {key} = {value!r}; possible: {allowed}")
    return Step(do=do, settings=given)


def _resolved(path: Path, model: str) -> str:
    """Files are named from the view file's own folder."""
    if is_url(model):
        return model
    split = factory_and_weights(model)
    if split:
        return f"{split[0]}@{path.parent / split[1]}"
    beside = path.parent / model
    return str(beside) if beside.exists() or ":" not in model else model


def _wrong(path: Path, what: str) -> BrokenModelError:
    return BrokenModelError(
        f"the view '{path}' {what}",
        hint='for example: {"schema": "modelkin/view/1", "model": "net.onnx", '
        '"steps": [{"do": "jpeg", "quality": 50}, {"do": "round", "decimals": 2}]}',
    )
