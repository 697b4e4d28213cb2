"""Own copies under a commitment: they may choose queries, so they are fixed before the draw."""

from collections.abc import Sequence
from pathlib import Path

from modelkin.errors import DeviationError, ModelkinError, UsageError
from modelkin.models.opened import OpenedModel
from modelkin.pipeline.commitment import CommittedCopy
from modelkin.pipeline.copies import list_copies
from modelkin.pipeline.options import CompareOptions
from modelkin.pipeline.own_copies import open_copy
from modelkin.pipeline.own_copy import OwnCopy


def copies_to_commit(
    folder: Path | None, source: OpenedModel, options: CompareOptions
) -> tuple[CommittedCopy, ...]:
    """The copies of a folder by content; they are opened and not asked.

    Args:
        folder: of the copies; None is none.
        source: the opened source.
        options: how to open them.

    Raises:
        UsageError: there is no such folder, no copy in it, or one that cannot be opened.
    """
    if folder is None:
        return ()
    found = []
    for entry in list_copies(folder):
        try:
            opened = open_copy(entry, source, options)
        except ModelkinError as error:
            raise UsageError(
                f"the copy '{entry.name}' cannot be committed to: {error}",
                hint="take it out of the folder and its copies.json, or make the copies again with "
                "'modelkin derive'",
            ) from error
        found.append((opened.file_digest, entry.kind, entry.lost))
        opened.close()
    return tuple(sorted(found))


def require_copies(
    committed: Sequence[CommittedCopy], given: Sequence[CommittedCopy], *, selection: bool
) -> None:
    """Refuse copies that were not committed to, where they could bend anything.

    Without a selection copies state the power and decide nothing, so a commitment need not name
    any.

    Args:
        committed: by the commitment.
        given: to the run.
        selection: whether queries are chosen.

    Raises:
        DeviationError: they are not the same.
    """
    if not committed and given and selection:
        raise DeviationError(
            "own copies are given, and the commitment names none; they would choose queries",
            hint="commit to them as well (modelkin commit --copies DIR), or leave out --copies",
        )
    if committed and sorted(committed) != sorted(given):
        missing = [one for one in committed if one not in given]
        odd = [one for one in given if one not in committed]
        first = (missing or odd or list(given))[0]
        raise DeviationError(
            f"the own copies are not those committed to: {len(missing)} of {len(committed)} are "
            f"missing and {len(odd)} are others, the first with sha256 {first[0][:12]} "
            f"({first[1]})",
            hint="pass --copies with the very folder that was committed to",
        )


def require_answered(
    committed: Sequence[CommittedCopy],
    answered: Sequence[OwnCopy],
    *,
    selection: bool,
    name: str,
) -> None:
    """Refuse evidence with answers of copies that were not committed to.

    Args:
        committed: by the commitment.
        answered: those with answers in the evidence; a copy that failed has none.
        selection: whether queries were chosen.
        name: what to call the file in an error.

    Raises:
        DeviationError: a copy is none of those.
    """
    left = list(committed)
    for one in answered if committed or selection else ():
        if (one.digest, one.kind, one.lost) not in left:
            raise DeviationError(
                f"'{name}': the own copy '{one.responses.model}' is none of those committed to",
                hint="the run is not the one that was committed to; do not rely on it",
            )
        left.remove((one.digest, one.kind, one.lost))
