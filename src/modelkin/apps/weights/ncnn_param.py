"""The description of an NCNN network: its layers and their parameters, text or binary."""

import struct
from dataclasses import dataclass

_MAGIC = 7767517
_MOST_LAYERS = 100_000
_LONGEST = 1 << 26
_END, _ARRAY, _TEXT = -233, -23300, -23400
# the layers that hold weights, as the binary form numbers them: the order never changes
NUMBERED = {
    2: "BatchNorm", 3: "Bias", 6: "Convolution", 8: "Deconvolution", 12: "Embed",
    15: "InnerProduct", 19: "MemoryData", 23: "PReLU", 29: "Scale", 38: "RNN", 39: "LSTM",
    42: "ConvolutionDepthWise", 46: "Normalize", 51: "DeconvolutionDepthWise",
    53: "InstanceNorm", 57: "Quantize", 58: "Dequantize", 63: "Requantize", 74: "Gemm",
    75: "GroupNorm", 76: "LayerNorm", 78: "GRU", 79: "MultiHeadAttention", 81: "Convolution1D",
    83: "ConvolutionDepthWise1D", 84: "Convolution3D", 85: "ConvolutionDepthWise3D",
    88: "Deconvolution1D", 89: "DeconvolutionDepthWise1D", 90: "Deconvolution3D",
    91: "DeconvolutionDepthWise3D", 93: "DeformableConv2D", 104: "RMSNorm",
}  # fmt: skip


@dataclass(frozen=True)
class Layer:
    """One layer: its type, and its whole-number parameters by number."""

    type: str
    about: dict[int, int]

    def get(self, number: int, default: int = 0) -> int:
        """A parameter."""
        return self.about.get(number, default)


def read_layers(buffer: memoryview) -> list[Layer]:
    """The layers in order; those without weights have no name in the binary form.

    Raises:
        ValueError: the description is damaged or absurdly long.
    """
    if len(buffer) > _LONGEST:
        raise ValueError("the description is too long")
    if len(buffer) > 3 and struct.unpack("<I", buffer[:4])[0] == _MAGIC:  # noqa: PLR2004
        return _binary(bytes(buffer))
    return _text(bytes(buffer))


def _text(content: bytes) -> list[Layer]:
    lines = content.decode("utf-8", "replace").splitlines()
    layers = []
    for line in lines[2:]:
        words = line.split()
        if len(words) < 4 or line.startswith("#"):  # noqa: PLR2004 (type, name, two counts)
            continue
        links = int(words[2]) + int(words[3])
        if links < 0:
            raise ValueError("the description is damaged")
        pairs = (word.partition("=") for word in words[4 + links :])
        layers.append(Layer(words[0], {int(key): _whole(held) for key, _, held in pairs if held}))
    return layers


def _whole(value: str) -> int:
    """Fractions and lists are no sizes."""
    try:
        return int(value)
    except ValueError:
        return 0


class _Words:
    """The binary form is a row of 32-bit words."""

    def __init__(self, content: bytes) -> None:
        self._words = struct.unpack(f"<{len(content) // 4}i", content[: len(content) // 4 * 4])
        self._place = 1

    def take(self) -> int:
        if self._place >= len(self._words):
            raise ValueError("the description is cut short")
        self._place += 1
        return int(self._words[self._place - 1])

    def skip(self, count: int) -> None:
        if count < 0:
            raise ValueError("the description is damaged")
        self._place += count


def _binary(content: bytes) -> list[Layer]:
    words = _Words(content)
    count, _ = words.take(), words.take()
    if not 0 < count <= _MOST_LAYERS:
        raise ValueError("it states more layers than fit")
    layers = []
    for _ in range(count):
        kind, bottoms, tops = words.take(), words.take(), words.take()
        words.skip(bottoms)
        words.skip(tops)
        about: dict[int, int] = {}
        while (key := words.take()) != _END:
            if key <= _TEXT:
                words.skip(-(-words.take() // 4))
            elif key <= _ARRAY:
                words.skip(words.take())
            else:
                about[key] = words.take()
        layers.append(Layer(NUMBERED.get(kind, ""), about))
    return layers
