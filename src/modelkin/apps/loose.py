"""Models of several files: pairing a description with the weights beside it."""

import re
from collections.abc import Sequence

from modelkin.apps.found import Candidate

_WEIGHTS = re.compile(
    r"(^|/)([^/]+\.bin|variables/variables\.(index|data-\d{5}-of-\d{5})|model\.espresso\.weights)$"
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
    stem = main.trail.name.rpartition(".")[0] or main.trail.name

    def at(path: str) -> Candidate | None:
        full = f"{here}/{path}" if here else path
        return next((one for one in near if one.trail.parts[-1].replace("\\", "/") == full), None)

    wanted: dict[str, str] = {}
    if main.kind == "openvino":
        wanted = {"model.bin": f"{stem}.bin"}
    elif main.kind == "ncnn":
        # a binary description is named x.param.bin
        wanted = {"model.bin": f"{stem.removesuffix('.param')}.bin"}
    elif main.kind == "coreml":
        wanted = {"weights/weight.bin": "weights/weight.bin"}
    elif main.kind == "coreml_compiled":
        wanted = {
            "weights/weight.bin": "weights/weight.bin",
            "model.espresso.weights": "model.espresso.weights",
        }
    found = {ours: one for ours, path in wanted.items() if (one := at(path)) is not None}
    if main.kind == "saved_model":
        prefix = f"{here}/variables/" if here else "variables/"
        for one in near:
            name = one.trail.parts[-1].replace("\\", "/").removeprefix(prefix)
            if _VARIABLES.fullmatch(name):
                found[f"variables/{name}"] = one
    return found
