"""From what a walk found to whose app it is."""

import email.parser
import json
import plistlib
import zipfile
from collections.abc import Callable
from pathlib import Path

from modelkin.apps.found import Findings, Trail
from modelkin.apps.identity.android import binary_manifest, bundle_manifest, needs_library
from modelkin.apps.identity.app_identity import AppIdentity
from modelkin.apps.identity.signer import block_signer, pkcs7_signer
from modelkin.errors import ModelkinError

_LONGEST = 200
_INSTALL = "package name and version need an extra: pip install 'modelkin[apps]'"
Read = Callable[[bytes], AppIdentity]


def identify_app(path: Path, findings: Findings) -> AppIdentity:
    """Whose app it is; of nested packages the outermost that says so.

    Args:
        path: the app.
        findings: of the walk through it.
    """
    plain = AppIdentity(sort="folder" if path.is_dir() else path.suffix.lower().lstrip("."))
    for trail in sorted(findings.notes, key=lambda one: (len(one.parts), one.parts)):
        reader = _reader(trail)
        if reader is None:
            continue
        try:
            found = reader(findings.notes[trail])
        except Exception as error:  # noqa: BLE001 (a hostile manifest must not end the scan)
            plain = AppIdentity(sort=plain.sort, note=str(error)[:_LONGEST])
            continue
        if found.package:
            return _signed(found, trail, findings)
        plain = found if found.note else plain
    return plain


def _reader(trail: Trail) -> Read | None:
    name = trail.parts[-1]
    if name == "AndroidManifest.xml":
        return _apk
    if name.endswith("manifest/AndroidManifest.xml"):
        return _aab
    if name.endswith("Info.plist"):
        return _ipa
    if name == "manifest.json":
        return _json
    if name.endswith("MANIFEST.MF"):
        return _jar
    return _wheel if name.endswith("METADATA") else None


def _apk(content: bytes) -> AppIdentity:
    if needs_library():
        return AppIdentity(sort="apk", note=_INSTALL)
    found = binary_manifest(content)
    return _android("apk", found)


def _aab(content: bytes) -> AppIdentity:
    return _android("aab", bundle_manifest(content))


def _android(sort: str, found: dict[str, str]) -> AppIdentity:
    version = found.get("versionName") or found.get("versionCode", "")
    return AppIdentity(sort=sort, package=_cut(found.get("package")), version=_cut(version))


def _ipa(content: bytes) -> AppIdentity:
    found = plistlib.loads(content)
    version = found.get("CFBundleShortVersionString") or found.get("CFBundleVersion")
    return AppIdentity(
        sort="ipa", package=_cut(found.get("CFBundleIdentifier")), version=_cut(version)
    )


def _json(content: bytes) -> AppIdentity:
    """An XAPK's table of contents, or that of a container image."""
    found = json.loads(content)
    if isinstance(found, list):
        tags = found[0].get("RepoTags") or [""]
        package, _, version = str(tags[0]).rpartition(":")
        return AppIdentity(sort="image", package=_cut(package), version=_cut(version))
    version = found.get("version_name") or found.get("version_code")
    return AppIdentity(sort="xapk", package=_cut(found.get("package_name")), version=_cut(version))


def _jar(content: bytes) -> AppIdentity:
    found = email.parser.BytesParser().parsebytes(content, headersonly=True)
    name = found["Bundle-SymbolicName"] or found["Implementation-Title"]
    version = found["Bundle-Version"] or found["Implementation-Version"]
    return AppIdentity(sort="jar", package=_cut(name), version=_cut(version))


def _wheel(content: bytes) -> AppIdentity:
    found = email.parser.BytesParser().parsebytes(content, headersonly=True)
    return AppIdentity(sort="wheel", package=_cut(found["Name"]), version=_cut(found["Version"]))


def _signed(found: AppIdentity, trail: Trail, findings: Findings) -> AppIdentity:
    """The same with the signer of the archive that said it."""
    if found.sort not in {"apk", "aab", "jar"}:
        return found
    try:
        signer = _signer(trail, findings)
    except (ModelkinError, ValueError, OSError, zipfile.BadZipFile) as error:
        return AppIdentity(
            sort=found.sort,
            package=found.package,
            version=found.version,
            note=str(getattr(error, "hint", error))[:_LONGEST],
        )
    return AppIdentity(sort=found.sort, package=found.package, version=found.version, signer=signer)


def _signer(trail: Trail, findings: Findings) -> str:
    archive = Trail(trail.parts[:-1])
    path = findings.archives.get(archive)
    signer = block_signer(path) if path is not None else ""
    if signer:
        return signer
    for other, content in findings.notes.items():
        ending = other.parts[-1].rpartition(".")[2]
        if other.parts[:-1] == archive.parts and ending in {"RSA", "DSA", "EC"}:
            return pkcs7_signer(content)
    return ""


def _cut(value: object) -> str:
    return str(value)[:_LONGEST] if value is not None else ""
