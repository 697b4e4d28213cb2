"""Shapes out of PyTorch's pickles, without unpickling."""

import json
import pickle
import pickletools
import time
import zipfile
from math import prod
from pathlib import Path

import numpy as np
import pytest
from tests.apps.making import safetensors, torch_zip, zipped

from modelkin.apps.refused import RefusedError
from modelkin.apps.weights.likeness import likeness
from modelkin.apps.weights.reading import read_weights
from modelkin.apps.weights.torch_exported import read_exported
from modelkin.apps.weights.torch_index import Entry, read_entries


def tensor(key: str, shape: tuple[int, ...], start: int = 0, kind: str = "FloatStorage") -> bytes:
    """The opcodes with which ``torch.save`` describes a tensor."""

    def text(value: str) -> bytes:
        return b"X" + len(value).to_bytes(4, "little") + value.encode()

    def number(value: int) -> bytes:
        if value < 1 << 31:
            return b"J" + value.to_bytes(4, "little", signed=True)
        return b"\x8a\x1c" + value.to_bytes(28, "little", signed=True)

    steps = [prod(shape[axis + 1 :]) for axis in range(len(shape))]
    sizes = b"(" + b"".join(number(size) for size in shape) + b"t"
    strides = b"(" + b"".join(number(step) for step in steps) + b"t"
    storage = b"(" + text("storage") + b"ctorch\n" + kind.encode() + b"\nq\x05" + text(key)
    storage += text("cpu") + number(prod(shape)) + b"tQ"
    build = b"ctorch._utils\n_rebuild_tensor_v2\n(" + storage + number(start) + sizes + strides
    return build + b"\x89ccollections\nOrderedDict\n)RtR"


def pickled(*tensors: bytes) -> bytes:
    return b"\x80\x02](" + b"".join(tensors) + b"e."


def test_tensors_are_told_with_their_shapes() -> None:
    content = pickled(tensor("0", (4, 3, 2)), tensor("1", (5,), 7, "HalfStorage"))
    assert read_entries(content) == [
        Entry("0", "<f4", 0, (4, 3, 2)),
        Entry("1", "<f2", 7, (5,)),
    ]


def test_a_torch_file_is_known_in_another_format(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    one = rng.normal(size=(40, 30)).astype(np.float32)
    noisy = (one.T + 0.2 * rng.normal(size=(30, 40))).astype(np.float32)
    files = {"m/data.pkl": pickled(tensor("0", (40, 30))), "m/data/0": one.tobytes()}
    (tmp_path / "m.pt").write_bytes(zipped(files, zipfile.ZIP_STORED))
    (tmp_path / "m.safetensors").write_bytes(safetensors({"w": noisy}))
    (found,) = read_weights("torch_weights", tmp_path / "m.pt") or ()
    assert found.shape == (40, 30)
    alike = likeness([found], read_weights("safetensors", tmp_path / "m.safetensors") or ())
    assert alike is not None
    assert alike.correlation is not None
    assert alike.correlation > 0.95


def test_what_is_not_told_is_one_row_of_numbers(tmp_path: Path) -> None:
    values = np.random.default_rng(0).normal(size=500).astype(np.float32)
    (tmp_path / "m.pt").write_bytes(torch_zip(values.tobytes()))
    (found,) = read_weights("torch_weights", tmp_path / "m.pt") or ()
    assert found.shape == (500,)
    files = {"m/data.pkl": pickled(tensor("0", (40, 30))), "m/data/0": values.tobytes()}
    (tmp_path / "lying.pt").write_bytes(zipped(files, zipfile.ZIP_STORED))
    (found,) = read_weights("torch_weights", tmp_path / "lying.pt") or ()
    assert found.shape == (500,)


def test_old_files_are_said_so(tmp_path: Path) -> None:
    (tmp_path / "m.pt").write_bytes(b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19." + bytes(100))
    with pytest.raises(RefusedError, match=r"before 1\.6"):
        read_weights("torch_weights", tmp_path / "m.pt")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x80\x02",
        b"\x80\x02R.",
        b"\x80\x02t.",
        b"\x80\x02" + b"(" * 300_000,
        b"\x80\x02)" + b"\x85q\x00h\x00" * 50_000 + b".",
        b"\x80\x02" + b"\x8b\xff\xff\xff\x7f",
        pickled(tensor("0", (2**30,) * 6)),
        pickled(*[tensor("0", (40, 30))] * 2000),
        pickle.dumps([object] * 1000),
    ],
)
def test_hostile_pickles_end_soon(content: bytes) -> None:
    started = time.perf_counter()
    for one in read_entries(content):
        assert one.key == "0"
    assert time.perf_counter() - started < 10


def test_nothing_is_called() -> None:
    class Trap:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return pytest.fail, ("it was called",)

    content = pickle.dumps(Trap(), protocol=2)
    assert any(name.name == "REDUCE" for name, _, _ in pickletools.genops(content))
    assert read_entries(content) == []


def test_exported_programs_say_what_their_files_are(tmp_path: Path) -> None:
    values = np.random.default_rng(0).normal(size=(40, 30)).astype(np.float32)
    about = {
        "dtype": 7,
        "sizes": [{"as_int": 40}, {"as_int": 30}],
        "strides": [{"as_int": 30}, {"as_int": 1}],
        "storage_offset": {"as_int": 0},
    }
    config = {"config": {"0.weight": {"path_name": "weight_0", "tensor_meta": about}}}
    files = {
        "m/archive_format": b"pt2",
        "m/data/weights/weight_0": values.tobytes(),
        "m/data/weights/model_weights_config.json": json.dumps(config).encode(),
    }
    (tmp_path / "m.pt2").write_bytes(zipped(files, zipfile.ZIP_STORED))
    (found,) = read_weights("torch_export", tmp_path / "m.pt2") or ()
    assert found.shape == (40, 30)
    for hostile in (b"{", b"[]", b'{"config": {"a": 1}}', b"[" * 100_000):
        assert read_exported(hostile) == []
