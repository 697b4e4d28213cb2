"""Seeds that nobody could choose: randomness that came after a commitment."""

import hashlib
import hmac
import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from modelkin.errors import UsageError

NONCE_BYTES = 32
_SALT = b"modelkin/seed/1"
_SEED_BYTES = 8
_LARGEST_SEED = (1 << 63) - 1
_LARGEST_BEACON = 1 << 20


def seed_from_beacon(commitment: str, beacon: bytes) -> int:
    """The seed that follows from a commitment and public randomness of after it.

    ``HKDF-SHA-256(salt="modelkin/seed/1", key=commitment + sha256(beacon), info="beacon")``
    (RFC 5869), 8 bytes, big-endian, the highest bit cleared.

    Args:
        commitment: sha256 of the commitment, hexadecimal.
        beacon: the randomness, byte for byte.
    """
    return _seed(bytes.fromhex(commitment) + hashlib.sha256(beacon).digest(), b"beacon")


def seed_from_digest(commitment: str, beacon_sha256: str) -> int:
    """The same where only the sha256 of the beacon is known."""
    return _seed(bytes.fromhex(commitment) + bytes.fromhex(beacon_sha256), b"beacon")


def seed_from_nonces(commitment: str, nonces: Sequence[bytes]) -> int:
    """The seed that follows from a commitment and a nonce of each party, in their order."""
    return _seed(bytes.fromhex(commitment) + b"".join(nonces), b"reveal")


def fresh_seed() -> int:
    """A seed that nobody could foresee."""
    return secrets.randbits(63)


def hkdf(key: bytes, *, salt: bytes, info: bytes, length: int) -> bytes:
    """HMAC-based key derivation with SHA-256 (Krawczyk and Eronen, RFC 5869)."""
    extracted = hmac.new(salt, key, hashlib.sha256).digest()
    block, out = b"", b""
    for counter in range(1, -(-length // hashlib.sha256().digest_size) + 1):
        block = hmac.new(extracted, block + info + bytes([counter]), hashlib.sha256).digest()
        out += block
    return out[:length]


def read_randomness(stated: str, *, what: str = "beacon") -> bytes:
    """The bytes of a file, or of a hexadecimal number.

    Raises:
        UsageError: it is neither, empty, or larger than 1 MiB.
    """
    path = Path(stated)
    if path.is_file():
        if path.stat().st_size > _LARGEST_BEACON:
            raise UsageError(f"the {what} '{stated}' is larger than 1 MiB", hint="name its hash")
        found = path.read_bytes()
    else:
        try:
            found = bytes.fromhex(stated)
        except ValueError as error:
            raise UsageError(
                f"the {what} is neither a file nor a hexadecimal number",
                hint=f"pass a file, whose bytes count, or an even number of digits: --{what} 1f0c",
            ) from error
    if not found:
        raise UsageError(f"the {what} is empty", hint="an empty one is known beforehand")
    return found


def make_nonce(out: Path) -> str:
    """Write a secret nonce, hexadecimal, readable by its owner only; return its sha256.

    Raises:
        UsageError: the file exists or cannot be written.
    """
    nonce = secrets.token_bytes(NONCE_BYTES)
    write_secret(out, nonce.hex() + "\n")
    return nonce_digest(nonce)


def read_nonce(stated: str) -> bytes:
    """A nonce from the file that ``make_nonce`` wrote, or from its digits.

    Raises:
        UsageError: it is no nonce.
    """
    path = Path(stated)
    text = path.read_text(encoding="ascii", errors="replace") if path.is_file() else stated
    try:
        found = bytes.fromhex(text.strip())
    except ValueError:
        found = b""
    if len(found) != NONCE_BYTES:
        raise UsageError(
            f"what was given to --reveal is no nonce of {NONCE_BYTES} bytes",
            hint="pass the file that 'modelkin commit --nonce' wrote, or its 64 digits",
        )
    return found


def nonce_digest(nonce: bytes) -> str:
    """What a party states of its nonce before it is revealed: the sha256 of its bytes."""
    return hashlib.sha256(nonce).hexdigest()


def write_secret(path: Path, text: str) -> None:
    """Write a file that only its owner may read; it must not exist.

    Raises:
        UsageError: it exists or cannot be written.
    """
    try:
        # made with its mode, so that nobody can read it in between
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise UsageError(
            f"'{path}' exists, and a secret is never overwritten", hint="name another file"
        ) from error
    except OSError as error:
        raise UsageError(
            f"'{path}' cannot be written: {error.strerror}", hint="name a file elsewhere"
        ) from error
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)


def _seed(key: bytes, info: bytes) -> int:
    drawn = hkdf(key, salt=_SALT, info=info, length=_SEED_BYTES)
    return int.from_bytes(drawn, "big") & _LARGEST_SEED
