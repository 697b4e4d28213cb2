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
        (rb"\s*(<\?xml[^>]*\?>)?\s*(<!--.*?-->\s*)*<net\s", "openvino"),
    )
)
_PICKLE = 0x80
_PICKLE_PROTOCOLS = range(2, 6)
_IR_VERSION = 0x08
_IR_VERSIONS = range(1, 64)
# keys of the ModelProto fields that can follow ir_version: producer, domain, version, graph, ...
_MODEL_KEYS = frozenset({0x12, 0x1A, 0x22, 0x28, 0x32, 0x3A, 0x42, 0x72, 0xA2, 0xCA})
_SHORTEST = 3


def content_kind(first_bytes: bytes) -> str | None:
    """Name what the bytes are: a container or model format, or None when they tell nothing."""
    for start, kind in _STARTS:
        if start.match(first_bytes):
            return kind
    if len(first_bytes) < _SHORTEST:
        return None
    if first_bytes[0] == _PICKLE and first_bytes[1] in _PICKLE_PROTOCOLS:
        return "pickle"
    begins_model = first_bytes[0] == _IR_VERSION and first_bytes[1] in _IR_VERSIONS
    return "onnx" if begins_model and first_bytes[2] in _MODEL_KEYS else None


def zip_names(location: str) -> tuple[str, ...]:
    """List the members of a zip archive; nothing when it cannot be read as one."""
    try:
        with zipfile.ZipFile(location) as archive:
            return tuple(archive.namelist())
    except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError):
        return ()
