"""Keys that seal evidence: ed25519, as PEM files that other tools read too."""

import hashlib
import os
import stat
from pathlib import Path
from typing import Any

from modelkin.errors import UsageError
from modelkin.models.extras import require
from modelkin.pipeline.drawing import write_secret

_ENVIRONMENT = "env:"
_HEX_DIGITS = 64


def make_key(out: Path) -> str:
    """Write a new private key to ``out`` and its public key to ``out`` + ``.pub``.

    Returns:
        The key id.

    Raises:
        UsageError: one of the files exists or cannot be written.
        MissingDependencyError: the extra ``sign`` is not installed.
    """
    serialization = _crypto("hazmat.primitives.serialization")
    key = _crypto("hazmat.primitives.asymmetric.ed25519").Ed25519PrivateKey.generate()
    public = key.public_key()
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    shown = public.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    beside = out.with_name(out.name + ".pub")
    if beside.exists():
        raise UsageError(f"'{beside}' exists, and is not overwritten", hint="name another file")
    write_secret(out, secret.decode())
    beside.write_bytes(shown)
    return key_id(raw_public(public))


def read_private(stated: str) -> Any:  # noqa: ANN401 (cryptography is optional, so untyped)
    """The private key in a file, or in an environment variable (``env:NAME``).

    Raises:
        UsageError: there is none, others may read it, or it is no ed25519 key.
        MissingDependencyError: the extra ``sign`` is not installed.
    """
    serialization = _crypto("hazmat.primitives.serialization")
    ed25519 = _crypto("hazmat.primitives.asymmetric.ed25519")
    try:
        key = serialization.load_pem_private_key(_pem(stated), password=None)
    except (ValueError, TypeError) as error:
        raise _no_key(stated, "no readable private key in PEM form without password") from error
    if not isinstance(key, ed25519.Ed25519PrivateKey):
        raise _no_key(stated, "a key of another kind than ed25519")
    return key


def read_public(stated: str) -> bytes:
    """The 32 bytes of a public key: a PEM file, or 64 hexadecimal digits.

    Raises:
        UsageError: it is neither.
        MissingDependencyError: a file is named and the extra ``sign`` is not installed.
    """
    text = stated.strip().lower()
    if len(text) == _HEX_DIGITS and not Path(stated).exists():
        try:
            return bytes.fromhex(text)
        except ValueError as error:
            raise _no_key(stated, "no hexadecimal number") from error
    path = Path(stated)
    if not path.is_file():
        raise UsageError(
            f"there is no public key '{stated}'",
            hint="name the .pub file of 'modelkin keygen', or give 64 hexadecimal digits",
        )
    serialization = _crypto("hazmat.primitives.serialization")
    try:
        key = serialization.load_pem_public_key(path.read_bytes())
    except (ValueError, TypeError) as error:
        raise _no_key(stated, "no readable public key in PEM form") from error
    if not isinstance(key, _crypto("hazmat.primitives.asymmetric.ed25519").Ed25519PublicKey):
        raise _no_key(stated, "a key of another kind than ed25519")
    return raw_public(key)


def raw_public(key: Any) -> bytes:  # noqa: ANN401 (cryptography is optional, so untyped)
    """The 32 bytes of a public key."""
    raw: bytes = key.public_bytes_raw()
    return raw


def key_id(public: bytes) -> str:
    """Short name of a public key: the first 16 hexadecimal digits of its sha256."""
    return hashlib.sha256(public).hexdigest()[:16]


def signature_holds(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether the key signed the message.

    Raises:
        MissingDependencyError: the extra ``sign`` is not installed.
    """
    ed25519 = _crypto("hazmat.primitives.asymmetric.ed25519")
    try:
        ed25519.Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (ValueError, _crypto("exceptions").InvalidSignature):
        return False
    return True


def _pem(stated: str) -> bytes:
    if stated.startswith(_ENVIRONMENT):
        name = stated.removeprefix(_ENVIRONMENT)
        held = os.environ.get(name)
        if not held:
            raise UsageError(
                f"the environment variable {name} holds no key",
                hint=f"export {name} with the content of the key file",
            )
        return held.encode()
    path = Path(stated)
    if not path.is_file():
        raise UsageError(
            f"there is no key file '{stated}'", hint="make one with 'modelkin keygen FILE'"
        )
    if os.name == "posix" and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise UsageError(
            f"others than you may read the key file '{stated}'", hint=f"chmod 600 {stated}"
        )
    return path.read_bytes()


def _crypto(module: str) -> Any:  # noqa: ANN401 (an optional package has no types here)
    return require(f"cryptography.{module}", "sign", what="a signature")


def _no_key(stated: str, what: str) -> UsageError:
    # a private key may stand where a file name was meant, so only a name is repeated
    named = f"'{stated}'" if Path(stated).is_file() or stated.startswith(_ENVIRONMENT) else "it"
    return UsageError(
        f"what was given as a key cannot be used: {named} holds {what}",
        hint="keys are made with 'modelkin keygen FILE'",
    )
