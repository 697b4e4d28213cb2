"""From the first bytes of a file: which kinds it may be. Cheap, since every file is asked."""

import re
import struct
import zlib
from collections.abc import Callable

from modelkin.apps.protobuf import LENGTH, fields
from modelkin.models.contents import content_kind

FIRST_BYTES = 4096
_BY_CONTENT = {
    "tflite": "tflite",
    "ort": "ort",
    "hdf5": "keras_hdf5",
    "catboost": "catboost",
    "lightgbm": "lightgbm",
    "xgboost": "xgboost",
    "openvino": "openvino",
    "torch": "torch_weights",
    "safetensors": "safetensors",
    "pickle": "pickle",
}
_STARTS = tuple(
    (re.compile(pattern, re.DOTALL | re.MULTILINE), kind)
    for pattern, kind in (
        (rb".{4}ET1[0-9]", "executorch"),
        (rb"GGUF[\x01-\x0f]\0\0\0|GGUF\0\0\0[\x01-\x0f]", "gguf"),
        (rb"lmgg|fmgg|tjgg", "ggml"),
        (rb"7767517\s", "ncnn"),
        (rb"\xdd\x85\x76\x00", "ncnn"),
        (
            rb"\xef\xbb\xbf\s*+(?:<\?xml[^>]*>)?+\s*+(?:<!--(?>.*?-->)\s*+)*+<net\s",
            "openvino",
        ),
        (rb"program\(\d+\.\d+\)", "coreml_compiled"),
        (rb'\s*+\{[^{]{0,400}"storage"\s*:\s*"[^"]*espresso', "coreml_compiled"),
        (rb"binf", "xgboost_binary"),
        (rb"[\x01\x02]\x00(?=[!-~])[ -~\x00]{16}.{4}\x00{4}", "paddle_lite"),
    )
)
_LAYER = re.compile(rb"^[ \t]*+layers?[ \t]*+\{", re.MULTILINE)
_CAFFE_TEXT = re.compile(rb"\s*+(?:#[^\n]*+\n\s*+)*+(name|input|layers?)[ \t]*+[:{]")
_ZLIB = {b"\x01", b"\x5e", b"\x9c", b"\xda"}
_PROTOBUF = {0x08, 0x0A}
_LEAST_FIELDS = 9  # of MNN's outermost table, up to its list of tensor names
_MOST_FIELDS = 40


def suspects(head: bytes) -> tuple[str, ...]:
    """Names of the kinds that the content may be; ``protobuf`` stands for five of them.

    Args:
        head: the first 4096 bytes, or the whole file.
    """
    known = content_kind(head)
    if known in _BY_CONTENT:
        return (_BY_CONTENT[known],)
    for start, kind in _STARTS:
        if start.match(head):
            return (kind,)
    return next(((kind,) for kind, holds in _UNMARKED.items() if holds(head)), ())


def _holds_pickle(head: bytes) -> bool:
    if head[:1] != b"\x78" or head[1:2] not in _ZLIB:
        return False
    try:
        start = zlib.decompressobj().decompress(head, 16)
    except zlib.error:
        return False
    return content_kind(start.ljust(3, b"\0")) == "pickle"


def _may_be_protobuf(head: bytes) -> bool:
    """The first fields fit one of the messages that models are written as."""
    if not head or head[0] not in _PROTOBUF:
        return False
    seen: list[tuple[int, int]] = []
    try:
        for field in fields(head):
            seen.append((field.number, field.wire))
            if len(seen) > 8:  # noqa: PLR2004 (enough to tell)
                break
            if field.number == 1 and field.wire == LENGTH:
                return _node_or_name(head[field.start : field.end])
    except ValueError:
        pass
    if head[0] == 0x0A:  # noqa: PLR2004 (the first field is longer than the head)
        return _node_or_name(_rest_of_first(head))
    return bool(seen) and seen[0] == (1, 0) and all(0 < number < 3000 for number, _ in seen)  # noqa: PLR2004 (the highest of Core ML)


def _rest_of_first(head: bytes) -> bytes:
    place = 1
    while place < len(head) and head[place] & 0x80:
        place += 1
    return head[place + 1 :]


def _node_or_name(content: bytes) -> bool:
    """A node of a graph begins with its name; the name of a network is plain text."""
    if content[:1] == b"\x0a":
        return True
    return 0 < len(content) < 256 and content.isascii() and content.decode().isprintable()  # noqa: PLR2004 (no name is longer)


def _may_be_mnn(head: bytes) -> bool:
    """A flatbuffer whose outermost table has as many fields as MNN's."""
    if len(head) < 64:  # noqa: PLR2004 (no model is smaller)
        return False
    (root,) = struct.unpack_from("<I", head)
    if not 8 <= root < len(head) - 4 or root % 2:  # noqa: PLR2004
        return False
    vtable = root - struct.unpack_from("<i", head, root)[0]
    if not 4 <= vtable < len(head) - 4:  # noqa: PLR2004
        return False
    size, inline = struct.unpack_from("<HH", head, vtable)
    count = (size - 4) // 2
    if size % 2 or not _LEAST_FIELDS - 1 <= count <= _MOST_FIELDS or not 8 <= inline <= 512:  # noqa: PLR2004
        return False
    if vtable + size > len(head):
        return False
    shifts = struct.unpack_from(f"<{count}H", head, vtable + 4)
    return all(shift < inline for shift in shifts) and bool(shifts[3]) and bool(shifts[7])


def _is_caffe_text(head: bytes) -> bool:
    return b"\0" not in head and bool(_LAYER.search(head) and _CAFFE_TEXT.match(head))


_UNMARKED: dict[str, Callable[[bytes], bool]] = {
    "pickle": _holds_pickle,
    "protobuf": _may_be_protobuf,
    "mnn": _may_be_mnn,
    "caffe_text": _is_caffe_text,
}
