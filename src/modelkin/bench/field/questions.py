"""What the models of the study are asked."""

from dataclasses import dataclass, replace

from modelkin.models.opened import OpenedModel
from modelkin.pipeline.loading import default_pool
from modelkin.queries.naming import parse_pool_name, shape_text
from modelkin.records import Modality

GREY, COLOUR = "grey images", "colour images"
_TOKENS = "token-mix-v1"


@dataclass(frozen=True, kw_only=True)
class Questions:
    """Pools by group, and how many queries.

    Attributes:
        colour: side of the pictures that colour models are asked; each is cut or repeated to its
            own size.
        grey: the same for models of one channel.
        pictures: put to each model of pictures.
        rows: put to each model of rows.
        seed: of the pools.
    """

    colour: int = 224
    grey: int = 64
    pictures: int = 3600
    rows: int = 1000
    seed: int = 0

    def group(self, opened: OpenedModel) -> tuple[str, str]:
        """Name of the models that are asked the same, and of their pool."""
        fed = opened.fed
        if fed.modality is Modality.IMAGE:
            group = GREY if fed.channels == "GRAY" else COLOUR
            side = self.grey if group == GREY else self.colour
            return group, f"graded-noise-v1/{side}x{side}/n{self.pictures}/s{self.seed}"
        pool = f"{default_pool(fed.modality)}/{shape_text(fed.shape)}/n{self.rows}/s{self.seed}"
        return f"rows of {fed.shape[0]}", pool


def as_tokens(opened: OpenedModel, pool: str) -> tuple[str, str] | None:
    """Group and pool for a model of rows that reals make fail, asked small whole numbers instead.

    Args:
        opened: the model.
        pool: what made it fail.

    Returns:
        None where it takes no rows, or was asked whole numbers already.
    """
    name, fed = parse_pool_name(pool), opened.fed
    if fed.modality is not Modality.VECTOR or name.recipe == _TOKENS:
        return None
    return f"tokens of {fed.shape[0]}", replace(name, recipe=_TOKENS).text
