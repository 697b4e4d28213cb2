"""A chain of element-wise steps before a first layer, folded into the layer itself."""

from dataclasses import dataclass

import numpy as np

from modelkin.records import FloatArray


@dataclass(frozen=True, eq=False)
class Affine:
    """``gain * x + shift``, by scalar or by channel.

    Attributes:
        gain: () or (channels,).
        shift: () or (channels,).
    """

    gain: FloatArray
    shift: FloatArray

    def then(self, kind: str, constant: FloatArray, *, constant_first: bool) -> "Affine":
        """Follow with ADD, SUB, MUL or DIV by a constant.

        Raises:
            ValueError: the step is of another kind, or no scalar and no vector of channels.
        """
        by = np.asarray(constant, dtype=np.float64).squeeze()
        if by.ndim > 1 or (constant_first and kind in {"SUB", "DIV"}):
            raise ValueError(f"cannot fold {kind} by {constant.shape}")
        if kind == "MUL":
            return Affine(self.gain * by, self.shift * by)
        if kind == "DIV":
            return Affine(self.gain / by, self.shift / by)
        if kind == "ADD":
            return Affine(self.gain, self.shift + by)
        if kind == "SUB":
            return Affine(self.gain, self.shift - by)
        raise ValueError(f"cannot fold {kind}")

    def into(self, kernel: FloatArray, bias: FloatArray) -> tuple[FloatArray, FloatArray]:
        """The layer as it acts on values before the chain; (out, height, width, in) and (out,)."""
        shift = np.broadcast_to(self.shift, kernel.shape[-1:])
        moved = np.einsum("ohwi,i->o", kernel, shift)
        return np.asarray(kernel * self.gain), np.asarray(bias + moved)


IDENTITY = Affine(np.ones(()), np.zeros(()))
