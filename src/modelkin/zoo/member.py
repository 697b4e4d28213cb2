"""One model of a zoo."""

import dataclasses
import re
from dataclasses import dataclass
from typing import Any

from modelkin.records import Access, NullKind, OutputKind

_FILE = re.compile(r"[0-9a-f]{32}\.npz")

_TEXTS = ("name", "location", "format", "file_digest", "identity", "digest", "group", "recorded")


@dataclass(frozen=True, kw_only=True)
class Member:
    """What the manifest says of one model.

    Attributes:
        name: short name, no other model of the zoo has it.
        location: where the model was: an absolute path, a URL, or ``module:function``.
        family: the independent family it belongs to, or None where nobody stated one.
        parent: what it was derived from, as the JSON beside it says, or None.
        format: registry name of the format that opened it.
        file_digest: sha256 of the file.
        identity: sha256 of the file, of how it is fed as far as files and options say, and of
            how much of its answers is seen; equal identities need no second asking.
        digest: sha256 of the file and of the way it was fed.
        group: name of the group, which says what it was asked.
        kind: what its answers are.
        access: how much of them is kept.
        width: numbers in one answer.
        labels: class names, where the file holds them.
        saturated: parts of the pool on which its answers hardly vary.
        answers: file of its answers; the name is the start of the content's sha256.
        queries: usable answers.
        asked: queries put to it over all runs.
        recorded: when, in UTC.
        null: what it can stand for as an honest reference (N0 to N3), where the JSON beside it
            says so.
    """

    name: str
    location: str
    family: str | None
    parent: str | None
    format: str
    file_digest: str
    identity: str
    digest: str
    group: str
    kind: OutputKind
    access: Access
    width: int
    labels: tuple[str, ...]
    saturated: tuple[str, ...]
    answers: str
    queries: int
    asked: int
    recorded: str
    null: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """The member as JSON values."""
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, content: dict[str, Any]) -> "Member":
        """Read what ``to_dict`` wrote; raises KeyError, TypeError or ValueError where it cannot."""
        texts = [content[key] for key in _TEXTS] + [*content["labels"], *content["saturated"]]
        texts += [content[key] for key in ("family", "parent") if content[key] is not None]
        if content.get("null") is not None:
            texts.append(NullKind(content["null"]))
        if not all(isinstance(text, str) for text in texts) or not isinstance(
            content["width"], int
        ):
            raise TypeError("a field of a model has the wrong type")
        if not _FILE.fullmatch(content["answers"]):
            raise ValueError(f"{content['answers']!r} is no file of answers")
        fields = {
            **content,
            "kind": OutputKind(content["kind"]),
            "access": Access(content["access"]),
            "labels": tuple(content["labels"]),
            "saturated": tuple(content["saturated"]),
        }
        return cls(**fields)
