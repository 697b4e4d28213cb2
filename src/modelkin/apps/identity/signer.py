"""The certificate that an Android package is signed with."""

import hashlib
import struct
import warnings
from collections.abc import Mapping
from pathlib import Path

from modelkin.models.extras import require

_MAGIC = b"APK Sig Block 42"
_SCHEMES = (0x1B93AD61, 0xF05368C0, 0x7109871A)  # versions 3.1, 3 and 2
_END = b"PK\x05\x06"
_TAIL = 66_000
_LARGEST = 32 * 2**20


def block_signer(path: Path) -> str:
    """sha256 of the certificate in the signing block of versions 2 and 3; empty without one.

    The signature itself is not checked.

    Raises:
        ValueError: the block is damaged.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - _TAIL))
        tail = file.read()
        place = tail.rfind(_END)
        if place < 0 or place + 20 > len(tail):
            return ""
        (directory,) = struct.unpack_from("<I", tail, place + 16)
        if not 32 <= directory <= size:  # noqa: PLR2004 (the block's own head)
            return ""
        file.seek(directory - 24)
        foot = file.read(24)
        if foot[8:] != _MAGIC:
            return ""
        (length,) = struct.unpack("<Q", foot[:8])
        if not 24 <= length <= min(_LARGEST, directory):  # noqa: PLR2004
            raise ValueError("the signing block is longer than the file")
        file.seek(directory - length)
        block = file.read(length - 24)
    return _certificate(block)


def pkcs7_signer(content: bytes) -> str:
    """The same from the older signature of jar files.

    Raises:
        MissingDependencyError: cryptography is not installed.
        ValueError: it is none.
    """
    pkcs7 = require(
        "cryptography.hazmat.primitives.serialization.pkcs7", "apps", what="the signer of an app"
    )
    encoding = require("cryptography.hazmat.primitives.serialization", "apps").Encoding.DER
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # old tools wrote BER where the standard wants DER
        found = pkcs7.load_der_pkcs7_certificates(content)
    return hashlib.sha256(found[0].public_bytes(encoding)).hexdigest() if found else ""


def _certificate(block: bytes) -> str:
    """Pairs of length, id and value; a value holds signers, each with its signed certificates."""
    pairs: dict[int, bytes] = {}
    place = 0
    while place + 12 <= len(block):
        (length,) = struct.unpack_from("<Q", block, place)
        if length < 4 or place + 8 + length > len(block):  # noqa: PLR2004 (the id)
            raise ValueError("the signing block is damaged")
        (name,) = struct.unpack_from("<I", block, place + 8)
        pairs[name] = block[place + 12 : place + 8 + length]
        place += 8 + length
    value = _first(pairs)
    if not value:
        return ""
    signed = _piece(_piece(_piece(value, 0), 0), 0)
    _, after = _sized(signed, 0)  # digests come first
    certificate = _piece(_piece(signed, after), 0)
    return hashlib.sha256(certificate).hexdigest()


def _first(pairs: Mapping[int, bytes]) -> bytes:
    return next((pairs[name] for name in _SCHEMES if name in pairs), b"")


def _sized(content: bytes, place: int) -> tuple[bytes, int]:
    if place + 4 > len(content):
        raise ValueError("the signing block is cut short")
    (length,) = struct.unpack_from("<I", content, place)
    end = place + 4 + length
    if end > len(content):
        raise ValueError("the signing block is cut short")
    return content[place + 4 : end], end


def _piece(content: bytes, place: int) -> bytes:
    return _sized(content, place)[0]
