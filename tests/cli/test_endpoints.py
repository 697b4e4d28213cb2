"""URLs on the command line: inspect, record, compare, and what is refused before asking."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.models.fake_server import ITEMS, Fake, serving

from modelkin.cli.main import main

SECRET = "Bearer s3cr3t-t0ken"  # noqa: S105 (made up)


@pytest.fixture
def fake() -> Iterator[Fake]:
    with serving() as running:
        yield running


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODELKIN_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("COLUMNS", "200")


def test_inspect_says_which_adapter_was_chosen(
    fake: Fake, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["inspect", f"{fake.url}/v2/models/tiny"]) == 0
    shown = capsys.readouterr().out
    assert "openinference" in shown
    assert "by the URL's shape" in shown
    assert "x: ?x4 float64" in shown
    assert main(["inspect", fake.url, "--adapter", "mlflow", "--json", "-"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["format"], found["endpoint"]["chosen"]) == ("mlflow", "named")


def test_two_endpoints_and_a_record_of_one(
    fake: Fake, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answers, adapter = tmp_path / "answers.npz", tmp_path / "adapter.json"
    adapter.write_text(ITEMS)
    url = f"{fake.url}/v2/models/tiny"
    assert main(["record", url, "--out", str(answers), "--queries", "60", "--quiet"]) == 0
    assert fake.sent == 60
    compare = ["compare", f"{fake.url}/score", str(answers), "--adapter-file", str(adapter)]
    capsys.readouterr()
    assert main([*compare, "--json", "-"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert report["relation"] == "identical"
    assert report["queries"]["source"] == 60
    assert fake.sent == 120
    both = ["compare", url, f"{fake.url}/v1/models/tiny", "--queries", "60", "--json", "-"]
    assert main(both) == 1
    report = json.loads(capsys.readouterr().out)
    assert report["relation"] == "identical"
    # five of the suspect's were asked twice, within the budget
    assert report["queries"] == {"source": 60, "suspect": 60}


def test_secrets_are_in_no_output(
    fake: Fake,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MY_TOKEN", SECRET)
    fake.key = SECRET
    url = f"{fake.url}/v2/models/tiny"
    other = tmp_path / "answers.csv"
    header = ["--header", "Authorization=env:MY_TOKEN"]
    assert main(["record", url, "--out", str(other), "--queries", "60", *header]) == 0
    pages = [tmp_path / name for name in ("r.json", "r.html", "e.zip")]
    written = ["--json", str(pages[0]), "--html", str(pages[1]), "--evidence", str(pages[2])]
    assert main(["compare", url, str(other), *header, *written]) == 1
    assert main(["inspect", url, *header]) == 0
    fake.key = "another"
    assert main(["compare", url, str(other), *header, "--fresh"]) == 3
    shown = capsys.readouterr()
    assert "[secret]" in shown.err
    kept = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert b"t0ken" not in kept + (shown.out + shown.err).encode()


@pytest.mark.parametrize("typed", ["Authorization: Bearer s3cr3t", "X-Key=s3cr3t", "s3cr3t="])
def test_plain_header_values_are_refused_and_not_repeated(
    fake: Fake, capsys: pytest.CaptureFixture[str], typed: str
) -> None:
    assert main(["inspect", f"{fake.url}/v2/models/tiny", "--header", typed]) == 2
    said = capsys.readouterr().err
    assert "=env:VARIABLE" in said
    assert "s3cr3t" not in said


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["http://127.0.0.1:1/a", "http://127.0.0.1:1/b", "--adapter", "json"], "--source-adapter"),
        (
            ["http://127.0.0.1:1/a", "http://127.0.0.1:1/b", "--header", "A=env:B"],
            "--source-header",
        ),
        (["http://127.0.0.1:1/a", "http://127.0.0.1:1/b", "--adapter-file", "x"], "override"),
        (["a.onnx", "b.onnx", "--adapter", "json"], "neither is one"),
        (["http://127.0.0.1:1/a", "b.onnx", "--adapter", "jsn"], "no adapter 'jsn'"),
        (["http://127.0.0.1:1/a", "b.onnx", "--rate", "0"], "--rate 0 is not positive"),
        (["http://127.0.0.1:1/a", "b.onnx", "--header", "A=env:NOT_SET_AT_ALL"], "is not set"),
        (["http://127.0.0.1:1/a", "b.onnx", "--adapter-file", "none.json"], "cannot be read"),
    ],
)
def test_contradictions_are_refused_before_any_request(
    capsys: pytest.CaptureFixture[str], options: list[str], said: str
) -> None:
    assert main(["compare", *options]) == 2
    assert said in capsys.readouterr().err


def test_a_reference_may_be_a_url(fake: Fake, capsys: pytest.CaptureFixture[str]) -> None:
    urls = [f"{fake.url}/v2/models/tiny", f"{fake.url}/v1/models/tiny"]
    assert main(["compare", *urls, "--references", urls[1], "--queries", "60", "--json", "-"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert report["relation"] == "identical"
