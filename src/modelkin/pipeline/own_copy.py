"""What a copy made by the owner or during the run answered."""

from dataclasses import dataclass

from modelkin.records import Responses


@dataclass(frozen=True, kw_only=True, eq=False)
class OwnCopy:
    """What one of the owner's copies of the source, or a copy of a reference, answered.

    Attributes:
        responses: to the pool of the run.
        kind: how it was made.
        lost: it no longer answers like the source, so nobody would use it.
        digest: sha256 of its file; empty where there is none.
    """

    responses: Responses
    kind: str
    lost: bool = False
    digest: str = ""
