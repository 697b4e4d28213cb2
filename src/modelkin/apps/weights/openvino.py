"""Weights of OpenVINO models: an XML file says where each tensor lies in the file beside it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from modelkin.apps.weights.raw import BFLOAT16, part, stored
from modelkin.apps.weights.tensor import Stored

WEIGHTS = "model.bin"
_TYPES = {
    "f64": "<f8", "f32": "<f4", "f16": "<f2", "bf16": BFLOAT16, "i8": "i1", "u8": "u1",
    "i32": "<i4", "i64": "<i8", "fp32": "<f4", "fp16": "<f2",
}  # fmt: skip
_CHUNK = 1 << 20
_LARGEST = 1 << 28
_MOST = 1_000_000


@dataclass
class _Constants:
    """What the XML says of its constants.

    Attributes:
        found: (type, shape, start, size) of each.
        layer: type and precision of the layer that is being read.
    """

    found: list[tuple[str, tuple[int, ...], int, int]] = field(default_factory=list)
    layer: tuple[str, str] = ("", "")

    def start(self, name: str, about: dict[str, str]) -> None:
        if name == "layer":
            self.layer = (about.get("type", ""), about.get("precision", ""))
        constant = name == "data" and self.layer[0] == "Const"
        # before IR 10 layers had weights and biases of their own
        if not (constant or name in {"weights", "biases"}) or "offset" not in about:
            return
        if len(self.found) >= _MOST:
            raise ValueError("it states more tensors than fit")
        kind = about.get("element_type") or about.get("precision") or self.layer[1]
        shape = tuple(int(one) for one in about.get("shape", "").split(",") if one.strip())
        self.found.append((kind.lower(), shape, int(about["offset"]), int(about.get("size", "0"))))


def tensors(buffer: memoryview, parts: Mapping[str, memoryview]) -> Iterator[Stored]:
    """The constants, in the file's order.

    Raises:
        ValueError: the file is damaged, or its weights are not beside it.
    """
    if WEIGHTS not in parts:
        raise ValueError("the .bin file with its weights is not beside it")
    for kind, shape, start, size in _read(buffer).found:
        yield stored(shape, part(parts[WEIGHTS], start, size), _TYPES.get(kind))


def _read(buffer: memoryview) -> _Constants:
    if len(buffer) > _LARGEST:
        raise ValueError("the XML file is too large")
    found = _Constants()
    parser = expat.ParserCreate()
    parser.StartElementHandler = found.start
    parser.StartDoctypeDeclHandler = _refuse
    try:
        for start in range(0, len(buffer), _CHUNK):
            parser.Parse(bytes(buffer[start : start + _CHUNK]), False)  # noqa: FBT003 (its API)
        parser.Parse(b"", True)  # noqa: FBT003
    except expat.ExpatError as error:
        raise ValueError(f"the XML is damaged: {error}") from error
    return found


def _refuse(*_: object) -> None:
    """Entities can make a small file grow without end, and no exporter writes any."""
    raise ValueError("it declares a document type")
