import bz2
import gzip
import io
import json
import lzma
import os
import struct
import tarfile
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from tests.apps.making import ONNX, samples, tarred, tflite, zipped

from modelkin.apps.found import Findings
from modelkin.apps.gathering import gather
from modelkin.apps.limits import WalkLimits
from modelkin.apps.vault import Vault
from modelkin.apps.walking import Walk
from modelkin.pipeline.progress import Silent


def walked(tmp_path: Path, content: bytes, limits: WalkLimits | None = None) -> Findings:
    file = tmp_path / "app"
    file.write_bytes(content)
    return Walk(Vault(tmp_path / "vault"), limits or WalkLimits()).run(file, "app")


def trails(found: Findings) -> list[str]:
    return [str(one.trail) for one in found.candidates]


MODEL = tflite()


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (zipped({"assets/m": MODEL}), "app!/assets/m"),
        (zipped({"assets/m": MODEL}, zipfile.ZIP_STORED), "app!/assets/m"),
        (zipped({"base.apk": zipped({"m": MODEL})}), "app!/base.apk!/m"),
        (tarred({"a/m": MODEL}), "app!/a/m"),
        (tarred({"a/m": MODEL}, "w:gz"), "app!/app!/a/m"),
        (tarred({"a/m": MODEL}, "w:xz"), "app!/app!/a/m"),
        (tarred({"a/m": MODEL}, "w:bz2"), "app!/app!/a/m"),
        (gzip.compress(zipped({"m": MODEL})), "app!/app!/m"),
        (lzma.compress(MODEL), "app!/app"),
        (bz2.compress(MODEL), "app!/app"),
        (
            tarred({"blobs/sha256/1f": gzip.compress(tarred({"opt/app/m.bin": MODEL}))}),
            "app!/blobs/sha256/1f!/1f!/opt/app/m.bin",
        ),
        (
            tarred({"layer.tar": tarred({"srv/x.whl": zipped({"pkg/m": MODEL})})}),
            "app!/layer.tar!/srv/x.whl!/pkg/m",
        ),
    ],
)
def test_models_are_found_however_they_are_packed(
    tmp_path: Path, content: bytes, place: str
) -> None:
    found = walked(tmp_path, content)
    assert trails(found) == [place]
    assert found.failed == []
    assert found.candidates[0].path.read_bytes() == MODEL


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_no_name_of_an_archive_becomes_a_path(tmp_path: Path, pack: object) -> None:
    names = ["../../evil", "/etc/evil", "..\\evil", "C:\\evil", "a/../../evil", "x\x1b[31m\u202e"]
    content = pack({name: MODEL + bytes([place]) for place, name in enumerate(names)})  # type: ignore[operator]
    before = {path for path in tmp_path.rglob("*") if "vault" not in path.parts}
    found = walked(tmp_path, content)
    assert len(found.candidates) == len(names)
    assert {one.trail.parts[-1] for one in found.candidates} >= {"../../evil", "a/../../evil"}
    for one in found.candidates:
        assert one.path.parent == tmp_path / "vault"
        assert one.path.name == one.digest
    after = {path for path in tmp_path.rglob("*") if "vault" not in path.parts}
    assert after - before <= {tmp_path / "app"}


def test_files_with_a_password_are_one_row(tmp_path: Path) -> None:
    content = bytearray(zipped({"a": MODEL, "b": MODEL}))
    for mark in (b"PK\x03\x04", b"PK\x01\x02"):
        place = content.find(mark)
        content[place + (6 if mark[2] == 3 else 8)] |= 1
    found = walked(tmp_path, bytes(content))
    assert trails(found) == ["app!/b"]
    (row,) = found.skipped
    assert "1 file of 2 in it need a password" in row.reason


def test_a_truncated_archive_is_one_row(tmp_path: Path) -> None:
    (row,) = walked(tmp_path, zipped({"a": MODEL, "b": MODEL})[:-40]).failed
    assert row.subject == "app"
    found = walked(tmp_path, gzip.compress(tarred({"m": MODEL, "n": os.urandom(50_000)}))[:-2000])
    assert trails(found) == ["app!/app!/m"]
    assert len(found.failed) == 1


def test_a_size_that_lies_is_one_row_and_the_rest_is_read(tmp_path: Path) -> None:
    content = bytearray(zipped({"a": MODEL, "b": MODEL}))
    place = content.find(b"PK\x01\x02")
    struct.pack_into("<I", content, place + 24, len(MODEL) - 7)
    found = walked(tmp_path, bytes(content))
    assert trails(found) == ["app!/b"]
    assert [row.subject for row in found.failed] == ["app!/a"]
    struct.pack_into("<I", content, place + 24, len(MODEL) + 1_000_000)
    found = walked(tmp_path, bytes(content))
    assert trails(found) == ["app!/b"]
    assert [row.subject for row in found.failed] == ["app!/a"]


def test_absurd_nesting_ends_at_a_depth(tmp_path: Path) -> None:
    content = MODEL
    for _ in range(30):
        content = zipped({"inner.zip": content})
    found = walked(tmp_path, content)
    assert found.candidates == []
    (row,) = found.failed
    assert "nested deeper than 8" in row.reason


def test_bombs_are_refused_by_name(tmp_path: Path) -> None:
    limits = WalkLimits(ratio_from=1 << 20, ratio=100)
    zeros = bytes(8 << 20)
    found = walked(tmp_path, gzip.compress(zipped({"z": zeros}, zipfile.ZIP_STORED)), limits)
    assert "an archive bomb" in found.failed[0].reason
    inner = zipped({f"{n}": zipped({"m": MODEL + zeros}) for n in range(4)})
    found = walked(tmp_path, inner, limits)
    assert len([row for row in found.failed if "an archive bomb" in row.reason]) == 4
    total = WalkLimits(total_bytes=1 << 20)
    found = walked(tmp_path, tarred({"a": MODEL + zeros}, "w:gz"), total)
    assert "unpacks to more than 1,048,576 bytes" in found.failed[-1].reason


def test_too_many_files_end_the_walk_of_that_app(tmp_path: Path) -> None:
    content = zipped({f"{n}": b"x" for n in range(50)} | {"m": MODEL})
    found = walked(tmp_path, content, WalkLimits(entries=20))
    assert "more than 20 files" in found.failed[0].reason


def test_overlapping_files_are_refused(tmp_path: Path) -> None:
    content = bytearray(zipped({"a": os.urandom(3000), "b": os.urandom(3000)}))
    place = content.find(b"PK\x01\x02")
    struct.pack_into("<I", content, place + 20, 10_000_000)
    (row,) = walked(tmp_path, bytes(content)).failed
    assert "overlap" in row.reason


def test_a_huge_header_of_a_tar_is_not_read_into_memory(tmp_path: Path) -> None:
    header = tarfile.TarInfo("x")
    header.type, header.size = tarfile.XHDTYPE, 512 << 20
    content = gzip.compress(header.tobuf(tarfile.USTAR_FORMAT) + bytes(64 << 20))
    tracemalloc.start()
    found = walked(tmp_path, content)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "extended header" in found.failed[0].reason
    assert peak < 32 << 20


def test_a_large_model_is_not_read_into_memory(tmp_path: Path) -> None:
    content = zipped({"m": MODEL + os.urandom(40 << 20)}, zipfile.ZIP_STORED)
    file = tmp_path / "app"
    file.write_bytes(content)
    del content
    tracemalloc.start()
    found = Walk(Vault(tmp_path / "vault"), WalkLimits()).run(file, "app")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(found.candidates) == 1
    assert peak < 12 << 20


def test_archives_that_are_not_read_are_said(tmp_path: Path) -> None:
    (row,) = walked(tmp_path, b"7z\xbc\xaf\x27\x1c" + bytes(100)).skipped
    assert "a 7z archive" in row.reason


def test_folders_are_walked_and_links_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere.onnx").write_bytes(ONNX.read_bytes())
    folder = tmp_path / "dir" / "deep"
    folder.mkdir(parents=True)
    (folder / "m").write_bytes(MODEL)
    (folder / "link.onnx").symlink_to(tmp_path / "elsewhere.onnx")
    (folder / "loop").symlink_to(tmp_path / "dir")
    found = Walk(Vault(tmp_path / "vault"), WalkLimits()).run(tmp_path / "dir", "dir")
    assert trails(found) == ["dir!/deep/m"]


def test_models_of_several_files_are_put_together(tmp_path: Path) -> None:
    kinds = samples()
    files = {
        "vino/net.xml": kinds["openvino"][1],
        "vino/net.bin": b"weights of the net",
        "ncnn/face.param": kinds["ncnn"][1],
        "ncnn/face.bin": b"weights of the face",
        "tf/saved_model.pb": kinds["saved model"][1],
        "tf/variables/variables.index": b"index",
        "tf/variables/variables.data-00000-of-00001": b"data",
        "M.mlpackage/Data/com.apple.CoreML/model.mlmodel": kinds["coreml"][1],
        "M.mlpackage/Data/com.apple.CoreML/weights/weight.bin": b"weights of M",
        "other.bin": b"belongs to nobody",
    }
    file = tmp_path / "app.zip"
    file.write_bytes(zipped(files))
    found = gather([file], Vault(tmp_path / "vault"), WalkLimits(), Silent())
    parts = {one.kind: set(one.parts) for one in found.models}
    assert parts == {
        "openvino": {"model.bin"},
        "ncnn": {"model.bin"},
        "saved_model": {"variables/variables.index", "variables/variables.data-00000-of-00001"},
        "coreml_package": {"weights/weight.bin"},
    }
    laid = found.locations["app.zip!/vino/net.xml"]
    assert laid.with_suffix(".bin").read_bytes() == b"weights of the net"
    folder = found.locations["app.zip!/tf/saved_model.pb"]
    assert (folder / "variables/variables.index").read_bytes() == b"index"


def test_a_model_in_many_places_is_one_model(tmp_path: Path) -> None:
    for name in ("a.zip", "b.zip"):
        (tmp_path / name).write_bytes(zipped({f"{name}/m": MODEL, "again": MODEL}))
    apps = [tmp_path / "a.zip", tmp_path / "b.zip"]
    found = gather(apps, Vault(tmp_path / "vault"), WalkLimits(), Silent())
    (model,) = found.models
    assert len(model.places) == 4
    assert model.apps == ("a.zip", "b.zip")
    assert json.dumps(model.places)


def test_an_archive_within_a_model_file_does_not_hide_it(tmp_path: Path) -> None:
    found = walked(tmp_path, MODEL + zipped({"labels.txt": b"a\nb"}))
    assert [one.kind for one in found.candidates] == ["tflite"]


def test_a_stream_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    class Broken(io.RawIOBase):
        def readable(self) -> bool:
            return True

        def read(self, size: int = -1) -> bytes:
            raise OSError(f"gone before {size} bytes")

    with pytest.raises(OSError, match="gone"):
        Vault(tmp_path / "v").keep(b"head", Broken())  # type: ignore[arg-type]
    assert list((tmp_path / "v").iterdir()) == []


def test_odd_entries_of_a_folder_neither_stop_nor_delay_a_scan(tmp_path: Path) -> None:
    folder = tmp_path / "odd"
    folder.mkdir()
    (folder / "loop").symlink_to(folder)
    (folder / "self").symlink_to("self")
    os.mkfifo(folder / "pipe")
    content = samples()["onnx"][1]
    Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.onnx")).write_bytes(content)
    (folder / "again.bin").write_bytes(content)
    with (folder / "sparse.tflite").open("wb") as file:
        file.truncate(40 << 30)
    gathered = gather([folder], Vault(tmp_path / "vault"), WalkLimits(), Silent())
    assert [len(one.places) for one in gathered.models] == [2]
    assert any("caf\ufffd.onnx" in place for place in gathered.models[0].places)
    (left,) = gathered.skipped
    assert "42,949,672,960 bytes begin like no known one" in left.reason
