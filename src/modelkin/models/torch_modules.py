"""Modules made by a user's Python code, with or without weights from a file."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from modelkin.errors import BrokenModelError, ModelNotFoundError
from modelkin.models.contents import content_kind
from modelkin.models.extras import require
from modelkin.models.named_objects import named_object
from modelkin.models.torch_runner import first_line
from modelkin.records import Signature

_NESTED = ("state_dict", "model_state_dict", "model", "net")
_SHOWN = 3
_PICTURE_RANK = 4
_ANY_SIZE = 64


def made_by(factory: Callable[[], Any], name: str) -> Any:  # noqa: ANN401 (users' objects)
    """Call a factory.

    Raises:
        BrokenModelError: it raised, or made nothing.
    """
    try:
        found = factory()
    except Exception as error:
        raise BrokenModelError(
            f"the factory '{name}' raised {first_line(error)}",
            hint="it is called without arguments and must return the module; try it by hand",
        ) from error
    if found is None:
        raise BrokenModelError(
            f"the factory '{name}' returned nothing", hint="return the module from it"
        )
    return found


def module_of(torch: Any, factory: str) -> Any:  # noqa: ANN401 (untyped)
    """The module that ``module:factory`` names or makes.

    Raises:
        ModelNotFoundError: there is no such function.
        BrokenModelError: what it makes is no ``nn.Module``.
    """
    found = named_object(factory)
    if not isinstance(found, torch.nn.Module) and callable(found):
        found = made_by(found, factory)
    if not isinstance(found, torch.nn.Module):
        raise BrokenModelError(
            f"'{factory}' gives a {type(found).__name__}, not a torch.nn.Module",
            hint="name a function without arguments that returns the module",
        )
    return found


def read_weights(torch: Any, path: Path) -> Mapping[str, Any]:  # noqa: ANN401 (untyped)
    """Read tensors by name, without unpickling anything else.

    Raises:
        ModelNotFoundError: there is no such file.
        BrokenModelError: it is damaged, or holds more than weights.
    """
    if not path.is_file():
        raise ModelNotFoundError(
            f"there is no weights file '{path}'", hint="check the path after the @"
        )
    with path.open("rb") as file:
        kind = content_kind(file.read(4096))
    try:
        if kind == "safetensors" or path.suffix == ".safetensors":
            found: Any = require("safetensors.torch", "torch").load_file(str(path), device="cpu")
        else:
            found = torch.load(path, map_location="cpu", weights_only=True)
    except ImportError:
        raise
    except Exception as error:
        raise BrokenModelError(
            f"the weights '{path}' cannot be read: {first_line(error)}",
            hint="save module.state_dict() alone, best with safetensors.torch.save_file",
        ) from error
    for key in _NESTED:
        if isinstance(found, Mapping) and isinstance(found.get(key), Mapping):
            found = found[key]
    if not isinstance(found, Mapping):
        raise BrokenModelError(
            f"'{path}' holds a {type(found).__name__}, not weights by name",
            hint="save module.state_dict()",
        )
    return found


def fill(module: Any, weights: Mapping[str, Any], *, factory: str, path: Path) -> None:  # noqa: ANN401
    """Put weights into a module; every name and shape must fit.

    Raises:
        BrokenModelError: they do not; the message names what differs.
    """
    wanted = {name: tuple(value.shape) for name, value in module.state_dict().items()}
    given = {name: tuple(getattr(value, "shape", ())) for name, value in weights.items()}
    wrong = [
        f"{name} is {given[name]} instead of {wanted[name]}"
        for name in wanted
        if name in given and given[name] != wanted[name]
    ]
    problems = (
        ("missing", sorted(wanted.keys() - given.keys())),
        ("unknown", sorted(given.keys() - wanted.keys())),
        ("of another shape", wrong),
    )
    shown = [f"{len(n)} {what} ({', '.join(n[:_SHOWN])})" for what, n in problems if n]
    if shown:
        raise BrokenModelError(
            f"the weights '{path}' do not fit the module of '{factory}': {'; '.join(shown)}",
            hint="name the factory that made the module these weights were saved from",
        )
    module.load_state_dict(dict(weights), strict=True)


def picture_shape(signature: Signature) -> tuple[int, ...] | None:
    """(channels, height, width) of a picture that the model takes; None when it takes none."""
    shape = signature.inputs[0].shape if signature.inputs else ()
    if len(shape) != _PICTURE_RANK:
        return None
    return tuple(size or _ANY_SIZE for size in shape[1:])
