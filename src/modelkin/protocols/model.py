"""Anything that answers."""

from typing import Protocol, runtime_checkable

from modelkin.records import AnyArray, Batch, Signature


@runtime_checkable
class Model(Protocol):
    """Anything that answers batches in its own tensors."""

    @property
    def signature(self) -> Signature:
        """Inputs and outputs as the model itself declares them."""
        ...

    def predict(self, batch: Batch) -> tuple[AnyArray, ...]:
        """Answer a batch of any size.

        Args:
            batch: ids and input tensors, batch axis first; must be left unchanged.

        Returns:
            One array an output tensor, batch axis first. Quantized outputs come back as reals.
        """
        ...
