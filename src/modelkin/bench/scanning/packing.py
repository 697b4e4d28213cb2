"""Models packed as apps ship them: archives of several kinds, names that say nothing."""

import io
import shutil
import tarfile
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

_TIME = (2026, 1, 1, 0, 0, 0)


def pack(models: Sequence[Path], folder: Path) -> list[Path]:
    """Deal models out to seven packages, one after the other.

    A deflated APK, one that stores its models, an XAPK with an APK in it, an IPA, a wheel within
    a zip, a squeezed tar, and a plain folder. Each but the folder holds other files too.

    Args:
        models: model files.
        folder: where the packages are written.

    Returns:
        The packages that hold something.
    """
    made = []
    for place, (name, write) in enumerate(_KINDS.items()):
        share = models[place :: len(_KINDS)]
        if share:
            write(folder / name, [(f"resource_{at}", path) for at, path in enumerate(share)])
            made.append(folder / name)
    return made


_Members = Sequence[tuple[str, Path]]


def _zip(target: Path | io.BytesIO, files: dict[str, bytes], *, how: int) -> None:
    with zipfile.ZipFile(target, "w", how) as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name, _TIME)
            info.compress_type = how
            archive.writestr(info, content)


def _files(members: _Members, where: str) -> dict[str, bytes]:
    files = {f"{where}/{name}": path.read_bytes() for name, path in members}
    return {**files, "res/layout.xml": b"<view/>" * 1000, "classes.dex": b"dex\n035\0" * 500}


def _apk(target: Path, members: _Members) -> None:
    _zip(target, _files(members, "assets"), how=zipfile.ZIP_DEFLATED)


def _stored(target: Path, members: _Members) -> None:
    _zip(target, _files(members, "res/raw"), how=zipfile.ZIP_STORED)


def _xapk(target: Path, members: _Members) -> None:
    inner = io.BytesIO()
    _zip(inner, _files(members, "assets"), how=zipfile.ZIP_DEFLATED)
    _zip(target, {"base.apk": inner.getvalue(), "icon.png": b"\x89PNG"}, how=zipfile.ZIP_STORED)


def _ipa(target: Path, members: _Members) -> None:
    _zip(target, _files(members, "Payload/Main.app"), how=zipfile.ZIP_DEFLATED)


def _wheel(target: Path, members: _Members) -> None:
    inner = io.BytesIO()
    _zip(inner, _files(members, "package/data"), how=zipfile.ZIP_DEFLATED)
    _zip(target, {"dist/package-1-py3-none-any.whl": inner.getvalue()}, how=zipfile.ZIP_DEFLATED)


def _tar(target: Path, members: _Members) -> None:
    with tarfile.open(target, "w:gz", compresslevel=1) as archive:
        for name, content in _files(members, "opt/models").items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))


def _folder(target: Path, members: _Members) -> None:
    (target / "data").mkdir(parents=True)
    for name, path in members:
        shutil.copyfile(path, target / "data" / name)


_KINDS: dict[str, Callable[[Path, _Members], None]] = {
    "deflated.apk": _apk,
    "stored.apk": _stored,
    "nested.xapk": _xapk,
    "phone.ipa": _ipa,
    "archive.zip": _wheel,
    "image.tar.gz": _tar,
    "unpacked": _folder,
}
