"""How the queries of a run were drawn after everything else was fixed."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Draw:
    """A commitment, and the randomness that came after it.

    Attributes:
        commitment: sha256 of the commitment.
        kind: "beacon", public randomness; or "reveal", a nonce of each party.
        announced: which randomness the commitment says will be used; empty when it says nothing.
        beacon: sha256 of the beacon's bytes; None with nonces.
        nonces: the revealed nonces in hexadecimal digits, in the order of the parties.
        seed: what follows from both.
        opened: the source and the references had been committed to by salted hashes.
    """

    commitment: str
    kind: Literal["beacon", "reveal"]
    announced: str
    beacon: str | None
    nonces: tuple[str, ...]
    seed: int
    opened: bool
