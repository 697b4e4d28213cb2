"""A representation computed from one model's responses alone."""

from dataclasses import dataclass

import numpy as np

from modelkin.errors import IncompatibleError
from modelkin.records.vocabulary import FloatArray, IntArray


@dataclass(frozen=True, kw_only=True, eq=False)
class Fingerprint:
    """What a method keeps of one model.

    Attributes:
        method: registry name of the fingerprint method.
        params: its parameters, as text.
        model: name of the model.
        pool_digest: sha256 of the pool the responses belong to.
        index: pool positions the fingerprint was made from.
        values: the representation.
    """

    method: str
    params: str
    model: str
    pool_digest: str
    index: IntArray
    values: FloatArray

    def require_same_queries(self, other: "Fingerprint") -> None:
        """Refuse a fingerprint of another kind, or from other queries.

        Raises:
            IncompatibleError: the two cannot be compared.
        """
        if (self.method, self.params) != (other.method, other.params):
            raise IncompatibleError(
                f"fingerprints of '{self.model}' and '{other.model}' come from different methods "
                f"({self.method} {self.params}, {other.method} {other.params})",
                hint="fingerprint both models with one method and the same parameters",
            )
        same = self.pool_digest == other.pool_digest and np.array_equal(self.index, other.index)
        if not same:
            raise IncompatibleError(
                f"fingerprints of '{self.model}' and '{other.model}' come from different queries",
                hint="ask both models the same pool and keep the same rows",
            )
