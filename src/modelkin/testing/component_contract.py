"""What every part keeps to, whatever it does."""

import dataclasses
import inspect
import json
from pathlib import Path
from typing import Any, ClassVar

import pytest

from modelkin.protocols import Component
from modelkin.registry import class_name

_LONGEST_LINE = 100


class ComponentContract:
    """Names, parameters and docstring; the base of all other contracts.

    Attributes:
        base: what the part must derive from.
        doc_lines: lines that its docstring must have.
    """

    base: ClassVar[type[Component]] = Component
    doc_lines: ClassVar[tuple[str, ...]] = ("Summary",)

    @pytest.fixture
    def part(self) -> type[Component]:
        """The class under test."""
        raise NotImplementedError("define the fixture 'part': it returns the class to test")

    def test_name_is_that_of_file_and_class(self, part: type[Component]) -> None:
        """One file is one part: ``twin_rows.py`` holds ``TwinRows`` named ``twin_rows``."""
        assert issubclass(part, self.base)
        assert part.name == Path(inspect.getfile(part)).stem
        assert part.__name__ == class_name(part.name)

    def test_is_a_frozen_dataclass_with_defaults(self, part: type[Component]) -> None:
        """Parts are compared, hashed and made without arguments."""
        # one that is not frozen cannot be: Python refuses it below a frozen base
        assert "__dataclass_params__" in vars(part), "write @dataclass(frozen=True) on the class"
        assert part() == part()
        assert hash(part()) == hash(part())

    def test_parameters_rebuild_it(self, part: type[Any]) -> None:
        """``cls(**params)`` gives an equal part, so that a record can be followed back."""
        made = part()
        given = {field.name: getattr(made, field.name) for field in dataclasses.fields(part)}
        assert part(**given) == made

    def test_parameters_are_json(self, part: type[Component]) -> None:
        """``params`` is JSON of all fields, without addresses that change with every run."""
        text = part().params
        assert set(json.loads(text)) == {field.name for field in dataclasses.fields(part())}
        assert text == part().params
        assert " at 0x" not in text, "a parameter prints its memory address"

    def test_docstring_has_its_lines(self, part: type[Component]) -> None:
        """``modelkin parts`` prints these lines, so they must be there and be short."""
        doc = part.__doc__ or ""
        assert not doc.startswith(f"{part.__name__}("), "there is no docstring"
        found = part.doc_lines()
        for line in self.doc_lines:
            assert found.get(line), f"the docstring has no line '{line}'"
            assert len(found[line]) <= _LONGEST_LINE
        assert found["Summary"].endswith("."), "the summary is one sentence on one line"
