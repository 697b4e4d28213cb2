"""A part of a mixture of queries."""

import dataclasses

from modelkin.protocols.query_generator import QueryGenerator


@dataclasses.dataclass(frozen=True)
class Portion:
    """A part of a mixture.

    Attributes:
        part: its name in records and reports.
        generator: what makes its queries.
        weight: groups of it in one round of the mixture.
    """

    part: str
    generator: QueryGenerator
    weight: int
