"""What a model file says about its own inputs and outputs."""

from dataclasses import dataclass

from modelkin.records.columns import ColumnSpec
from modelkin.records.vocabulary import Access, OutputKind


@dataclass(frozen=True, kw_only=True)
class TensorSpec:
    """One input or output tensor, as the model itself declares it.

    Attributes:
        name: the tensor's own name.
        shape: sizes with the batch first; None where the file leaves them open.
        dtype: numpy name of the element type.
        scale: step of a quantized tensor, so that real = scale * (stored - zero_point).
        zero_point: stored value that means zero.
    """

    name: str
    shape: tuple[int | None, ...]
    dtype: str
    scale: float | None = None
    zero_point: int | None = None


@dataclass(frozen=True, kw_only=True)
class Signature:
    """Inputs and outputs of a model, before any convention is assumed.

    Attributes:
        inputs: input tensors; empty when the model accepts whatever it is given.
        outputs: output tensors; empty when unknown until the first answer.
        access: the most that the model shows.
        output: which numbers the answers are, where the file says it.
        metered: answers cost something, so that none is ever asked twice.
        rescales: the file itself begins by rescaling, so it wants raw 0..255 values.
        labels: class names, where the file holds them.
        columns: of a table, in the order of the input, as far as the file tells; empty or one
            for each.
        mean: subtracted from pictures in [0, 1], where the file says it: one, or one a channel.
        std: divided by, likewise.
        channels: "BGR" where the file says that it wants this order.
    """

    inputs: tuple[TensorSpec, ...] = ()
    outputs: tuple[TensorSpec, ...] = ()
    access: Access = Access.SCORES
    output: OutputKind | None = None
    metered: bool = False
    rescales: bool | None = None
    labels: tuple[str, ...] = ()
    columns: tuple[ColumnSpec, ...] = ()
    mean: tuple[float, ...] = ()
    std: tuple[float, ...] = ()
    channels: str | None = None
