"""A seeded, versioned, hashed set of queries."""

from collections.abc import Callable
from dataclasses import dataclass, field

from modelkin.records.vocabulary import AnyArray, Modality


@dataclass(frozen=True, kw_only=True, eq=False)
class Pool:
    """Queries in the canonical space, read in pieces so that memory stays small.

    Attributes:
        name: full name; a procedural pool can be made again bit for bit from it.
        modality: kind of question.
        shape: shape of one query: (height, width, 3) of uint8 steps of 1/255, or (columns,).
        digest: sha256 over the canonical bytes of all queries.
        parts: for each query, the name of the part of the mixture that made it.
        read: returns the queries ``start:stop`` as one array.
        own_ids: ids of queries picked out of another pool; empty where it is a pool of its own.
    """

    name: str
    modality: Modality
    shape: tuple[int, ...]
    digest: str
    parts: tuple[str, ...]
    read: Callable[[int, int], AnyArray] = field(repr=False)
    own_ids: tuple[str, ...] = field(default=(), repr=False)

    def __len__(self) -> int:
        return len(self.parts)

    @property
    def ids(self) -> tuple[str, ...]:
        """Query ids: pool name, digest and position; they tell which pool to ask again."""
        if self.own_ids:
            return self.own_ids
        stem = f"{self.name}#{self.digest[:12]}"
        return tuple(f"{stem}-{index:06d}" for index in range(len(self.parts)))
