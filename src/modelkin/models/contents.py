"""What a file is by its first bytes, so that a wrong ending misleads nobody."""

import re
import zipfile

_LENGTH = rb"[\x80-\xff]*[\x00-\x7f]"
_MESSAGES = rb"\x08[\x01-\x3f]\x12" + _LENGTH + rb"\x0a" + _LENGTH
_STARTS = tuple(
    (re.compile(pattern, re.DOTALL), kind)
    for pattern, kind in (
        (rb".{4}TFL3", "tflite"),
        (rb".{4}ORTM", "ort"),
        (rb"PK\x03\x04", "zip"),
        (rb"PAR1", "parquet"),
        (rb"\x93NUMPY", "npy"),
        (rb"\x89HDF\r\n\x1a\n", "hdf5"),
        (rb"CBM1", "catboost"),
        (rb"tree\r?\nversion=", "lightgbm"),
        # a JSON object, or the same in binary UBJSON, whose first key is "learner" or "version"
        (rb'\{\s*"(learner"\s*:\s*\{|version"\s*:\s*\[.*"learner")', "xgboost"),
        (rb"\{L\0{7}\x07(learner\{|version\[)", "xgboost"),
        # like ONNX a version and then the second field, but messages where that has a text
        (_MESSAGES + rb"\x0a", "coreml"),
        (_MESSAGES, "saved_model"),
        # atomic: tried in all ways, a page with many comments would take hours
        (rb"\s*+(?:<\?xml[^>]*>)?+\s*+(?:<!--(?>.*?-->)\s*+)*+<net\s", "openvino"),
        # torch.save before version 1.6
        (rb"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19\.", "torch"),
    )
)
_PICKLE = 0x80
_PICKLE_PROTOCOLS = range(2, 6)
_IR_VERSION = 0x08
_IR_VERSIONS = range(1, 64)
# keys of the ModelProto fields that can follow ir_version: producer, domain, version, graph, ...
_MODEL_KEYS = frozenset({0x12, 0x1A, 0x22, 0x28, 0x32, 0x3A, 0x42, 0x72, 0xA2, 0xCA})
_SHORTEST = 3
_SAFETENSORS_BRACE = 8
_LONGEST_HEADER = 100_000_000


def content_kind(first_bytes: bytes) -> str | None:
    """Name what the bytes are: a container or model format, or None when they tell nothing."""
    for start, kind in _STARTS:
        if start.match(first_bytes):
            return kind
    if len(first_bytes) < _SHORTEST:
        return None
    if _is_safetensors(first_bytes):
        return "safetensors"
    if first_bytes[0] == _PICKLE and first_bytes[1] in _PICKLE_PROTOCOLS:
        return "pickle"
    begins_model = first_bytes[0] == _IR_VERSION and first_bytes[1] in _IR_VERSIONS
    return "onnx" if begins_model and first_bytes[2] in _MODEL_KEYS else None


def _is_safetensors(first_bytes: bytes) -> bool:
    """A header's length in eight bytes, then the header, which is JSON."""
    length = int.from_bytes(first_bytes[:_SAFETENSORS_BRACE], "little")
    brace = first_bytes[_SAFETENSORS_BRACE : _SAFETENSORS_BRACE + 1] == b"{"
    return brace and 2 <= length <= _LONGEST_HEADER  # noqa: PLR2004 ("{}")


def zip_names(location: str) -> tuple[str, ...]:
    """List the members of a zip archive; nothing when it cannot be read as one.

    An archive cut short can still end in an archive that it holds, and readers differ on which of
    two members of one name counts; neither is read.
    """
    try:
        with zipfile.ZipFile(location) as archive:
            names = tuple(archive.namelist())
            starts = min((member.header_offset for member in archive.infolist()), default=0)
            return names if starts == 0 and len(set(names)) == len(names) else ()
    except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError):
        return ()
