"""Models of several files: pairing a description with the weights beside it."""

import re
from collections.abc import Sequence
from pathlib import Path

from modelkin.apps.found import Candidate
from modelkin.apps.weights import onnx

_WEIGHTS = re.compile(
    r"(^|/)([^/]+\.(bin|data|onnx_data(_\d+)?)|variables/variables\.(index|data-\d{5}-of-\d{5})|"
    r"model\.espresso\.weights)$"
)
_VARIABLES = re.compile(r"variables\.(index|data-\d{5}-of-\d{5})")


def may_be_weights(name: str) -> bool:
    """Whether a file is named as the weights of a model that is described beside it."""
    return _WEIGHTS.search(name.replace("\\", "/")) is not None


def companions(main: Candidate, loose: Sequence[Candidate]) -> dict[str, Candidate]:
    """Files that belong to a model, by the name that we give them.

    Args:
        main: the file that says what it is.
        loose: those that may be weights.
    """
    near = [one for one in loose if one.trail.parts[:-1] == main.trail.parts[:-1]]
    here = main.trail.folder[-1]
    prefix = f"{here}/" if here else ""
    held: dict[str, Candidate] = {}
    for one in near:
        held.setdefault(one.trail.parts[-1].replace("\\", "/"), one)
    wanted = wanted_parts(main.kind, main.path, main.trail.name)
    if main.kind == "saved_model":
        start = f"{prefix}variables/"
        names = (name.removeprefix(start) for name in held if name.startswith(start))
        wanted = {f"variables/{one}": f"variables/{one}" for one in names if is_variables(one)}
    places = {ours: f"{prefix}{theirs}" for ours, theirs in wanted.items()}
    return {ours: held[place] for ours, place in places.items() if place in held}


def is_variables(name: str) -> bool:
    """Whether a file is one of those that hold the variables of a SavedModel."""
    return _VARIABLES.fullmatch(name) is not None


def wanted_parts(kind: str, path: Path, name: str) -> dict[str, str]:
    """Where files that belong to a model lie, seen from its folder: our name to theirs.

    Args:
        kind: name of the model's kind.
        path: its main file.
        name: what that is called.
    """
    stem = name.rpartition(".")[0] or name
    if kind == "openvino":
        return {"model.bin": f"{stem}.bin"}
    if kind == "ncnn":
        # a binary description is named x.param.bin
        return {"model.bin": f"{stem.removesuffix('.param')}.bin"}
    if kind in {"coreml", "coreml_package"}:
        return {"weights/weight.bin": "weights/weight.bin"}
    if kind == "coreml_compiled":
        return {
            "weights/weight.bin": "weights/weight.bin",
            "model.espresso.weights": "model.espresso.weights",
        }
    return onnx.outside(path) if kind == "onnx" else {}
