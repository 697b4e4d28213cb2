"""Who stands in the cohort of whom: one honest model of every other family."""

from collections.abc import Iterator, Sequence

from modelkin.errors import IncompatibleError
from modelkin.records import FloatArray


def cohorts_of(
    similarity: FloatArray, families: Sequence[str]
) -> Iterator[tuple[list[int], list[int]]]:
    """For each family, the places of its members and of the first model of every other family.

    Args:
        similarity: (1 + n, 1 + n), the source first.
        families: of the n others.

    Yields:
        Places in ``similarity``, both at least 1.

    Raises:
        IncompatibleError: the shapes do not fit.
    """
    if similarity.shape != (len(families) + 1,) * 2:
        raise IncompatibleError(
            f"similarities of shape {similarity.shape} do not fit {len(families)} families",
            hint="give a square of one row more than families",
        )
    speakers: dict[str, int] = {}
    for place, family in enumerate(families, start=1):
        speakers.setdefault(family, place)
    for family in speakers:
        members = [place for place, own in enumerate(families, start=1) if own == family]
        cohort = [place for other, place in speakers.items() if other != family]
        yield members, cohort
