"""Files that no format knows, though name or place say that they are models."""

import math
import re
from collections import Counter

_ENDING = re.compile(
    r"\.(tflite|lite|onnx|ort|ptl?|pt2|pth|pte|keras|h5|mnn|nb|ncnn|param|mlmodel|caffemodel|gguf|"
    r"ggml|safetensors|pb|model|mdl|dlc|weights|net|enc|tmfile|rknn|om|hef|xmodel)(\.enc|\.crypt)?$",
    re.IGNORECASE,
)
_WORD = re.compile(
    r"(^|[/_.\-])(models?|weights?|neural|nets?|tflite|onnx|mnn|ncnn|detector|classifier|"
    r"embedding|encoder|decoder|recogni[sz]er)([/_.\-0-9]|$)",
    re.IGNORECASE,
)
_ONLY = re.compile(
    r"\.(tflite|onnx|ort|ptl|pt2|pte|keras|mnn|mlmodel|caffemodel|gguf|ggml|safetensors|rknn|dlc)$",
    re.IGNORECASE,
)
_OPAQUE = re.compile(r"(\.(bin|dat|data|bytes|enc|crypt|aes|raw)|(^|/)[^./]+)$", re.IGNORECASE)
_LEAST = 1024
_KNOWN = (
    b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"OggS", b"ID3", b"\xff\xfb", b"fLaC", b"dex\n",
    b"\x7fELF", b"PK\x03\x04", b"\x1f\x8b", b"wOF", b"BZh", b"7z\xbc\xaf", b"Rar!", b"%PDF",
    b"\x28\xb5\x2f\xfd", b"\xfd7zXZ", b"\x00\x00\x01\x00", b"SQLite", b"UnityFS", b"MZ",
)  # fmt: skip
_PER_BYTE = 256
_TYPE_BOX = slice(4, 8)


def hint_kind(name: str, head: bytes, size: int) -> str | None:
    """``encrypted``, ``unknown``, ``empty``, or None when nothing says that it is a model.

    ``empty`` is a file with the ending of a model, too small to be one.

    Nothing is guessed about the content: random bytes are what encrypted, and well compressed,
    files consist of.

    Args:
        name: its path in the archive.
        head: the first 4096 bytes.
        size: of the file, as far as known.
    """
    named = _ENDING.search(name) is not None
    placed = _WORD.search(name) is not None and _OPAQUE.search(name) is not None
    if 0 <= size < _LEAST and _ONLY.search(name) is not None:
        return "empty"
    if 0 <= size < _LEAST or not (named or placed) or _is_other(head):
        return None
    if looks_random(head):
        return "encrypted"
    return "unknown" if named and b"\0" in head else None


def looks_random(head: bytes) -> bool:
    """The bytes are spread as evenly as chance would: a chi-square within 6 deviations."""
    if len(head) < _LEAST:
        return False
    expected = len(head) / _PER_BYTE
    counts = Counter(head)
    chi = sum((counts.get(byte, 0) - expected) ** 2 for byte in range(_PER_BYTE)) / expected
    degrees = _PER_BYTE - 1
    return abs(chi - degrees) <= 6 * math.sqrt(2 * degrees)


def _is_other(head: bytes) -> bool:
    return head.startswith(_KNOWN) or head[_TYPE_BOX] == b"ftyp"
