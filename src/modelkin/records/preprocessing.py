"""How canonical queries become a model's own tensors."""

from dataclasses import dataclass
from enum import StrEnum

from modelkin.records.columns import ColumnSpec
from modelkin.records.vocabulary import Modality


class Origin(StrEnum):
    """Where a statement about a model comes from."""

    FILE = "file"
    OVERRIDE = "override"
    INFERRED = "inferred"
    DEFAULT = "default"


@dataclass(frozen=True, kw_only=True)
class Preprocessing:
    """The way from the canonical query space to a model's input tensor.

    Canonical images are RGB, height x width x channel, 8-bit steps read as [0, 1]; a model's
    tensor holds ``(x - mean) / std``. Vectors use the same formula by column; where columns are
    known, mean and std lay -2..2 on their usual values, whole numbers are rounded, and a category
    is the one that the rounded value counts to, starting again after the last.

    Attributes:
        modality: kind of question.
        shape: query shape without the batch: (height, width) or (columns,).
        layout: "NHWC", "NCHW", "NHW" (no channel axis), or "ND" for rows; images may be "N" (flat).
        channels: "RGB", "BGR" or "GRAY".
        mean: subtracted, one entry or one per channel / column.
        std: divided by, likewise.
        dtype: numpy name of the tensor's element type.
        scale: quantization step of the input tensor, or None.
        zero_point: quantization zero of the input tensor, or None.
        tensor_shape: tensor shape without the batch; -1 where the file leaves it open.
        convention: short name of mean / std, such as "[-1,1]".
        origin: where mean and std come from.
        margin: how clearly an inferred convention won, 0..1; None when nothing was inferred.
        considered: (convention, score) of every candidate, best first.
        columns: what is known of the tensor's columns, in its order; empty or one for each.
        order: place in the query of each column of the tensor; empty for the same order.
    """

    modality: Modality
    shape: tuple[int, ...]
    layout: str
    channels: str = "RGB"
    mean: tuple[float, ...] = (0.0,)
    std: tuple[float, ...] = (1.0,)
    dtype: str = "float32"
    scale: float | None = None
    zero_point: int | None = None
    tensor_shape: tuple[int, ...] = ()
    convention: str = "[0,1]"
    origin: Origin = Origin.FILE
    margin: float | None = None
    considered: tuple[tuple[str, float], ...] = ()
    columns: tuple[ColumnSpec, ...] = ()
    order: tuple[int, ...] = ()
