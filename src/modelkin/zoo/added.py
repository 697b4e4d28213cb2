"""What adding models to a zoo came to."""

from dataclasses import dataclass

from modelkin.records import Failed, Skipped
from modelkin.zoo.group import Group
from modelkin.zoo.member import Member


@dataclass(frozen=True, kw_only=True)
class Added:
    """Outcome of one adding.

    Attributes:
        recorded: models whose answers were recorded now.
        known: models whose answers were recorded before; nothing was asked.
        changed: names of those recorded now whose file is not what was recorded from there before.
        asked: queries put to models in this run.
        groups: the groups they are in.
        skipped: files that are no models.
        failed: models that could not be opened or asked.
        notes: what a reader must know.
    """

    recorded: tuple[Member, ...]
    known: tuple[Member, ...]
    changed: tuple[str, ...]
    asked: int
    groups: tuple[Group, ...]
    skipped: tuple[Skipped, ...]
    failed: tuple[Failed, ...]
    notes: tuple[str, ...] = ()
