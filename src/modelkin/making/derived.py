"""What came of deriving copies."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from modelkin.making.strengths import Setting
from modelkin.records import Failed, Skipped


@dataclass(frozen=True, kw_only=True)
class DerivedCopy:
    """One copy that was made.

    Attributes:
        name: of its file.
        location: as ``open_model`` takes it, relative to the folder.
        kind: sort of the change.
        settings: how strong.
        agreement: share of check queries on which it predicts the source's class; None where it
            shows no classes or was not asked.
        similarity: correlation with the source's scores (agreement where only labels are shown);
            None where it was not asked.
        lost: it no longer answers like the source, so nobody would use it.
        note: what a reader must know of the way it was made.
    """

    name: str
    location: str
    kind: str
    settings: Mapping[str, Setting]
    agreement: float | None
    similarity: float | None
    lost: bool
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Derived:
    """All copies of one source.

    Attributes:
        folder: where they are.
        source: location of the source.
        copies: those made, kind by kind.
        skipped: what could not be made, with the reason.
        failed: what should have worked and did not.
        queries: that each copy was checked with.
    """

    folder: Path
    source: str
    copies: tuple[DerivedCopy, ...]
    skipped: tuple[Skipped, ...]
    failed: tuple[Failed, ...]
    queries: int
