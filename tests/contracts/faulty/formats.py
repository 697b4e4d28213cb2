"""Formats that break their contract, each in one way."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from modelkin.errors import BrokenModelError, MissingDependencyError
from modelkin.protocols import Model, ModelFormat
from modelkin.records import AnyArray, Batch, Signature, TensorSpec

MARK = b"TOY MODEL\n"


class SoundModel:
    """Two scores of three numbers."""

    width = 2

    @property
    def signature(self) -> Signature:
        given = TensorSpec(name="x", shape=(None, 3), dtype="float32")
        return Signature(inputs=(given,), outputs=(replace_width(self.width),))

    def predict(self, batch: Batch) -> tuple[AnyArray, ...]:
        return (self.scores(np.asarray(batch.inputs[0])),)

    def scores(self, rows: Any) -> AnyArray:  # noqa: ANN401 (floats of any size)
        return np.asarray(rows[:, :2] - rows[:, 2:])


def replace_width(width: int) -> TensorSpec:
    return TensorSpec(name="y", shape=(None, width), dtype="float32")


@dataclass(frozen=True)
class Sound(ModelFormat):
    """A file that holds nothing but a mark."""

    name: ClassVar[str] = "sound"
    extensions: ClassVar[tuple[str, ...]] = (".toy",)
    loading: ClassVar[str] = "nothing is run"
    model: ClassVar[type[SoundModel]] = SoundModel

    def recognises(self, location: str, first_bytes: bytes) -> bool:
        del location
        return first_bytes.startswith(MARK)

    def load(self, location: str) -> Model:
        if not Path(location).read_bytes().startswith(MARK):
            raise BrokenModelError(f"'{location}' is no toy", hint="make one")
        return self.model()


class Stranger(Sound):
    def recognises(self, location: str, first_bytes: bytes) -> bool:
        return location.endswith(".nothing") and not first_bytes


class Grabbing(Sound):
    def recognises(self, location: str, first_bytes: bytes) -> bool:
        return bool(location) or bool(first_bytes)


class Trusting(Sound):
    def load(self, location: str) -> Model:
        del location
        return self.model()


class Restless(Sound):
    class model(SoundModel):  # noqa: N801 (takes the place of an attribute)
        asked = 0

        def scores(self, rows: Any) -> AnyArray:  # noqa: ANN401
            self.asked += 1
            return super().scores(rows * self.asked)


class Sociable(Sound):
    class model(SoundModel):  # noqa: N801
        def scores(self, rows: Any) -> AnyArray:  # noqa: ANN401
            return super().scores(rows - rows.mean(axis=0))


class Deaf(Sound):
    class model(SoundModel):  # noqa: N801
        def scores(self, rows: Any) -> AnyArray:  # noqa: ANN401
            return np.ones((len(rows), 2))


class Overwriting(Sound):
    class model(SoundModel):  # noqa: N801
        def scores(self, rows: Any) -> AnyArray:  # noqa: ANN401
            rows *= 2
            return super().scores(rows)


class MisDeclared(Sound):
    class model(SoundModel):  # noqa: N801
        width = 3


class Rounding(Sound):
    class model(SoundModel):  # noqa: N801
        def scores(self, rows: Any) -> AnyArray:  # noqa: ANN401
            return np.rint(super().scores(rows)).astype(np.uint8)


class Silent(Sound):
    extra: ClassVar[str | None] = "toys"

    def load(self, location: str) -> Model:
        import PIL  # stands for a framework

        del PIL
        return super().load(location)


class WrongHint(Sound):
    extra: ClassVar[str | None] = "toys"

    def load(self, location: str) -> Model:
        raise MissingDependencyError(location, hint="pip install toys")


FAULTS = (
    ("test_recognises_its_own_file", Stranger),
    ("test_no_other_format_recognises_it", Grabbing),
    ("test_junk_under_its_ending_is_an_error", Trusting),
    ("test_same_input_gives_same_output", Restless),
    ("test_rows_one_at_a_time_equal_the_batch", Sociable),
    ("test_different_inputs_give_different_outputs", Deaf),
    ("test_input_stays_unchanged", Overwriting),
    ("test_answers_are_as_shown", MisDeclared),
    ("test_answers_are_as_shown", Rounding),
    ("test_missing_extra_is_named", Silent),
    ("test_missing_extra_is_named", WrongHint),
)
