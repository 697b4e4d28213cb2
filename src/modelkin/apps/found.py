"""What a walk through packages brings to light."""

from dataclasses import dataclass, field
from pathlib import Path

from modelkin.records import Failed, Skipped

INSIDE = "!/"
"""Stands between an archive and what it holds, as in Java."""


@dataclass(frozen=True)
class Trail:
    """Where something was found: names of archives and files, untrusted text, never a path.

    Attributes:
        parts: the app, then each archive in it, then the file.
    """

    parts: tuple[str, ...]

    def inside(self, name: str) -> "Trail":
        """Something in it."""
        return Trail((*self.parts, name))

    @property
    def folder(self) -> tuple[str, ...]:
        """The archive and folder that it lies in."""
        return (*self.parts[:-1], self.parts[-1].replace("\\", "/").rpartition("/")[0])

    @property
    def name(self) -> str:
        """The file's own name in the innermost archive."""
        return self.parts[-1].replace("\\", "/").rpartition("/")[2]

    def __str__(self) -> str:
        return INSIDE.join(self.parts)


@dataclass(frozen=True)
class Candidate:
    """A file that is a model, or looks like one.

    Attributes:
        trail: where it was found.
        kind: name of its kind.
        path: the file, in the vault or on disk.
        digest: sha256 of the file.
        size: bytes.
    """

    trail: Trail
    kind: str
    path: Path
    digest: str
    size: int


@dataclass
class Findings:
    """Everything that the walk through one app brought to light.

    Attributes:
        candidates: files that are models.
        loose: files that may hold the weights of a model beside them.
        notes: small files that say whose app it is, by trail.
        archives: files on disk that are archives, by trail; signatures are read from them.
        skipped: what was left out on purpose.
        failed: what could not be read.
        files: how many files were looked at.
    """

    candidates: list[Candidate] = field(default_factory=list)
    loose: list[Candidate] = field(default_factory=list)
    notes: dict[Trail, bytes] = field(default_factory=dict)
    archives: dict[Trail, Path] = field(default_factory=dict)
    skipped: list[Skipped] = field(default_factory=list)
    failed: list[Failed] = field(default_factory=list)
    files: int = 0
