"""What copies answer when their queries are changed, and what an evasion costs them."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from modelkin.bench.asking import answer
from modelkin.bench.evading.evasion import Evasion
from modelkin.bench.modelreuse.entry import Entry
from modelkin.bench.modelreuse.image_set import ImageSet
from modelkin.bench.modelreuse.zoo import Zoo
from modelkin.records import Access, OutputKind, Responses

TESTED = 400


def changed_logits(
    zoo: Zoo, entry: Entry, evasion: Evasion, pictures: NDArray[np.uint8], what: str, cache: Path
) -> NDArray[np.float32]:
    """(n, classes) answers to changed pictures, recorded once.

    Args:
        zoo: holds the model.
        entry: the copy.
        evasion: what happens to the pictures.
        pictures: (n, 32, 32, 3) as they were asked.
        what: name of the pictures.
        cache: keeps the answers.
    """
    name = evasion.name if evasion.changes_input else "plain"
    path = cache / "evasions" / "answers" / f"{what}-{len(pictures)}" / name / f"{entry.name}.npy"
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part.npy")
        np.save(part, answer(zoo.model(entry), evasion.pictures(pictures)))
        part.replace(path)
    found: NDArray[np.float32] = np.load(path)
    return found


def accuracy_lost(
    zoo: Zoo, copies: Sequence[Entry], evasion: Evasion, images: ImageSet, cache: Path
) -> float:
    """Mean share of test pictures that the copies get wrong because of the evasion."""
    if evasion.all_seen:
        return 0.0  # it answers photographs as it always did
    pictures, truth = images.test[:TESTED], images.test_labels[:TESTED]
    lost = []
    for entry in copies:
        plain = changed_logits(
            zoo, entry, Evasion(name="plain"), pictures, f"test-{images.name}", cache
        )
        told = changed_logits(zoo, entry, evasion, pictures, f"test-{images.name}", cache)
        shown = evasion.answers(_responses(entry, told), pictures, natural=True)
        before = (plain.argmax(axis=1) == truth).mean()
        lost.append(float(before - (shown.labels == truth).mean()))
    return float(np.mean(lost))


def _responses(entry: Entry, logits: NDArray[np.float32]) -> Responses:
    return Responses(
        model=entry.name,
        model_digest=entry.name,
        pool="test",
        pool_digest="",
        values=logits,
        kind=OutputKind.LOGITS,
        access=Access.SCORES,
        index=np.arange(len(logits), dtype=np.int64),
        parts=("test",) * len(logits),
        asked=len(logits),
    )
