"""What a compare would have missed, measured on the owner's own copies of the source."""

from dataclasses import dataclass

from modelkin.records.outcomes import Skipped


@dataclass(frozen=True, kw_only=True)
class CopyFound:
    """One own copy in the suspect's place.

    Attributes:
        copy: its name.
        kind: how it was made.
        similarity: to the source, by the method that rated it.
        method: that method.
        p_value: against the references of the run; None without them.
        found: the verdict would have been ``related``.
    """

    copy: str
    kind: str
    similarity: float
    method: str
    p_value: float | None
    found: bool


@dataclass(frozen=True, kw_only=True)
class KindPower:
    """The copies of one kind.

    Attributes:
        kind: how they were made.
        copies: how many.
        found: how many the verdict would have called related.
        low: lowest similarity.
        median: middle one.
        high: highest.
    """

    kind: str
    copies: int
    found: int
    low: float
    median: float
    high: float

    @property
    def missed(self) -> float:
        """Share that would have been missed."""
        return 1 - self.found / self.copies


@dataclass(frozen=True, kw_only=True)
class Power:
    """Own copies judged as the suspect was: same queries, access, references and alpha.

    Attributes:
        alpha: bound on false accusations.
        queries: asked of each.
        kinds: kind by kind, in the order of the list.
        copies: one by one.
        skipped: copies left out, with the reason.
    """

    alpha: float
    queries: int
    kinds: tuple[KindPower, ...]
    copies: tuple[CopyFound, ...]
    skipped: tuple[Skipped, ...]
