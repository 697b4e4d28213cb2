"""How a pool wants to be fed to a model."""

from modelkin.errors import PoolError
from modelkin.models.as_reals import AsReals
from modelkin.models.opened import OpenedModel
from modelkin.protocols import PoolRecipe, Subject
from modelkin.queries.naming import parse_pool_name
from modelkin.queries.undecided.noise_pool import RECIPE
from modelkin.records import Pool
from modelkin.registry import part


def subject_for(opened: OpenedModel, pool: Pool) -> Subject:
    """The model as the pool's recipe wants it asked: by its own convention, or in reals.

    Args:
        opened: the model, its preprocessing settled.
        pool: what it is asked.
    """
    return AsReals(opened) if not recorded(opened) and in_reals(pool) else opened


def recorded(opened: OpenedModel) -> bool:
    """Whether the model is a table of answers, which nobody can feed."""
    return isinstance(getattr(opened.model, "ids", None), frozenset)


def in_reals(pool: Pool) -> bool:
    """Whether all models get the pool as equal reals."""
    return named_reals(pool.name)


def named_reals(name: str) -> bool:
    """Whether a pool of that name, or the start of one, is given as equal reals."""
    if name.startswith(f"{RECIPE}/"):
        return True
    try:
        recipe = parse_pool_name(name).recipe
    except PoolError:  # a folder or a table
        return False
    return part(PoolRecipe, recipe).reals  # type: ignore[type-abstract]


def reals_notes(pool: Pool) -> tuple[str, ...]:
    """That conventions were passed over, where they were."""
    if not in_reals(pool):
        return ()
    note = (
        f"all models were given '{pool.name}' as equal reals (bytes / 255, cut or repeated to "
        "their size), whatever range they were trained on"
    )
    if not pool.name.startswith(f"{RECIPE}/"):
        return (note,)
    chosen = (
        "the queries are noise around points on which one model is undecided, found by asking it: "
        "that model had a say in them, and references are to be asked the same"
    )
    return (note, chosen)
