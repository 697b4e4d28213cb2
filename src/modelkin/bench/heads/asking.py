"""What every model answers to the pool, recorded once."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from modelkin.bench.asking import Session
from modelkin.bench.heads.head import Head, Tuning
from modelkin.bench.heads.zoo import HeadZoo
from modelkin.models.as_reals import cut_or_repeat
from modelkin.queries.building import build_pool
from modelkin.queries.naming import PoolName
from modelkin.records import Access, AnyArray, OutputKind, Pool, Responses

STEPS_OF_BYTES = 256
_RECIPE = "graded-noise-v1"


def noise(side: int, n: int, *, seed: int, cache: Path) -> Pool:
    """The pool that ``graded_cka`` is made for, at one size of picture."""
    name = PoolName(recipe=_RECIPE, shape=(side, side, 3), n=n, seed=seed)
    return build_pool(name, cache=cache)


def record(zoo: HeadZoo, head: Head, pictures: NDArray[np.uint8], key: str) -> None:
    """Ask a model, unless its answers are there.

    Args:
        zoo: of the model.
        head: which one.
        pictures: (n, h, w, 3), cut or repeated to the model's size as the product does it.
        key: names these queries on disk.
    """
    path = zoo.answers(head, key)
    if path.is_file():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part.npy")
    np.save(part, ask(zoo, head, pictures))
    part.replace(path)


def ask(zoo: HeadZoo, head: Head, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(n, classes): logits of an original, else probabilities; 8-bit ones in whole steps."""
    shown = cut_or_repeat(pictures, head.side, head.side).astype(np.uint8, copy=False)
    found = Session(zoo.model(head)).answer(shown)
    if not head.int8:
        return found
    steps = np.clip(np.rint(found * STEPS_OF_BYTES), 0, STEPS_OF_BYTES - 1)
    return np.asarray(steps / STEPS_OF_BYTES, dtype=np.float32)


def responses_of(head: Head, answers: AnyArray, pool: Pool) -> Responses:
    """Recorded answers as the product reads them."""
    return Responses(
        model=head.name,
        model_digest=head.name,
        pool=pool.name,
        pool_digest=pool.digest,
        values=answers,
        kind=OutputKind.LOGITS if head.tuning is Tuning.ORIGINAL else OutputKind.PROBABILITIES,
        access=Access.SCORES,
        index=np.arange(len(answers), dtype=np.int64),
        parts=pool.parts[: len(answers)],
        asked=len(answers),
        step=1 / STEPS_OF_BYTES if head.int8 else None,
    )
