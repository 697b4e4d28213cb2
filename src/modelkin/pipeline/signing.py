"""Sealing an evidence file: signatures inside the zip over the sha256 of its manifest.

The manifest holds the sha256 of every other file, so one signature vouches for all of them. A
file may carry several signatures, one a key: both parties and an examiner can sign one file.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from modelkin.errors import MissingDependencyError, SealError
from modelkin.pipeline.keys import key_id, raw_public, read_private, signature_holds
from modelkin.pipeline.members import corrupt, read_members, write_members

MANIFEST = "manifest.json"
FOLDER = "signatures/"
_SCHEMA = "modelkin/signature/1"


@dataclass(frozen=True, kw_only=True)
class Signer:
    """One signature of an evidence file.

    Attributes:
        key_id: first 16 hexadecimal digits of the sha256 of the public key.
        public: the 32 bytes of the public key.
        checked: the signature holds; False only where the extra ``sign`` is not installed.
    """

    key_id: str
    public: bytes
    checked: bool


def sign_evidence(path: Path, key: str) -> str:
    """Add a signature to an evidence file; the same key signs it once.

    Args:
        path: the evidence file, changed in place.
        key: file of a private key, or ``env:NAME``.

    Returns:
        The id of the key.

    Raises:
        UsageError: there is no such file, or the key cannot be used.
        CorruptFileError: it is no evidence file, or was altered.
        SealError: a signature that it carries already does not hold.
        MissingDependencyError: the extra ``sign`` is not installed.
    """
    private = read_private(key)
    files = read_members(path)
    require_whole(path, files)
    signers(path, files)
    public = raw_public(private.public_key())
    name = key_id(public)
    digest = hashlib.sha256(files[MANIFEST]).hexdigest()
    signature: bytes = private.sign(_message(digest))
    files[f"{FOLDER}{name}.json"] = _canonical(
        {
            "schema": _SCHEMA,
            "algorithm": "ed25519",
            "key_id": name,
            "public_key": public.hex(),
            "manifest_sha256": digest,
            "signature": signature.hex(),
        }
    )
    write_members(path, files)
    return name


def require_whole(path: Path, files: Mapping[str, bytes]) -> dict[str, Any]:
    """Check that the files are those of the manifest, and return it.

    Raises:
        CorruptFileError: a file was altered, is missing, or was added.
    """
    try:
        manifest: dict[str, Any] = json.loads(files[MANIFEST])
        listed: dict[str, str] = manifest["sha256"]
        for name, digest in listed.items():
            if hashlib.sha256(files[name]).hexdigest() != digest:
                raise corrupt(path, f"{name} was altered")
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise corrupt(path, f"its manifest does not fit ({error})") from error
    added = [name for name in files if name not in {MANIFEST, *listed}]
    added = [name for name in added if not name.startswith(FOLDER)]
    if added:
        raise corrupt(path, f"it holds '{added[0]}', which its manifest does not name")
    return manifest


def signers(path: Path, files: Mapping[str, bytes]) -> tuple[Signer, ...]:
    """Who signed, every signature checked.

    Raises:
        SealError: a signature does not hold.
    """
    digest = hashlib.sha256(files[MANIFEST]).hexdigest()
    sealed = sorted(name for name in files if name.startswith(FOLDER))
    return tuple(_signer(path, name, files[name], digest) for name in sealed)


def signers_of(path: Path) -> tuple[Signer, ...]:
    """Who signed an evidence file.

    Raises:
        UsageError: there is no such file.
        CorruptFileError: damaged or altered.
        SealError: a signature does not hold.
    """
    files = read_members(path)
    require_whole(path, files)
    return signers(path, files)


def require_signer(path: Path, public: bytes) -> None:
    """Insist on a signature by a key.

    Raises:
        SealError: the file is unsigned, signed by others, or a signature does not hold.
        MissingDependencyError: the extra ``sign`` is not installed.
    """
    found = signers_of(path)
    wanted = key_id(public)
    if not found:
        raise SealError(
            f"'{path}' is not signed, and a signature by key {wanted} was asked for",
            hint="ask for the signed file; without --key it is read as it is",
        )
    mine = [one for one in found if one.public == public]
    if not mine:
        others = ", ".join(one.key_id for one in found)
        raise SealError(
            f"'{path}' is signed by key {others}, not by {wanted}",
            hint="check whose public key was given; anybody can sign a file with a key of their "
            "own",
        )
    if not mine[0].checked:
        raise MissingDependencyError(
            "a signature needs the package cryptography to be checked",
            hint="pip install 'modelkin[sign]'",
        )


def _signer(path: Path, name: str, content: bytes, digest: str) -> Signer:
    try:
        stated: dict[str, str] = json.loads(content)
        public, signature = (bytes.fromhex(stated[key]) for key in ("public_key", "signature"))
        fits = (
            _canonical(stated) == content
            and stated["schema"] == _SCHEMA
            and stated["algorithm"] == "ed25519"
            and stated["key_id"] == key_id(public)
            and name == f"{FOLDER}{key_id(public)}.json"
        )
        about = stated["manifest_sha256"]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _broken(path, name, "it cannot be read") from error
    if not fits:
        raise _broken(path, name, "its fields contradict each other")
    if about != digest:
        raise _broken(path, name, "the manifest was changed after it was signed")
    try:
        holds = signature_holds(public, signature, _message(digest))
    except MissingDependencyError:
        return Signer(key_id=key_id(public), public=public, checked=False)
    if not holds:
        raise _broken(path, name, f"key {key_id(public)} did not sign this manifest")
    return Signer(key_id=key_id(public), public=public, checked=True)


def _message(manifest_sha256: str) -> bytes:
    # named, so that a signature made for another purpose can never pass for one of these
    return f"{_SCHEMA}\n{manifest_sha256}\n".encode()


def _canonical(content: Mapping[str, str]) -> bytes:
    return json.dumps(content, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def _broken(path: Path, name: str, why: str) -> SealError:
    return SealError(
        f"the signature '{name}' in '{path}' does not hold: {why}",
        hint="the file is not what was signed; ask for the original",
    )
