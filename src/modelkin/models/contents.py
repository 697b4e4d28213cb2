"""What a file is by its first bytes, so that a wrong ending misleads nobody."""

import zipfile

_TFLITE = b"TFL3"
_ORT = b"ORTM"
_STARTS = (
    (b"PK\x03\x04", "zip"),
    (b"PAR1", "parquet"),
    (b"\x93NUMPY", "npy"),
    (b"\x89HDF\r\n\x1a\n", "hdf5"),
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
    magic = first_bytes[4:8]
    if magic == _TFLITE:
        return "tflite"
    if magic == _ORT:
        return "ort"
    for start, kind in _STARTS:
        if first_bytes.startswith(start):
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
