"""Which heads are put on which backbones, drawn from a seed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from modelkin.bench.heads.head import SIDE, Head, Tuning
from modelkin.bench.heads.lesson import Lesson
from modelkin.bench.modelreuse.entry import Entry

_FEWEST, _MOST = 2, 12
_WIDE = 64


@dataclass(frozen=True, kw_only=True)
class Grammar:
    """Sizes of the study.

    Attributes:
        images: image sets that heads are taught; a backbone never gets the one it was trained on.
        classes: how many classes each of them has, in the same order.
        common: lessons that all backbones are taught alike, of the first set: equal label sets,
            and the very same pictures, on unrelated backbones.
        own: frozen heads a backbone with a lesson of their own.
        tuned: heads a backbone for each way of tuning it.
        shots: pictures a class.
        wide: frozen heads a backbone that take pictures of twice the side.
        seed: of everything.
    """

    images: tuple[str, ...] = ("cifar10_32", "flowers102_64", "mammals24_64", "tinyimagenet60_64")
    classes: tuple[int, ...] = (10, 102, 24, 60)
    common: int = 2
    own: int = 2
    tuned: int = 2
    shots: int = 30
    wide: int = 1
    seed: int = 0

    def heads(self, backbones: Sequence[Entry]) -> tuple[Head, ...]:
        """Every model; the 8-bit twin of each stands behind it."""
        return tuple(head for one in backbones for head in self._of(one))

    def _of(self, base: Entry) -> Iterator[Head]:
        yield _head(base, Tuning.ORIGINAL, None, 0)
        for number in range(self.common + self.own):
            lesson = self._common(number) if number < self.common else self._own(base, number)
            yield from _twins(_head(base, Tuning.FROZEN, lesson, number))
        for tuning in (Tuning.LAST, Tuning.WHOLE):
            for number in range(self.tuned):
                lesson = self._own(base, _place(tuning, number))
                yield from _twins(_head(base, tuning, lesson, number))
        for number in range(self.wide):
            lesson = self._own(base, _place("wide", number))
            head = _head(base, Tuning.FROZEN, lesson, number)
            yield replace(head, name=f"{base.name}-wide{number}", side=_WIDE)

    def _common(self, number: int) -> Lesson:
        return self._lesson(0, f"common {number}")

    def _own(self, base: Entry, place: int) -> Lesson:
        rng = _rng(self.seed, f"{base.name} {place}")
        unseen = [at for at, name in enumerate(self.images) if name != base.task]
        return self._lesson(int(rng.choice(unseen)), f"{base.name} {place}")

    def _lesson(self, at: int, key: str) -> Lesson:
        rng = _rng(self.seed, f"lesson {key}")
        most = min(_MOST, self.classes[at])
        count = int(rng.integers(_FEWEST, most + 1))
        drawn = rng.permutation(self.classes[at])[:count]
        return Lesson(
            images=self.images[at],
            classes=tuple(drawn.tolist()),
            shots=self.shots,
            seed=int(rng.integers(2**31)),
        )


def _place(sort: str, number: int) -> int:
    """A number of its own for every lesson of a backbone, whatever the sizes of the grammar."""
    return 100 * (1 + ["last", "whole", "wide"].index(sort)) + number


def _head(base: Entry, tuning: Tuning, lesson: Lesson | None, number: int) -> Head:
    name = base.name if tuning is Tuning.ORIGINAL else f"{base.name}-{tuning}{number}"
    return Head(
        name=name,
        backbone=base.name,
        arch=base.arch,
        task=base.task,
        half=base.half,
        tuning=tuning,
        side=SIDE,
        lesson=lesson,
        seed=int(_rng(base.seed, name).integers(2**31)),
    )


def _twins(head: Head) -> Iterator[Head]:
    yield head
    yield replace(head, name=f"{head.name}-int8", int8=True)


def _rng(seed: int, key: str) -> np.random.Generator:
    return np.random.default_rng([seed, *key.encode()])
