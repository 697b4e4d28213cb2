"""Parts that break what all parts keep to."""

from dataclasses import dataclass, field

from modelkin.comparison.agreement import Agreement


@dataclass(frozen=True)
class Sound(Agreement):
    """A measure with nothing wrong but its name and its file."""

    weight: float = 1.0


class Undecorated(Sound):
    """The class itself is no dataclass."""


@dataclass(frozen=True)
class Unequal(Sound):
    """No two of it are equal."""

    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        return self is other


@dataclass(frozen=True)
class Addressed(Sound):
    """Prints where in memory its parameter is."""

    thing: object = field(default_factory=object)


@dataclass(frozen=True)
class Wordless(Sound):
    __doc__ = None


@dataclass(frozen=True)
class Undocumented(Sound):
    # dataclasses write "Undocumented(weight: float = 1.0)" here
    weight: float = 1.0


@dataclass(frozen=True)
class Rambling(Sound):
    """A summary that goes on and on
    over the end of its first line.
    """


FAULTS = (
    ("test_name_is_that_of_file_and_class", Sound),
    ("test_is_a_frozen_dataclass_with_defaults", Undecorated),
    ("test_is_a_frozen_dataclass_with_defaults", Unequal),
    ("test_parameters_rebuild_it", Unequal),
    ("test_parameters_are_json", Addressed),
    ("test_docstring_has_its_lines", Wordless),
    ("test_docstring_has_its_lines", Undocumented),
    ("test_docstring_has_its_lines", Rambling),
)
