"""TorchScript, torch.export, weights with a factory, pickled modules, modules in Python."""

import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.models import tiny_torch
from tests.models.asking import ask

from modelkin.errors import (
    BrokenModelError,
    ModelkinError,
    ModelNotFoundError,
    PredictionError,
    SignatureError,
    UnsafeModelError,
)
from modelkin.models.digests import location_digest
from modelkin.models.opened import open_model
from modelkin.models.opening import open_format
from modelkin.models.torch_archive import foreign_globals
from modelkin.testing.extras import needs_extra

pytestmark = needs_extra("torch", "torch")
FACTORY = "tests.models.tiny_torch:make"


def pictures(size: int = 28, channels: int = 1) -> Any:  # noqa: ANN401
    return np.random.default_rng(3).random((5, channels, size, size)).astype(np.float32)


def expected(net: Any, rows: Any) -> Any:  # noqa: ANN401
    import torch

    with torch.inference_mode():
        return net(torch.from_numpy(rows)).numpy()


def written(folder: Path, net: Any) -> dict[str, str]:  # noqa: ANN401
    """The net in every way that it can be saved."""
    import torch

    torch.save(net.state_dict(), folder / "net-weights.pt")
    torch.save({"epoch": 3, "state_dict": net.state_dict()}, folder / "checkpoint.pth")
    torch.save(net.state_dict(), folder / "old.pt", _use_new_zipfile_serialization=False)
    torch.save(net, folder / "whole.pt")
    return {
        "script": tiny_torch.script(net, folder / "script.pt"),
        "trace": tiny_torch.trace(net, folder / "trace.pt", 1, 1, 28, 28),
        "export": tiny_torch.export(net, folder / "net.pt2", 1, 28, 28),
        "export of one": tiny_torch.export(net, folder / "one.pt2", 1, 28, 28, free=False),
        "safetensors": f"{FACTORY}@{tiny_torch.weights(net, folder / 'net.safetensors')}",
        "weights": f"{FACTORY}@{folder / 'net-weights.pt'}",
        "checkpoint": f"{FACTORY}@{folder / 'checkpoint.pth'}",
        "old weights": f"{FACTORY}@{folder / 'old.pt'}",
        "whole": str(folder / "whole.pt"),
    }


def test_every_way_of_saving_answers_alike(tmp_path: Path) -> None:
    net, rows = tiny_torch.convolutional(), pictures()
    wanted = expected(net, rows)
    filters = None
    for way, location in written(tmp_path, net).items():
        found, model = open_format(location, allow_code=way == "whole")
        (answers,) = ask(model, rows)
        np.testing.assert_allclose(answers, wanted, rtol=1e-4, atol=1e-5, err_msg=way)
        assert model.signature.inputs[0].shape[1] == 1, way
        read = found.first_convolution(location)
        assert read is not None, way
        filters = filters or read
        for one, other in zip(filters, read, strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5, err_msg=way)
        assert len(location_digest(location)) == 64


def test_batch_normalization_is_folded(tmp_path: Path) -> None:
    import torch

    net = tiny_torch.convolutional()
    location = tiny_torch.script(net, tmp_path / "net.pt")
    found = open_format(location)[0].first_convolution(location)
    assert found is not None
    kernel, bias = found
    rows = torch.rand(1, 1, 3, 3, dtype=torch.float64)
    folded = (kernel * rows.numpy().transpose(0, 2, 3, 1)).sum((1, 2, 3)) + bias
    with torch.inference_mode():
        wanted = net[:2](rows.float())[0, :, 1, 1].numpy()
    np.testing.assert_allclose(folded, wanted, atol=1e-5)


def test_scaling_before_the_convolution_is_folded(tmp_path: Path) -> None:
    import torch

    class Scaled(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.net = tiny_torch.convolutional(channels=3)
            self.register_buffer("mean", torch.tensor([0.4, 0.5, 0.6]).reshape(1, 3, 1, 1))

        def forward(self, rows: torch.Tensor) -> torch.Tensor:
            return self.net((rows - self.mean) / 0.25)

    plain = tiny_torch.convolutional(channels=3)
    locations = {
        "plain": tiny_torch.script(plain, tmp_path / "plain.pt"),
        "script": tiny_torch.script(Scaled().eval(), tmp_path / "s.pt"),
        "export": tiny_torch.export(Scaled().eval(), tmp_path / "e.pt2", 3, 28, 28),
    }
    read = {way: open_format(place)[0].first_convolution(place) for way, place in locations.items()}
    assert read["plain"] is not None
    kernel, bias = read["plain"]
    moved = bias - np.einsum("ohwi,i->o", kernel, np.array([0.4, 0.5, 0.6])) / 0.25
    for way in ("script", "export"):
        found = read[way]
        assert found is not None, way
        np.testing.assert_allclose(found[0], kernel / 0.25, rtol=1e-4, err_msg=way)
        np.testing.assert_allclose(found[1], moved, rtol=1e-3, atol=1e-4, err_msg=way)


def test_only_size_that_a_net_takes_is_found(tmp_path: Path) -> None:
    from torch import nn

    layers = (nn.Conv2d(3, 4, 3), nn.Flatten(), nn.Linear(4 * 30 * 30, 5))
    fixed = tiny_torch.script(nn.Sequential(*layers).eval(), tmp_path / "fixed.pt")
    assert open_format(fixed)[1].signature.inputs[0].shape == (None, 3, 32, 32)
    free = tiny_torch.script(tiny_torch.convolutional(), tmp_path / "free.pt")
    assert open_format(free)[1].signature.inputs[0].shape == (None, 1, None, None)


def test_frozen_program_shows_its_input(tmp_path: Path) -> None:
    import torch

    frozen = torch.jit.freeze(torch.jit.script(tiny_torch.convolutional()))
    torch.jit.save(frozen, str(tmp_path / "frozen.pt"))
    found, model = open_format(str(tmp_path / "frozen.pt"))
    assert model.signature.inputs[0].shape == (None, 1, None, None)
    assert found.first_convolution(str(tmp_path / "frozen.pt")) is not None


def test_halves_and_training_mode(tmp_path: Path) -> None:
    import torch

    net = torch.nn.Sequential(tiny_torch.rows(), torch.nn.Dropout(0.9)).half().train()
    torch.save(net, tmp_path / "half.pt")
    _, model = open_format(str(tmp_path / "half.pt"), allow_code=True)
    rows = np.random.default_rng(0).random((3, 4)).astype(np.float32)
    (first,), (again,) = ask(model, rows), ask(model, rows)
    assert first.dtype == np.float32
    np.testing.assert_array_equal(first, again)
    np.testing.assert_allclose(first.sum(axis=1), 1, rtol=1e-5)


def test_whole_module_needs_permission(tmp_path: Path) -> None:
    import torch

    for name, new in (("whole.pt", True), ("old.pth", False)):
        path = tmp_path / name
        torch.save(tiny_torch.rows(), path, _use_new_zipfile_serialization=new)
        with pytest.raises(UnsafeModelError, match="torch_pickle") as caught:
            open_format(str(path))
        assert "safetensors" in caught.value.hint
        assert open_format(str(path), allow_code=True)[0].name == "torch_pickle"
    torch.save({"a": [np.float64(1.5)]}, tmp_path / "table.pt")
    with pytest.raises(BrokenModelError, match="holds a dict, not a module"):
        open_format(str(tmp_path / "table.pt"), allow_code=True)


def test_bare_weights_ask_for_a_factory(tmp_path: Path) -> None:
    import torch

    net = tiny_torch.rows()
    torch.save(net.state_dict(), tmp_path / "w.pt")
    torch.save(net.state_dict(), tmp_path / "old.pt", _use_new_zipfile_serialization=False)
    tiny_torch.weights(net, tmp_path / "w.safetensors")
    for name in ("w.pt", "old.pt", "w.safetensors"):
        with pytest.raises(SignatureError, match="not the model that they belong to") as caught:
            open_format(str(tmp_path / name))
        assert f"module:factory@{tmp_path / name}" in caught.value.hint


def test_factory_and_weights_that_do_not_fit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    (tmp_path / "user_factories.py").write_text(
        "def fails():\n    raise RuntimeError('no GPU here')\n"
        "def wants(x):\n    return x\ndef text():\n    return 'net'\ndef nothing():\n    pass\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    good = tiny_torch.weights(tiny_torch.convolutional(), tmp_path / "good.safetensors")
    other = tiny_torch.weights(tiny_torch.convolutional(classes=7), tmp_path / "other.safetensors")
    rows = tiny_torch.weights(tiny_torch.rows(), tmp_path / "rows.safetensors")
    torch.save(tiny_torch.rows(), tmp_path / "whole.pt")
    (tmp_path / "cut.safetensors").write_bytes(Path(good).read_bytes()[:200])
    cases = {
        f"user_factories:fails@{good}": "raised RuntimeError: no GPU here",
        f"user_factories:wants@{good}": "raised TypeError",
        f"user_factories:text@{good}": "gives a str, not a torch.nn.Module",
        f"user_factories:nothing@{good}": "returned nothing",
        f"{FACTORY}@{other}": r"2 of another shape \(5.weight is \(7, 128\) instead of \(10, 128\)",
        f"{FACTORY}@{rows}": "missing .* of another shape",
        f"{FACTORY}@{tmp_path / 'whole.pt'}": "cannot be read",
        f"{FACTORY}@{tmp_path / 'cut.safetensors'}": "cannot be read",
    }
    for location, message in cases.items():
        with pytest.raises(BrokenModelError, match=message) as caught:
            open_format(location)
        assert caught.value.hint
        assert "\n" not in str(caught.value)
    with pytest.raises(ModelNotFoundError, match="no weights file"):
        open_format(f"{FACTORY}@{tmp_path / 'absent.pt'}")
    with pytest.raises(ModelNotFoundError, match="has no 'mak'"):
        open_format(f"tests.models.tiny_torch:mak@{good}")


def test_digest_covers_factory_and_weights(tmp_path: Path) -> None:
    paths = [tiny_torch.weights(tiny_torch.rows(n), tmp_path / f"{n}.safetensors") for n in (1, 2)]
    digests = {location_digest(f"tests.models.tiny_torch:make_rows@{path}") for path in paths}
    assert len(digests) == 2
    opened = open_model(f"tests.models.tiny_torch:make_rows@{paths[0]}")
    assert opened.name == "1.safetensors"
    side = {"preprocessing": {"shape": [2, 2], "modality": "image"}}
    (tmp_path / "2.safetensors.modelkin.json").write_text(json.dumps(side))
    assert open_model(f"tests.models.tiny_torch:make_rows@{paths[1]}").fed.shape == (2, 2)


@pytest.mark.parametrize("name", ["net.pt", "net.pt2", "whole.pt"])
def test_truncated_files_are_broken(tmp_path: Path, name: str) -> None:
    import torch

    net = tiny_torch.rows()
    path = tmp_path / name
    if name == "net.pt":
        tiny_torch.script(net, path)
    elif name == "net.pt2":
        tiny_torch.export(net, path, 4)
    else:
        torch.save(net, path)
    path.write_bytes(path.read_bytes()[:-300])
    with pytest.raises(BrokenModelError, match="cannot be loaded") as caught:
        open_format(str(path))
    assert "\n" not in str(caught.value)
    assert caught.value.hint


def test_program_that_touches_files_is_refused(tmp_path: Path) -> None:
    import torch

    class Writing(torch.nn.Module):  # type: ignore[misc]
        def forward(self, rows: torch.Tensor) -> torch.Tensor:
            return rows + torch.from_file("/etc/hostname", size=1)

    path = tiny_torch.script(Writing(), tmp_path / "writing.pt")
    with pytest.raises(UnsafeModelError, match=r"torch\.from_file") as caught:
        open_format(path)
    assert "--allow-code" in caught.value.hint
    assert open_format(path, allow_code=True)[0].name == "torchscript"


def altered(path: Path, ending: str, change: Any) -> str:  # noqa: ANN401
    """A copy of a zip archive with one member changed."""
    copy = path.with_name("altered.pt2")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(copy, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, change(content) if name.endswith(ending) else content)
    return str(copy)


def test_export_that_could_run_code_is_refused(tmp_path: Path) -> None:
    import io
    import pickle

    import torch

    path = Path(tiny_torch.export(tiny_torch.rows(), tmp_path / "net.pt2", 4))
    open_format(str(path))
    whole = io.BytesIO()
    torch.save((tiny_torch.rows(),), whole)
    symbol = json.loads(zipfile.ZipFile(path).read("net/models/model.json"))
    assert "expr_str" in json.dumps(symbol)
    attacks = {
        ("sample_inputs/model.pt", "imports torch.nn.modules"): lambda _: whole.getvalue(),
        ("sample_inputs/model.pt", "a pickle that imports"): lambda _: pickle.dumps(print, 4),
        ("model.json", "the operator torch.load"): lambda text: text.replace(
            b"torch.ops.aten.linear.default", b"torch.load"
        ),
        ("model.json", "the expression exec"): lambda text: text.replace(b"Symbol(", b"exec("),
        ("model.json", "the expression"): lambda text: text.replace(b"Symbol(", b"Symbol.x("),
        ("weights_config.json", "the pickled tensor"): lambda text: text.replace(
            b'"use_pickle": false', b'"use_pickle": true'
        ),
    }
    for (member, message), change in attacks.items():
        with pytest.raises(UnsafeModelError, match=message) as caught:
            open_format(altered(path, member, change))
        assert "--allow-code" in caught.value.hint
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("net/data/aotinductor/model/a.so", b"\x7fELF")
    with pytest.raises(UnsafeModelError, match="compiled code"):
        open_format(str(path))


def test_foreign_globals_are_named_without_importing() -> None:
    import pickle

    assert foreign_globals(pickle.dumps({"a": [1, 2.5, "b"]}, 2)) == ()
    assert foreign_globals(pickle.dumps(print, 2)) == ("__builtin__.print",)
    assert foreign_globals(pickle.dumps(print, 4)) == ("?",)
    assert foreign_globals(b"\xff\xfe no pickle") == ("?",)
    assert foreign_globals(b"PK\x03\x04 cut") == ("?",)


def test_modules_and_factories_in_python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "users_nets.py").write_text(
        "from tests.models.tiny_torch import convolutional\n"
        "net = convolutional().train()\n"
        "sized = convolutional()\n"
        "sized.modelkin = {'shape': [1, 28, 28], 'output': 'logits'}\n"
        "def make():\n    return convolutional()\n"
        "make.modelkin = {'factory': True}\n"
        "def plain():\n    return lambda rows: rows.mean(axis=(1, 2))\n"
        "plain.modelkin = {'factory': True, 'shape': [28, 28, 3]}\n"
        "def broken():\n    raise OSError('no weights')\n"
        "broken.modelkin = {'factory': True}\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    rows = pictures()
    wanted = expected(tiny_torch.convolutional(), rows)
    for name in ("net", "make", "sized"):
        found, model = open_format(f"users_nets:{name}")
        np.testing.assert_allclose(ask(model, rows)[0], wanted, rtol=1e-5)
        assert not model.signature.metered
        assert found.first_convolution(f"users_nets:{name}") is not None
    assert open_format("users_nets:sized")[1].signature.inputs[0].shape == (None, 1, 28, 28)
    _, model = open_format("users_nets:plain")
    assert model.signature.inputs[0].shape == (None, 28, 28, 3)
    assert model.signature.metered
    with pytest.raises(BrokenModelError, match="raised OSError: no weights"):
        open_format("users_nets:broken")


def test_outputs_of_all_kinds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "users_outputs.py").write_text(
        "import torch\n"
        "class Net(torch.nn.Module):\n"
        "    def __init__(self, form):\n        super().__init__()\n"
        "        self.form = form\n        self.line = torch.nn.Linear(4, 3)\n"
        "    def forward(self, x):\n        return self.form(self.line(x))\n"
        "pair = Net(lambda z: (z, [z.argmax(1)]))\n"
        "logits = Net(lambda z: {'logits': z, 'hidden': z[:, :1]})\n"
        "named = Net(lambda z: {'a': z, 'b': z[:, :1].bfloat16()})\n"
        "none = Net(lambda z: 'text')\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    rows = np.ones((5, 4), dtype=np.float32)
    shapes = {"pair": [(5, 3), (5,)], "logits": [(5, 3)], "named": [(5, 3), (5, 1)]}
    for name, wanted in shapes.items():
        _, model = open_format(f"users_outputs:{name}")
        assert [found.shape for found in ask(model, rows)] == wanted
        assert model.signature.inputs[0].shape == (None, 4)
    with pytest.raises(PredictionError, match="returned no tensor"):
        ask(open_format("users_outputs:none")[1], rows)
    with pytest.raises(PredictionError, match="PyTorch failed") as caught:
        ask(open_format("users_outputs:logits")[1], rows[:, :2])
    assert isinstance(caught.value, ModelkinError)


def test_hidden_file_operators_are_found(tmp_path: Path) -> None:
    import torch

    class Adding(torch.nn.Module):  # type: ignore[misc]
        def forward(self, rows: torch.Tensor) -> torch.Tensor:
            return torch.add(rows, 1)

    path = Path(tiny_torch.script(Adding(), tmp_path / "adding.pt"))
    assert open_format(str(path))[0].name == "torchscript"
    for call in (b"torch . save", b"torch\\\n.save", b"ops.aten.from_file", b"ops.mine.run", None):
        hidden = altered(
            path,
            ".py",
            lambda text, call=call: b"" if call is None else text.replace(b"torch.add", call),
        )
        with pytest.raises(UnsafeModelError, match="TorchScript program that calls"):
            open_format(hidden)
