"""A private folder for what is taken out of archives; no name in it comes from an archive."""

import hashlib
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

_CHUNK = 1 << 20
_SUFFIX = frozenset("abcdefghijklmnopqrstuvwxyz0123456789._-")


@dataclass(frozen=True)
class Kept:
    """A file in the vault.

    Attributes:
        path: where it is; its name is its sha256.
        digest: sha256 of its content, in hex.
        size: bytes.
    """

    path: Path
    digest: str
    size: int


class Vault:
    """Content-addressed files, removed with the folder.

    Args:
        folder: private to this scan.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def keep(self, head: bytes, rest: IO[bytes]) -> Kept:
        """Write a stream to a file named by its sha256.

        Args:
            head: what was already read of it.
            rest: what follows; read in pieces, so that memory stays small.
        """
        content = hashlib.sha256(head)
        handle, name = tempfile.mkstemp(dir=self._folder, prefix="incoming-")
        size = len(head)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(head)
                while piece := rest.read(_CHUNK):
                    content.update(piece)
                    file.write(piece)
                    size += len(piece)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        digest = content.hexdigest()
        path = self._folder / digest
        Path(name).replace(path)
        return Kept(path=path, digest=digest, size=size)

    def arrange(self, digest: str, files: Mapping[str, Path]) -> Path:
        """Lay files of one model beside each other, under names of our own choice.

        Args:
            digest: of the model, names the folder.
            files: name, from a fixed table of ours, to a file of the vault or the disk.

        Returns:
            The folder.
        """
        folder = self._folder / f"model-{digest}"
        for name, path in files.items():
            if not set(name.replace("/", "").lower()) <= _SUFFIX or ".." in name:
                raise ValueError(f"{name!r} is no name of ours")
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if not target.exists():
                os.link(path, target) if path.parent == self._folder else target.symlink_to(path)
        return folder
