import datetime as dt
import hashlib
import plistlib
import struct
import zipfile
from pathlib import Path

import pytest
from tests.apps.making import field, manifest_bytes, tarred, zipped

from modelkin.apps.identity.android import binary_manifest, bundle_manifest
from modelkin.apps.identity.app_identity import AppIdentity
from modelkin.apps.identity.identifying import identify_app
from modelkin.apps.identity.signer import block_signer, pkcs7_signer
from modelkin.apps.limits import WalkLimits
from modelkin.apps.vault import Vault
from modelkin.apps.walking import Walk
from modelkin.testing.extras import needs_extra


def identity(tmp_path: Path, name: str, content: bytes) -> AppIdentity:
    file = tmp_path / name
    file.write_bytes(content)
    return identify_app(file, Walk(Vault(tmp_path / "vault"), WalkLimits()).run(file, name))


def sized(content: bytes) -> bytes:
    return struct.pack("<I", len(content)) + content


def with_signing_block(archive: bytes, certificate: bytes) -> bytes:
    """An archive with a signing block of version 2 in front of its table of contents."""
    signed = sized(b"") + sized(sized(certificate)) + sized(b"")
    value = sized(sized(sized(signed) + sized(b"") + sized(b"")))
    pair = struct.pack("<QI", 4 + len(value), 0x7109871A) + value
    length = len(pair) + 24
    block = struct.pack("<Q", length) + pair + struct.pack("<Q", length) + b"APK Sig Block 42"
    end = archive.rfind(b"PK\x05\x06")
    (directory,) = struct.unpack_from("<I", archive, end + 16)
    moved = struct.pack("<I", directory + len(block))
    tail = archive[directory : end + 16] + moved + archive[end + 20 :]
    return archive[:directory] + block + tail


@needs_extra("apkInspector", "apps")
def test_an_apk_says_its_package_version_and_signer(tmp_path: Path) -> None:
    manifest = manifest_bytes("org.example.app", "1.2")
    assert binary_manifest(manifest) == {"package": "org.example.app", "versionName": "1.2"}
    content = with_signing_block(zipped({"AndroidManifest.xml": manifest}), b"a certificate")
    with zipfile.ZipFile(__import__("io").BytesIO(content)) as archive:
        assert archive.testzip() is None
    found = identity(tmp_path, "a.apk", content)
    assert (found.sort, found.package, found.version) == ("apk", "org.example.app", "1.2")
    assert found.signer == hashlib.sha256(b"a certificate").hexdigest()


@needs_extra("apkInspector", "apps")
def test_hostile_manifests_end(tmp_path: Path) -> None:
    manifest = manifest_bytes("org.example.app", "1.2")
    for content in (b"", b"\0" * 100, manifest[:60], manifest[:-40], b"<manifest package='x'/>"):
        found = identity(tmp_path, "a.apk", zipped({"AndroidManifest.xml": content}))
        assert found.package in {"", "org.example.app"}
        assert found.package or found.note


def test_a_missing_library_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("modelkin.apps.identity.identifying.needs_library", lambda: True)
    found = identity(tmp_path, "a.apk", zipped({"AndroidManifest.xml": manifest_bytes("a", "1")}))
    assert "pip install 'modelkin[apps]'" in found.note


def test_a_bundle_says_its_package(tmp_path: Path) -> None:
    attributes = field(4, field(2, "package") + field(3, "org.example.bundle"))
    attributes += field(4, field(1, "http://a") + field(2, "versionName") + field(3, "7"))
    manifest = field(1, field(3, "manifest") + attributes)
    assert bundle_manifest(manifest) == {"package": "org.example.bundle", "versionName": "7"}
    found = identity(tmp_path, "a.aab", zipped({"base/manifest/AndroidManifest.xml": manifest}))
    assert (found.sort, found.package, found.version) == ("aab", "org.example.bundle", "7")


@pytest.mark.parametrize(
    ("name", "content", "wanted"),
    [
        (
            "a.ipa",
            zipped(
                {
                    "Payload/X.app/Info.plist": plistlib.dumps(
                        {"CFBundleIdentifier": "org.x", "CFBundleShortVersionString": "3"},
                        fmt=plistlib.FMT_BINARY,
                    )
                }
            ),
            ("ipa", "org.x", "3"),
        ),
        (
            "a.xapk",
            zipped({"manifest.json": b'{"package_name": "org.y", "version_name": "2.0"}'}),
            ("xapk", "org.y", "2.0"),
        ),
        (
            "a.whl",
            zipped({"x-1.dist-info/METADATA": b"Metadata-Version: 2.1\nName: x\nVersion: 1\n\nx"}),
            ("wheel", "x", "1"),
        ),
        (
            "a.jar",
            zipped({"META-INF/MANIFEST.MF": b"Implementation-Title: z\r\nBundle-Version: 5\r\n"}),
            ("jar", "z", "5"),
        ),
        (
            "a.tar",
            tarred({"manifest.json": b'[{"RepoTags": ["shop/app:9"], "Layers": []}]'}),
            ("image", "shop/app", "9"),
        ),
        ("a.zip", zipped({"x": b"y"}), ("zip", "", "")),
        ("b.xapk", zipped({"manifest.json": b"{broken"}), ("xapk", "", "")),
    ],
)
def test_packages_say_what_they_are(
    tmp_path: Path, name: str, content: bytes, wanted: tuple[str, str, str]
) -> None:
    found = identity(tmp_path, name, content)
    assert (found.sort, found.package, found.version) == wanted


def test_damaged_signing_blocks_are_errors_or_nothing(tmp_path: Path) -> None:
    content = bytearray(with_signing_block(zipped({"a": b"b"}), b"certificate"))
    file = tmp_path / "a.apk"
    file.write_bytes(zipped({"a": b"b"}))
    assert block_signer(file) == ""
    place = content.find(b"APK Sig Block 42")
    struct.pack_into("<Q", content, place - 8, 1 << 40)
    file.write_bytes(content)
    with pytest.raises(ValueError, match="longer than the file"):
        block_signer(file)


@needs_extra("cryptography", "apps")
def test_the_older_signature_is_read() -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import pkcs7
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "tester")])
    start = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + dt.timedelta(days=9))
        .sign(key, hashes.SHA256())
    )
    der = certificate.public_bytes(serialization.Encoding.DER)
    content = pkcs7.serialize_certificates([certificate], serialization.Encoding.DER)
    assert pkcs7_signer(content) == hashlib.sha256(der).hexdigest()
