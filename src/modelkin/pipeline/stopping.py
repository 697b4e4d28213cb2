"""Asking both sides in growing beginnings of one pool, until a distance is known precisely."""

from modelkin.answers.confidence_sequence import looks
from modelkin.answers.coverage import constant_share
from modelkin.errors import IncompatibleError, UsageError
from modelkin.models.opened import OpenedModel
from modelkin.pipeline.asking import ask, grown
from modelkin.pipeline.choosing import choose_methods
from modelkin.pipeline.entering import enter
from modelkin.pipeline.options import CompareOptions
from modelkin.pipeline.precision import TURN, measure_precision
from modelkin.pipeline.progress import Progress
from modelkin.pipeline.seeing import seen
from modelkin.pipeline.steadiness import ask_steadily
from modelkin.protocols import PoolRecipe
from modelkin.queries.naming import recipe_names
from modelkin.records import Collected, Pool, Responses
from modelkin.registry import part
from modelkin.responses.sentinels import Replayed


def ask_until(
    sides: tuple[OpenedModel, OpenedModel],
    pool: Pool,
    options: CompareOptions,
    progress: Progress,
) -> tuple[tuple[Collected, Collected], int, Replayed | None]:
    """Ask both sides the pool, or only as much of it as a wanted width needs.

    Every beginning of the pool is recorded under the pool itself, so no query is asked twice,
    the budget is that of the pool, and a later run goes on where this one stopped.

    Args:
        sides: source and suspect, ready to be asked.
        pool: the queries; its length is the budget.
        options: of the compare; ``until_width`` None asks everything.
        progress: told how far the asking is.

    Returns:
        What both answered, how many queries of the pool that took, and what the suspect was
        asked twice.

    Raises:
        IncompatibleError: the pool's beginning stands for nothing but itself.
        UsageError: queries are to be asked again in a run whose end is open.
    """
    width = options.until_width
    if width is None:
        first = ask(sides[0], pool, options, progress)

        def ask_suspect(upto: int | None, reserve: int, resume: bool) -> Collected:
            return ask(sides[1], pool, options, progress, upto=upto, reserve=reserve, resume=resume)

        second, replayed = ask_steadily(ask_suspect, sides[1], pool, options)
        return (first, second), len(pool), replayed
    if options.sentinels:
        raise UsageError(
            "--sentinels are spread over a run of known length, and --until-width leaves it open",
            hint="leave one of them out",
        )
    _require_mixed(pool)
    upto, *later = looks(len(pool), turn=TURN).tolist()
    first, second = (ask(side, pool, options, progress, upto=upto) for side in sides)
    while later and not _narrow(seen(first, options), seen(second, options), options, width):
        upto = later.pop(0)
        first, second = (
            grown(found, ask(side, pool, options, progress, upto=upto, resume=True))
            for found, side in zip((first, second), sides, strict=True)
        )
    return (first, second), upto, None


def _narrow(source: Responses, suspect: Responses, options: CompareOptions, width: float) -> bool:
    """Whether the distance is known as precisely as wanted, from answers that say something."""
    if max(constant_share(source), constant_share(suspect)) >= 1:
        return False
    entered = enter(source, suspect)
    if entered.saturated:
        return False
    methods, _ = choose_methods(entered.source, entered.suspect, entered.alignment, options.methods)
    found = measure_precision(methods, entered.source, entered.suspect, width)
    return found is not None and found.reached


def goes_round(recipe: PoolRecipe) -> bool:
    """Whether each turn of a mixture holds its parts in proportion, as the interval supposes."""
    whole = sum(portion.weight * portion.generator.group for portion in recipe.mixture())
    return TURN % whole == 0


def _recipe(name: str) -> PoolRecipe:
    return part(PoolRecipe, name.replace("-", "_"))()  # type: ignore[type-abstract]


def _require_mixed(pool: Pool) -> None:
    name = pool.name.partition("/")[0]
    if name in recipe_names() and not goes_round(_recipe(name)):
        raise IncompatibleError(
            f"{TURN} queries of '{name}' do not hold its parts in proportion, so the first of them "
            "are no sample of the rest",
            hint="leave out --until-width, or ask a procedural pool such as image-mix-v1",
        )
    if name not in recipe_names():
        raise IncompatibleError(
            f"the queries of '{pool.name}' stand in an order of their own, so the first of them "
            "are no sample of the rest",
            hint="leave out --until-width, or ask a procedural pool such as image-mix-v1",
        )
