"""Asking everybody who takes part in a comparison."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from modelkin.pipeline.asking import ask
from modelkin.pipeline.asking_references import AskedReferences, ask_references
from modelkin.pipeline.cast import Cast
from modelkin.pipeline.crafting import CraftedPool, craft_pools
from modelkin.pipeline.label_maps import label_map_notes
from modelkin.pipeline.options import CompareOptions
from modelkin.pipeline.own_copies import AskedCopies, ask_copies
from modelkin.pipeline.progress import Progress
from modelkin.pipeline.select_asking import ask_selected
from modelkin.pipeline.stopping import ask_until
from modelkin.records import Collected
from modelkin.responses.sentinels import Replayed


@dataclass(frozen=True, kw_only=True, eq=False)
class Everyone:
    """What everybody answered.

    Attributes:
        answers: of source and suspect.
        honest: of the references, with those left out and those that failed.
        copied: of the owner's copies.
        replayed: what the suspect was asked twice; None for nothing.
        made: queries crafted for the source.
        own: answers of both sides to those, by method.
        notes: what a reader must know of the sides' label maps.
    """

    answers: tuple[Collected, Collected]
    honest: AskedReferences
    copied: AskedCopies
    replayed: Replayed | None
    made: Sequence[CraftedPool]
    own: Mapping[str, Sequence[Collected]]
    notes: tuple[str, ...]


def ask_everyone(cast: Cast, options: CompareOptions, progress: Progress) -> Everyone:
    """Ask the sides, the references and the owner's copies.

    Where queries are chosen the suspect comes last, since the others choose; else both sides come
    first, since they settle how much of the pool is asked.

    Args:
        cast: who is asked what.
        options: of the compare.
        progress: told how far the asking is.

    Raises:
        ModelkinError: a side cannot be asked, or nothing can be chosen.
    """
    sides, pool = cast.sides, cast.pool
    if cast.select is not None:
        ask_honest = partial(
            ask_references, cast.locations, sides[0], pool, (), options, progress, upto=len(pool)
        )
        asked = ask_selected(sides, pool, options, cast.select, progress, ask_honest)
        return Everyone(
            answers=asked.answers,
            honest=asked.honest,
            copied=asked.copied,
            replayed=asked.replayed,
            made=(),
            own={},
            notes=_notes(cast, asked.answers, options),
        )
    answers, upto, replayed = ask_until(sides, pool, options, progress)
    notes = _notes(cast, answers, options)
    made = craft_pools(cast.crafters, sides[0], pool, options, progress)
    own = {one.method: [ask(side, one.pool, options, progress) for side in sides] for one in made}
    honest = ask_references(cast.locations, sides[0], pool, made, options, progress, upto=upto)
    return Everyone(
        answers=answers,
        honest=honest,
        copied=ask_copies(options.copies, sides[0], pool, options, progress, upto=upto),
        replayed=replayed,
        made=made,
        own=own,
        notes=notes,
    )


def _notes(
    cast: Cast, answers: tuple[Collected, Collected], options: CompareOptions
) -> tuple[str, ...]:
    return tuple(label_map_notes(*cast.sides, answers[1].responses, shown=options.access))
