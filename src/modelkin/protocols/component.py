"""What all parts share."""

import dataclasses
import json
from typing import ClassVar


@dataclasses.dataclass(frozen=True)
class Component:
    """What all parts share: a name and parameters that print and compare."""

    name: ClassVar[str]

    @property
    def params(self) -> str:
        """The part's parameters as canonical JSON, for provenance."""
        return json.dumps(dataclasses.asdict(self), sort_keys=True, default=repr)

    @classmethod
    def doc_lines(cls) -> dict[str, str]:
        """The docstring's summary and its Sees / Cost / Paper lines."""
        lines = [line.strip() for line in (cls.__doc__ or "").strip().splitlines()]
        found = {"Summary": lines[0] if lines else ""}
        for line in lines[1:]:
            key, _, text = line.partition(": ")
            if key in {"Sees", "Cost", "Paper"} and text:
                found[key] = text
        return found
