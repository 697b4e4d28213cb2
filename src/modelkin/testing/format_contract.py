"""What every model format keeps to."""

import json
import math
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar, cast

import numpy as np
import pytest

from modelkin import registry
from modelkin.protocols import Component, Model, ModelFormat
from modelkin.records import AnyArray, Batch
from modelkin.testing.component_contract import ComponentContract
from modelkin.testing.elsewhere import run_elsewhere
from modelkin.testing.skipping import skip_when_missing

_ROWS = 7
_IMPORTS = """
import importlib
for light in json.loads(sys.argv[3]):
    importlib.import_module(light)
started |= set(sys.modules)
importlib.import_module("modelkin")
importlib.import_module(sys.argv[2])
print(json.dumps(sorted({name.partition(".")[0] for name in set(sys.modules) - started})))
"""
_WITHOUT = """
import importlib
allowed = {*sys.stdlib_module_names, *json.loads(sys.argv[4])}
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] not in allowed:
            raise ModuleNotFoundError(f"No module named '{name}'", name=name)
sys.meta_path.insert(0, Absent())
from modelkin.errors import MissingDependencyError
part = getattr(importlib.import_module(sys.argv[2]), sys.argv[3])
try:
    part().load("model" + (part.extensions or ("",))[0])
except MissingDependencyError as error:
    print(error.hint)
"""


class FormatContract(ComponentContract):
    """Recognised by nobody else, the same answers always, and no framework until it is needed.

    Attributes:
        light: third-party modules that importing the format's file may import.
    """

    base: ClassVar[type[Component]] = ModelFormat
    light: ClassVar[tuple[str, ...]] = ("numpy", "numpy.random")

    @pytest.fixture
    def part(self) -> type[ModelFormat]:
        """The format under test."""
        raise NotImplementedError("define the fixture 'part': it returns the class to test")

    @pytest.fixture
    def model_file(self, tmp_path: Path) -> str:
        """Path (or name) of a tiny model, made in the test."""
        raise NotImplementedError("define the fixture 'model_file': it returns a tiny model's path")

    @pytest.fixture
    def settings(self) -> dict[str, Any]:
        """Fields of the format that its tiny model needs, such as an endpoint's options."""
        return {}

    @pytest.fixture
    def model(
        self, part: Callable[..., ModelFormat], model_file: str, settings: dict[str, Any]
    ) -> Model:
        """The tiny model, loaded; skips when the extra is missing and not required."""
        with skip_when_missing(getattr(part, "extra", None)):
            return part(**settings).load(model_file)

    def questions(self, model: Model, rows: int) -> Batch:
        """Random inputs of the declared shapes; recorded answers are asked by their own ids."""
        rng = np.random.default_rng(0)
        known = sorted(getattr(model, "ids", ())) or [f"q{row}" for row in range(rows)]
        inputs: list[AnyArray] = []
        for spec in model.signature.inputs:
            drawn = rng.random((rows, *(size or 3 for size in spec.shape[1:])))
            whole = np.issubdtype(np.dtype(spec.dtype), np.integer)
            inputs.append((drawn * 100 if whole else drawn).astype(spec.dtype))
        return Batch(ids=tuple(known[:rows]), inputs=tuple(inputs) or (np.zeros((rows, 1)),))

    def test_recognises_its_own_file(self, part: type[ModelFormat], model_file: str) -> None:
        """From the location and the first bytes."""
        assert part().recognises(model_file, _first_bytes(model_file))

    def test_no_other_format_recognises_it(self, part: type[ModelFormat], model_file: str) -> None:
        """Nor does this one recognise nonsense."""
        others = [cast("type[ModelFormat]", known)() for known in registry.every("format")]
        start = _first_bytes(model_file)
        claims = [known.name for known in others if known.recognises(model_file, start)]
        assert set(claims) <= {part.name}
        for location, content in (("notes.txt", b"some text"), ("no-such-thing", b"")):
            assert not part().recognises(location, content)

    def test_junk_under_its_ending_is_an_error(
        self, part: type[ModelFormat], tmp_path: Path
    ) -> None:
        """A PDF with the format's ending ends neither the process nor in a model."""
        assert part.loading.strip()
        for ending in part.extensions:
            junk = tmp_path / f"junk{ending}"
            junk.write_bytes(b"%PDF-1.7\n" + bytes(range(256)) * 4)
            with pytest.raises(Exception), skip_when_missing(part.extra):  # noqa: B017, PT011
                part().load(str(junk))

    def test_same_input_gives_same_output(self, model: Model) -> None:
        """Asked twice, with another batch in between."""
        batch = self.questions(model, _ROWS)
        first = model.predict(batch)
        model.predict(self.questions(model, 2))
        for one, again in zip(first, model.predict(batch), strict=True):
            np.testing.assert_array_equal(one, again)

    def test_rows_one_at_a_time_equal_the_batch(self, model: Model) -> None:
        """A query's answer does not depend on its neighbours."""
        batch = self.questions(model, _ROWS)
        singles = [model.predict(_row(batch, row)) for row in range(_ROWS)]
        for whole, pieces in zip(model.predict(batch), zip(*singles, strict=True), strict=True):
            single = np.concatenate(pieces).astype(np.float64)
            np.testing.assert_allclose(single, whole.astype(np.float64), rtol=1e-6, atol=1e-9)

    def test_different_inputs_give_different_outputs(self, model: Model) -> None:
        """The answers are not one and the same for everything."""
        (first, *_) = model.predict(self.questions(model, _ROWS))
        assert len(np.unique(first, axis=0)) > 1

    def test_input_stays_unchanged(self, model: Model) -> None:
        """Other models are asked the same arrays."""
        batch = self.questions(model, _ROWS)
        before = [values.tobytes() for values in batch.inputs]
        model.predict(batch)
        assert [values.tobytes() for values in batch.inputs] == before

    def test_answers_are_as_shown(self, model: Model) -> None:
        """Floats or integer labels, a row a query, in the declared shapes."""
        for rows in (1, 2, _ROWS):
            answers = model.predict(self.questions(model, rows))
            shown = model.signature.outputs
            assert not shown or len(shown) == len(answers)
            for place, answer in enumerate(answers):
                assert answer.shape[0] == rows
                labels = answer.dtype.kind in "iu" and answer.size == rows
                assert answer.dtype.kind == "f" or labels, answer.dtype
                if shown:
                    _require_shape(answer.shape[1:], shown[place].shape[1:])

    def test_importing_it_imports_no_framework(self, part: type[ModelFormat]) -> None:
        """Whoever reads one format pays for that one, and only on loading."""
        found = run_elsewhere(_IMPORTS, part.__module__, json.dumps(self.light))
        assert set(json.loads(found)) - sys.stdlib_module_names <= self._allowed(part)

    def test_missing_extra_is_named(self, part: type[ModelFormat]) -> None:
        """Without the framework the error says what to install, before the file is read."""
        if part.extra is None:
            return
        allowed = sorted(self._allowed(part))
        hint = run_elsewhere(_WITHOUT, part.__module__, part.__qualname__, json.dumps(allowed))
        assert f"pip install 'modelkin[{part.extra}]'" in hint

    def _allowed(self, part: type[ModelFormat]) -> set[str]:
        """Top-level packages that are no framework: the light ones, ours, the part's own."""
        names = ("modelkin", part.__module__, *self.light)
        return {name.partition(".")[0] for name in names}


def _first_bytes(location: str) -> bytes:
    path = Path(location)
    return path.read_bytes()[:4096] if path.is_file() else b""


def _row(batch: Batch, row: int) -> Batch:
    inputs = tuple(values[row : row + 1] for values in batch.inputs)
    return Batch(ids=batch.ids[row : row + 1], inputs=inputs)


def _require_shape(found: tuple[int, ...], shown: tuple[int | None, ...]) -> None:
    if None not in shown:
        assert math.prod(found) == math.prod(size or 1 for size in shown)
    elif len(found) == len(shown):
        pairs = zip(found, shown, strict=True)
        assert all(wanted is None or size == wanted for size, wanted in pairs)
