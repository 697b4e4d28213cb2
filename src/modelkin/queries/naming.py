"""Names of procedural pools, such as ``image-mix-v1/28x28/n500/s0``."""

import difflib
import re
from dataclasses import dataclass

from modelkin.errors import PoolError
from modelkin.records import Modality
from modelkin.registry import names

EXAMPLES = {
    Modality.IMAGE: "image-mix-v1/28x28/n500/s0",
    Modality.VECTOR: "vector-mix-v1/d36/n500/s0",
    Modality.LATENT: "latent-normal-v1/d64/n500/s0",
}
_FORM = re.compile(
    r"(?P<recipe>[a-z][a-z0-9_-]*)"
    r"(/(?P<height>[0-9]{1,9})x(?P<width>[0-9]{1,9})|/d(?P<columns>[0-9]{1,9}))?"
    r"(/n(?P<n>[0-9]{1,15}))?"
    r"(/s(?P<seed>[0-9]{1,19}))?"
)


@dataclass(frozen=True, kw_only=True)
class PoolName:
    """What a procedural pool is made from; None is still open.

    Attributes:
        recipe: name of the mixture, with dashes.
        shape: (height, width, 3) or (columns,).
        n: number of queries.
        seed: seed of everything random.
    """

    recipe: str
    shape: tuple[int, ...] | None = None
    n: int | None = None
    seed: int | None = None

    @property
    def text(self) -> str:
        """The name as it is written; open fields are left out."""
        fields = [self.recipe]
        if self.shape is not None:
            fields.append(shape_text(self.shape))
        if self.n is not None:
            fields.append(f"n{self.n}")
        if self.seed is not None:
            fields.append(f"s{self.seed}")
        return "/".join(fields)


def shape_text(shape: tuple[int, ...]) -> str:
    """Write the shape of one query: ``28x28`` for pictures, ``d36`` for rows."""
    return f"d{shape[0]}" if len(shape) == 1 else f"{shape[0]}x{shape[1]}"


def parse_pool_name(text: str) -> PoolName:
    """Read a pool name; fields from the shape on may be left out.

    Raises:
        PoolError: it is malformed, or there is no such recipe.
    """
    found = _FORM.fullmatch(text)
    if found is None:
        raise PoolError(
            f"'{text}' is no pool name",
            hint=f"write recipe/shape/n<queries>/s<seed>, as in '{EXAMPLES[Modality.IMAGE]}' or "
            f"'{EXAMPLES[Modality.VECTOR]}'",
        )
    recipe = found["recipe"].replace("_", "-")
    known = recipe_names()
    if recipe not in known:
        close = difflib.get_close_matches(recipe, known, n=1)
        raise PoolError(
            f"there is no recipe '{recipe}' for pools",
            hint=f"did you mean '{close[0]}'?" if close else f"known: {', '.join(known)}",
        )
    shape: tuple[int, ...] | None = None
    if found["columns"]:
        shape = (int(found["columns"]),)
    elif found["height"]:
        shape = (int(found["height"]), int(found["width"]), 3)
    return PoolName(
        recipe=recipe,
        shape=shape,
        n=int(found["n"]) if found["n"] else None,
        seed=int(found["seed"]) if found["seed"] else None,
    )


def recipe_names() -> tuple[str, ...]:
    """All recipes, as pool names write them."""
    return tuple(name.replace("_", "-") for name in names("pool"))
