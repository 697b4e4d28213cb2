"""Sealing evidence: who signed, and that nothing can be changed after it."""

import importlib
import json
import os
import shutil
import subprocess
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest

import modelkin
from modelkin.cli.main import main
from modelkin.errors import CorruptFileError, ModelkinError, SealError, UsageError
from modelkin.pipeline import signing
from modelkin.pipeline.keys import key_id, make_key, read_private, read_public
from modelkin.pipeline.members import read_members, write_members
from modelkin.pipeline.reading_evidence import read_evidence
from modelkin.pipeline.recomputing import recompute
from modelkin.pipeline.signing import require_signer, sign_evidence, signers_of
from modelkin.testing.extras import needs_extra

needs_cryptography = needs_extra("cryptography", "sign")
Disputed = tuple[modelkin.Report, Path]


@pytest.fixture
def key(tmp_path: Path) -> Path:
    make_key(tmp_path / "key")
    return tmp_path / "key"


@pytest.fixture
def signed(disputed: Disputed, key: Path, tmp_path: Path) -> Path:
    path = tmp_path / "signed.zip"
    shutil.copy(disputed[1], path)
    sign_evidence(path, str(key))
    return path


@needs_cryptography
def test_a_signed_file_says_who_signed_it(signed: Path, key: Path) -> None:
    public = read_public(f"{key}.pub")
    (signer,) = signers_of(signed)
    assert (signer.key_id, signer.public, signer.checked) == (key_id(public), public, True)
    require_signer(signed, public)
    require_signer(signed, read_public(public.hex()))
    assert recompute(read_evidence(signed), name="signed").decision.verdict == "related"


@needs_cryptography
def test_the_same_key_gives_the_same_bytes_and_signs_once(signed: Path, key: Path) -> None:
    before = signed.read_bytes()
    sign_evidence(signed, str(key))
    assert signed.read_bytes() == before
    make_key(key.with_name("other"))
    sign_evidence(signed, str(key.with_name("other")))
    assert len(signers_of(signed)) == 2, "both parties may sign one file"


@needs_cryptography
def test_every_member_flipped_one_by_one_is_detected(signed: Path, tmp_path: Path) -> None:
    files = read_members(signed)
    assert len(files) > 22
    bad = tmp_path / "bad.zip"
    for name, content in files.items():
        for place in {0, len(content) // 2, len(content) - 1}:
            flipped = bytearray(content)
            flipped[place] ^= 1
            # the zip itself is made anew, so its own checksums fit
            write_members(bad, {**files, name: bytes(flipped)})
            with pytest.raises((CorruptFileError, SealError)):
                read_evidence(bad)


@needs_cryptography
def test_every_byte_region_of_the_zip_flipped_is_detected(signed: Path, tmp_path: Path) -> None:
    content, bad = signed.read_bytes(), tmp_path / "bad.zip"
    whole = read_members(signed)
    with zipfile.ZipFile(signed) as archive:
        starts = [entry.header_offset for entry in archive.infolist()]
    for start in starts:
        flipped = bytearray(content)
        flipped[start + 80] ^= 0xFF
        bad.write_bytes(bytes(flipped))
        try:
            assert read_members(bad) == whole, "only padding may differ"
            read_evidence(bad)
        except ModelkinError:
            continue


@needs_cryptography
def test_a_member_taken_away_added_or_renamed_is_detected(signed: Path, tmp_path: Path) -> None:
    files, bad = read_members(signed), tmp_path / "bad.zip"
    for name in files:
        if name.startswith(signing.FOLDER):
            continue
        write_members(bad, {key: value for key, value in files.items() if key != name})
        with pytest.raises((CorruptFileError, SealError)):
            read_evidence(bad)
    write_members(bad, {**files, "more.npz": b"x"})
    with pytest.raises(CorruptFileError, match=r"holds 'more.npz', which its manifest"):
        read_evidence(bad)
    write_members(bad, {**files, "signatures/more.json": b"{}"})
    with pytest.raises(SealError, match="cannot be read"):
        read_evidence(bad)


@needs_cryptography
def test_a_changed_manifest_with_fitting_checksums_breaks_the_seal(
    signed: Path, key: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files, bad = read_members(signed), tmp_path / "bad.zip"
    manifest = json.loads(files[signing.MANIFEST])
    manifest["terms"]["alpha"] = 0.2
    files[signing.MANIFEST] = json.dumps(manifest, indent=1).encode()
    write_members(bad, files)
    assert main(["verify", str(bad), "--skip-pool"]) == 3
    assert "the manifest was changed after it was signed" in capsys.readouterr().err
    stripped = {name: held for name, held in files.items() if not name.startswith(signing.FOLDER)}
    write_members(bad, stripped)
    assert main(["verify", str(bad), "--skip-pool", "--key", f"{key}.pub"]) == 3
    assert "is not signed" in capsys.readouterr().err


@needs_cryptography
def test_another_key_is_an_error_and_no_key_a_line(
    signed: Path, disputed: Disputed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = make_key(tmp_path / "other")
    assert main(["verify", str(signed), "--skip-pool", "--key", str(tmp_path / "other.pub")]) == 3
    said = capsys.readouterr().err
    assert f"not by {other}" in said
    assert main(["verify", str(signed), "--skip-pool"]) == 1
    assert ": holds" in capsys.readouterr().out
    assert main(["verify", str(disputed[1]), "--skip-pool"]) == 1
    assert "signed by key: none" in capsys.readouterr().out


@needs_cryptography
def test_a_forged_signature_does_not_hold(signed: Path, tmp_path: Path) -> None:
    files, bad = read_members(signed), tmp_path / "bad.zip"
    (name,) = (one for one in files if one.startswith(signing.FOLDER))
    stated = json.loads(files[name])
    stated["signature"] = "00" * 64
    text = json.dumps(stated, sort_keys=True, separators=(",", ":")) + "\n"
    write_members(bad, {**files, name: text.encode()})
    with pytest.raises(SealError, match="did not sign this manifest"):
        signers_of(bad)


@needs_cryptography
def test_keys_are_kept_to_oneself(key: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert key.stat().st_mode & 0o777 == 0o600
    with pytest.raises(UsageError, match="not overwritten"):
        make_key(key.with_name("key"))
    monkeypatch.setenv("SEAL", key.read_text())
    assert read_private("env:SEAL").public_key() == read_private(str(key)).public_key()
    key.chmod(0o644)
    with pytest.raises(UsageError, match="others than you may read"):
        read_private(str(key))


@needs_cryptography
@pytest.mark.parametrize(
    ("stated", "message"),
    [
        ("nowhere", "there is no key file"),
        ("env:NOT_SET_AT_ALL", "holds no key"),
    ],
)
def test_what_is_no_private_key_is_refused(stated: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        read_private(stated)


@needs_cryptography
def test_what_is_no_public_key_is_refused(tmp_path: Path, key: Path) -> None:
    (tmp_path / "text").write_text("no key")
    os.chmod(tmp_path / "text", 0o600)  # noqa: PTH101
    for stated in ("nowhere", str(tmp_path / "text"), "z" * 64, str(key)):
        with pytest.raises(UsageError):
            read_public(stated)
    with pytest.raises(UsageError, match="no readable private key"):
        read_private(str(tmp_path / "text"))


@needs_cryptography
def test_other_tools_read_the_keys(key: Path) -> None:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("needs openssl")
    done = subprocess.run(
        [openssl, "pkey", "-in", key, "-pubout"], check=True, capture_output=True, text=True
    )
    assert done.stdout == Path(f"{key}.pub").read_text()


def test_without_the_extra_it_says_how_to_install_it(
    disputed: Disputed, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def gone(name: str) -> object:
        if name.startswith("cryptography"):
            raise ImportError("gone")
        return importlib.import_module(name)

    # only where extras are asked for: whoever is imported meanwhile would keep the stand-in
    monkeypatch.setattr("modelkin.models.extras.importlib", SimpleNamespace(import_module=gone))
    assert main(["sign", str(disputed[1]), "--key", "k"]) == 2
    assert "pip install 'modelkin[sign]'" in capsys.readouterr().err
    assert main(["verify", str(disputed[1]), "--skip-pool"]) == 1, "unsigned files need no extra"


def test_a_name_held_twice_is_refused(disputed: Disputed, tmp_path: Path) -> None:
    twice = tmp_path / "twice.zip"
    shutil.copy(disputed[1], twice)
    with zipfile.ZipFile(twice, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("report.json", "{}")
    with pytest.raises(CorruptFileError, match="two files of one name"):
        read_evidence(twice)
