"""How an image processor of transformers feeds pictures, read from its JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_BYTE = 255.0


@dataclass(frozen=True)
class Feeding:
    """Size and scaling of pictures.

    Attributes:
        size: height and width; None where nothing says it.
        mean: subtracted from pictures in [0, 1]; empty where nothing says it.
        std: divided by, likewise.
        channels: "BGR" when the processor swaps the channels.
    """

    size: tuple[int | None, int | None]
    mean: tuple[float, ...] = ()
    std: tuple[float, ...] = ()
    channels: str | None = None


def feeding(processor: Mapping[str, Any], image_size: Any) -> Feeding:  # noqa: ANN401 (JSON)
    """Read size and scaling.

    Args:
        processor: preprocessor_config.json; empty when there is none.
        image_size: what the model's own configuration says, if anything.
    """
    crops = processor.get("do_center_crop") and processor.get("crop_size")
    resizes = processor.get("do_resize", True) and processor.get("size")
    size = _size(crops or resizes or image_size)
    if not processor:
        return Feeding(size=size)
    factor = float(processor.get("rescale_factor", 1 / _BYTE))
    gain = _BYTE * factor if processor.get("do_rescale", True) else _BYTE
    normalizes = processor.get("do_normalize", "image_mean" in processor)
    mean = _numbers(processor.get("image_mean"), 0.0) if normalizes else (0.0,)
    std = _numbers(processor.get("image_std"), 1.0) if normalizes else (1.0,)
    return Feeding(
        size=size,
        mean=tuple(value / gain for value in mean),
        std=tuple(value / gain for value in std),
        channels="BGR" if processor.get("do_flip_channel_order") else None,
    )


def _numbers(value: Any, default: float) -> tuple[float, ...]:  # noqa: ANN401 (JSON)
    found = value if isinstance(value, list) else [default if value is None else value]
    numbers = tuple(float(one) for one in found)
    return numbers[:1] if len(set(numbers)) == 1 else numbers


def _size(value: Any) -> tuple[int | None, int | None]:  # noqa: ANN401 (JSON)
    if isinstance(value, Mapping):
        if "height" in value and "width" in value:
            return int(value["height"]), int(value["width"])
        value = value.get("shortest_edge")
    if isinstance(value, (list, tuple)) and len(value) == 2:  # noqa: PLR2004 (height and width)
        return int(value[0]), int(value[1])
    return (value, value) if isinstance(value, int) else (None, None)
