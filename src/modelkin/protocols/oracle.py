"""A source that answers its owner."""

from typing import Protocol

from modelkin.records import AnyArray, FloatArray, IntArray


class Oracle(Protocol):
    """A source as its owner may question it while queries are crafted for it."""

    @property
    def asked(self) -> int:
        """Queries put to it so far; a gradient counts as one a query."""
        ...

    @property
    def differentiable(self) -> bool:
        """Whether ``gradient`` works."""
        ...

    def log_probabilities(self, queries: AnyArray) -> FloatArray:
        """(n, k) unclipped log-probabilities; plain vectors come as they are."""
        ...

    def labels(self, queries: AnyArray) -> IntArray:
        """(n,) predicted classes."""
        ...

    def gradient(self, queries: FloatArray, weights: FloatArray) -> FloatArray:
        """Slope of ``sum(weights * log_probabilities)``.

        Args:
            queries: (n, *shape) reals; pictures in [0, 1].
            weights: (n, k), one row a query.

        Returns:
            (n, *shape), the derivative with respect to the queries.

        Raises:
            IncompatibleError: the source shows no gradients.
        """
        ...
