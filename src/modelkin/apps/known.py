"""The zoo that a scan is judged by, read once."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from modelkin.errors import ModelkinError, UsageError
from modelkin.pipeline.null import failure
from modelkin.records import Failed, NullKind, Responses
from modelkin.zoo.folder import ZooFolder
from modelkin.zoo.group import Group
from modelkin.zoo.member import Member


@dataclass(frozen=True, eq=False)
class Known:
    """The models of a zoo and their answers.

    Attributes:
        name: of the zoo; empty without one.
        groups: what its models were asked.
        members: those whose answers can be read, by name.
        answers: by the same name.
        failed: rows for the others.
    """

    name: str = ""
    groups: tuple[Group, ...] = ()
    members: tuple[Member, ...] = ()
    answers: dict[str, Responses] | None = None
    failed: tuple[Failed, ...] = ()

    def answers_of(self, name: str) -> Responses:
        """The answers of one of the members."""
        return (self.answers or {})[name]

    def sources(self, flag: str) -> tuple[Member, ...]:
        """The models that a flag names: one by its name, or all of a family.

        Raises:
            UsageError: none is called so.
        """
        found = [one for one in self.members if one.name == flag]
        found = found or [one for one in self.members if one.family == flag]
        if found:
            return tuple(found)
        names = {one.name for one in self.members} | {one.family or "" for one in self.members}
        close = difflib.get_close_matches(flag, sorted(names - {""}), n=3)
        raise UsageError(
            f"the zoo holds no model and no family '{flag}'",
            hint=f"did you mean {', '.join(close)}?"
            if close
            else "record it first: modelkin fingerprint MODEL --zoo DIR",
        )


def read_known(zoo: Path | None) -> Known:
    """Read a zoo; models whose answers are damaged become rows.

    Raises:
        UsageError: the folder is no zoo.
    """
    if zoo is None:
        return Known()
    folder = ZooFolder(zoo)
    manifest = folder.read()
    answers: dict[str, Responses] = {}
    failed: list[Failed] = []
    for member in manifest.members:
        try:
            answers[member.name] = folder.answers(member, manifest.group(member.group))
        except ModelkinError as error:
            failed.append(failure(f"zoo model {member.name}", error))
    members = tuple(one for one in manifest.members if one.name in answers)
    name = zoo.resolve().name
    return Known(name, manifest.groups, members, answers, tuple(failed))


def without_strangers(known: Known, kept: Sequence[Member]) -> Known:
    """A zoo without the models that stand for unrelated functions only.

    Honest models of real data are nearly always nearer to each other than to those, so a null
    of them would accuse most (docs/references.md).

    Args:
        known: the zoo.
        kept: models that stay whatever they stand for, since they are looked for.
    """
    members = tuple(one for one in known.members if one.null != NullKind.N0 or one in kept)
    return replace(known, members=members)


def null_of(members: Sequence[Member]) -> NullKind | None:
    """The weakest null that models stand for; N1 at most where not all of them say."""
    said = [NullKind(one.null) for one in members if one.null is not None]
    if len(said) < len(members):
        said.append(NullKind.N1)
    return min(said, default=None)


def family_of(member: Member) -> str:
    """The family stated for a model; without one it is a family of its own."""
    return member.family or f"{member.file_digest[:12]}"


def families_of(members: Sequence[Member]) -> list[str]:
    """The family of each."""
    return [family_of(one) for one in members]
