"""Walking through a package and all that is packed in it, without trusting any of it."""

import hashlib
import io
import os
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, cast

from modelkin.apps.found import Candidate, Findings, Trail
from modelkin.apps.identity.names import is_note
from modelkin.apps.kinds.hints import hint_kind
from modelkin.apps.kinds.knowing import know
from modelkin.apps.kinds.suspecting import FIRST_BYTES, suspects
from modelkin.apps.kinds.zips import zip_kind
from modelkin.apps.limits import WalkLimits
from modelkin.apps.loose import may_be_weights
from modelkin.apps.meter import Meter, Metered, Packed
from modelkin.apps.refused import RefusedError
from modelkin.apps.tars import open_tar
from modelkin.apps.unpacking import archive_kind, require_small_directory, unpacked
from modelkin.apps.vault import Vault
from modelkin.records import Failed, Skipped
from modelkin.report.formatting import counted

_LONGEST_NOTE = 8 * 2**20
_ENCRYPTED = 0x1
_AGAIN = "take the file from its maker again, or unpack it elsewhere and scan the folder"
_UNREAD = ("7z", "rar")
_CHUNK = 1 << 20
_MOST_ROWS = 200


class Walk:
    """One walk through one app; what cannot be read becomes a row, and the walk goes on.

    Args:
        vault: where models are kept.
        limits: how much is looked into.
    """

    def __init__(self, vault: Vault, limits: WalkLimits) -> None:
        self.findings = Findings()
        self._vault = vault
        self._limits = limits
        self._meter = Meter(limits)

    def run(self, path: Path, name: str) -> Findings:
        """Walk through a file or folder.

        Args:
            path: where it is.
            name: what to call it.
        """
        trail = Trail((name,))
        try:
            if path.is_dir():
                self._folder(path, trail)
            else:
                self._guarded(trail, lambda: self._on_disk(path, trail, 0))
        except RefusedError as error:
            self._fail(trail, error)
        return self.findings

    def _folder(self, folder: Path, trail: Trail) -> None:
        for file in _files(folder):
            self._meter.entry()
            inner = trail.inside(os.fsencode(file.relative_to(folder)).decode("utf-8", "replace"))
            if file.is_symlink():
                continue  # it may lead anywhere
            self._guarded(inner, lambda file=file, inner=inner: self._on_disk(file, inner, 0))  # type: ignore[misc]

    def _guarded(self, trail: Trail, work: Callable[[], None]) -> None:
        """Do one piece of work; its failure is a row, unless the whole app is to be left."""
        try:
            work()
        except RefusedError as error:
            if error.whole:
                raise
            self._fail(trail, error)
        except Exception as error:  # noqa: BLE001 (a hostile file must not end the scan)
            self._fail(trail, error)

    def _on_disk(self, path: Path, trail: Trail, depth: int) -> None:
        """A file on disk is read where it is."""
        if not path.is_file():
            return
        self.findings.files += 1
        with path.open("rb") as file:
            head = _read(file, FIRST_BYTES)
            kind = archive_kind(head)
            if kind == "zip":
                self._zip(path, trail, depth, digest=None)
            elif kind is not None:
                file.seek(0)
                self._packed(kind, file, trail, depth, path.stat().st_size)
            else:
                self._plain(head, file, trail, path=path, size=path.stat().st_size)

    def _stream(self, stream: IO[bytes], trail: Trail, depth: int, size: int) -> None:
        """A file within an archive is read once, from front to back."""
        self.findings.files += 1
        head = _read(stream, FIRST_BYTES)
        kind = archive_kind(head)
        if kind == "zip":
            kept = self._vault.keep(head, stream)
            self._zip(kept.path, trail, depth, digest=kept.digest)
        elif kind is not None:
            whole = cast("IO[bytes]", io.BufferedReader(_Joined(head, stream)))
            self._packed(kind, whole, trail, depth, size)
        else:
            self._plain(head, stream, trail, path=None, size=size)

    def _plain(
        self, head: bytes, stream: IO[bytes], trail: Trail, *, path: Path | None, size: int
    ) -> None:
        if is_note(trail.name, trail.parts[-1]) and size <= _LONGEST_NOTE:
            self.findings.notes[trail] = head + _read(stream, _LONGEST_NOTE - len(head))
            return
        names = suspects(head)
        weights = not names and may_be_weights(trail.parts[-1])
        hint = None if names else hint_kind(trail.parts[-1], head, size)
        if hint == "empty":
            self._skip(
                trail, f"named like a model, and its {counted(size, 'byte')} are no known model"
            )
            return
        if not names and not weights and hint is None:
            return
        if not names and size > self._limits.file_bytes:
            self._skip(trail, f"named like a model, and its {size:,} bytes begin like no known one")
            return
        kept_path, digest, length = self._kept(head, stream, path)
        self._require_stated(size, length, path)
        kind = None
        for name in names:
            kind = kind or know(kept_path, name)
        kind = kind or hint
        found = Candidate(trail, kind or "", kept_path, digest, length)
        if kind is not None and not (weights and hint is not None):
            self.findings.candidates.append(found)
        elif weights:
            self.findings.loose.append(Candidate(trail, hint or "", kept_path, digest, length))
        elif path is None and not self._holds(kept_path):
            kept_path.unlink(missing_ok=True)

    def _holds(self, path: Path) -> bool:
        known = (*self.findings.candidates, *self.findings.loose)
        return any(one.path == path for one in known)

    def _kept(self, head: bytes, stream: IO[bytes], path: Path | None) -> tuple[Path, str, int]:
        if path is None:
            kept = self._vault.keep(head, stream)
            return kept.path, kept.digest, kept.size
        content, length = hashlib.sha256(head), len(head)
        while piece := stream.read(_CHUNK):
            content.update(piece)
            length += len(piece)
        return path, content.hexdigest(), length

    @staticmethod
    def _require_stated(stated: int, length: int, path: Path | None) -> None:
        if path is None and stated >= 0 and stated != length:
            raise RefusedError(
                f"the archive states {stated:,} bytes for it and holds {length:,}", hint=_AGAIN
            )

    def _packed(self, kind: str, stream: IO[bytes], trail: Trail, depth: int, size: int) -> None:
        if kind in _UNREAD:
            self._skip(trail, f"a {kind} archive, which is not looked into; unpack it first")
            return
        self._require_depth(trail, depth)
        if kind == "tar":
            self._tar(stream, trail, depth)
            return
        del size
        packed = Packed(stream)
        opened = unpacked(kind, cast("IO[bytes]", io.BufferedReader(packed)))
        inner = cast("IO[bytes]", io.BufferedReader(Metered(opened, self._meter, packed)))
        name = trail.name.rpartition(".")[0] or trail.name
        self._stream(inner, trail.inside(name), depth + 1, -1)

    def _require_depth(self, trail: Trail, depth: int) -> None:
        if depth >= self._limits.depth:
            raise RefusedError(
                f"archives are nested deeper than {self._limits.depth}, so this one is not opened",
                hint=f"unpack '{trail.name}' elsewhere and scan it by itself",
            )

    def _tar(self, stream: IO[bytes], trail: Trail, depth: int) -> None:
        with open_tar(stream) as archive:
            for member in archive:
                self._meter.entry()
                if not member.isreg():
                    continue  # links are not followed, devices not made
                inner = trail.inside(member.name)
                content = archive.extractfile(member)
                if content is None:
                    continue
                metered = Metered(content, self._meter, None)
                reader = cast("IO[bytes]", io.BufferedReader(metered))
                work = lambda reader=reader, inner=inner, size=member.size: self._stream(  # noqa: E731
                    reader, inner, depth + 1, size
                )
                self._guarded(inner, work)

    def _zip(self, path: Path, trail: Trail, depth: int, *, digest: str | None) -> None:
        require_small_directory(path)
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            kind = zip_kind(path, [one.filename for one in members])
            if kind is not None:
                digest = digest or _digest(path)
                found = Candidate(trail, kind, path, digest, path.stat().st_size)
                self.findings.candidates.append(found)
                return
            self._require_depth(trail, depth)
            packed = sum(one.compress_size for one in members)
            if packed > path.stat().st_size:
                raise RefusedError(
                    f"its files overlap: {packed:,} bytes in an archive of "
                    f"{path.stat().st_size:,}, which is how archive bombs are made",
                    hint="leave the file alone",
                )
            self.findings.archives[trail] = path
            self._members(archive, members, trail, depth)

    def _members(
        self,
        archive: zipfile.ZipFile,
        members: list[zipfile.ZipInfo],
        trail: Trail,
        depth: int,
    ) -> None:
        locked = 0
        for member in members:
            self._meter.entry()
            if member.is_dir():
                continue
            if member.flag_bits & _ENCRYPTED:
                locked += 1
                continue
            inner = trail.inside(member.filename)
            self._guarded(
                inner,
                lambda member=member, inner=inner: self._member(archive, member, inner, depth),  # type: ignore[misc]
            )
        if locked:
            self._skip(
                trail,
                f"{counted(locked, 'file')} of {len(members):,} in it need a password, so they "
                "are not looked into; unpack it with the password, and scan the folder",
            )

    def _member(
        self, archive: zipfile.ZipFile, member: zipfile.ZipInfo, trail: Trail, depth: int
    ) -> None:
        with archive.open(member) as content:
            metered = Metered(content, self._meter, member.compress_size)
            reader = cast("IO[bytes]", io.BufferedReader(metered, FIRST_BYTES))
            self._stream(reader, trail, depth + 1, member.file_size)

    def _skip(self, trail: Trail, reason: str) -> None:
        self.findings.skipped.append(Skipped(subject=str(trail), reason=reason))

    def _fail(self, trail: Trail, error: Exception) -> None:
        rows = self.findings.failed
        if len(rows) >= _MOST_ROWS:
            last = rows[-1]
            if not last.reason.startswith("more"):
                reason = f"more than {_MOST_ROWS} files cannot be read; the others are not listed"
                rows.append(
                    Failed(subject=trail.parts[0], error="Refused", reason=reason, hint=_AGAIN)
                )
            return
        if isinstance(error, RefusedError):
            name, reason, hint = "Refused", str(error), error.hint
        else:
            name, hint = type(error).__name__, _AGAIN
            reason = f"it cannot be read ({name}: {str(error)[:200] or 'no reason given'})"
        rows.append(Failed(subject=str(trail), error=name, reason=reason, hint=hint))


class _Joined(io.RawIOBase):
    """What was read already, and then the rest."""

    def __init__(self, head: bytes, rest: IO[bytes]) -> None:
        self._head, self._rest = head, rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type] # any writable buffer
        if self._head:
            piece, self._head = self._head[: len(view)], self._head[len(view) :]
        else:
            piece = self._rest.read(len(view))
        view[: len(piece)] = piece
        return len(piece)


def _files(folder: Path) -> Iterator[Path]:
    for here, folders, files in os.walk(folder):
        folders.sort()
        for name in sorted(files):
            yield Path(here) / name


def _read(stream: IO[bytes], size: int) -> bytes:
    pieces, missing = [], size
    while missing > 0 and (piece := stream.read(missing)):
        pieces.append(piece)
        missing -= len(piece)
    return b"".join(pieces)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
