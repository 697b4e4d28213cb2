"""A model whose weights can be changed, whatever framework holds it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from modelkin.making.strengths import Strength
from modelkin.making.weights import Weight
from modelkin.records import AnyArray, FloatArray


class Host(Protocol):
    """Reads weights, writes copies with other ones."""

    @property
    def suffix(self) -> str:
        """Ending of the files it writes."""
        ...

    @property
    def gradients(self) -> bool:
        """Whether ``fine_tune`` works."""
        ...

    def weights(self) -> Mapping[str, Weight]:
        """Those of convolutions and linear layers, in the order of the layers.

        Raises:
            IncompatibleError: it has none that can be read.
        """
        ...

    def write(self, values: Mapping[str, FloatArray], path: Path) -> str:
        """Write a copy with other weights.

        Returns:
            Where it is, as ``open_model`` takes it.
        """
        ...

    def convert(self, strength: Strength, tensors: AnyArray, path: Path) -> str | None:
        """Write a copy by the framework's own converter; None where it has none for this.

        Args:
            strength: what is wanted.
            tensors: inputs that set the ranges of activations.
            path: where to.
        """
        ...

    def fine_tune(
        self, tensors: AnyArray, targets: FloatArray, *, rate: float, seed: int
    ) -> dict[str, FloatArray]:
        """Train a little towards other answers.

        Args:
            tensors: (n, ...) inputs as the model takes them.
            targets: (n, k) probabilities.
            rate: learning rate.
            seed: of the order.

        Returns:
            The new values of all parameters, by name.
        """
        ...
