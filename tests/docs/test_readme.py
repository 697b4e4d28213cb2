"""What the documents show is run as a reader would run it, and must come out as shown."""

import contextlib
import importlib
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import pytest

import modelkin.methods
import modelkin.models.formats
from modelkin import registry
from modelkin.apps.output.as_json import scan_schema
from modelkin.models.conventions import CONVENTIONS
from modelkin.models.opening import open_format
from modelkin.models.preprocessing import derive_preprocessing
from modelkin.models.sidecar import read_override
from modelkin.pipeline.choosing import make_method
from modelkin.records import Access, Batch, OutputKind, Responses
from modelkin.report.schema import dataset_schema, report_schema
from modelkin.testing.extras import needs_extra

ROOT = Path(__file__).parents[2]
RUN_DOCUMENTS = (
    "README.md",
    "docs/tutorial.md",
    "docs/pools.md",
    "docs/evidence.md",
    "docs/disputes.md",
    "docs/distances.md",
    "docs/zoo.md",
    "docs/dataset.md",
    "docs/derive.md",
    "docs/selection.md",
    "docs/flawed-model.md",
)
LINKED = (*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md")))

_FENCE = re.compile(
    r"(?:<!-- needs: (?P<extra>\w+) -->\n)?^```(?P<kind>\w+)\n(?P<body>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\((?P<target>[^)\s]+)\)")
_EXIT = re.compile(r"\s+# exit (?P<code>\d)$")
_COMMAND = "from modelkin.cli.main import run; run()"
_DURATION = re.compile(r"\b\d+(\.\d+)? ?(ms|s|min|h)\b")
_PROBES = re.compile(r", \d+ probes|, [\d,]+ now")
_DECIMAL = re.compile(r"[-+]?\d+\.\d+(e[-+]?\d+)?|\b\d+e[-+]?\d+\b")
_PLOT = re.compile(r"^.*\|.*[◆·⁞].*\|.*$", re.MULTILINE)
_KEY = (
    re.compile(r"^(RELATED|NO EVIDENCE|INCONCLUSIVE).*$", re.MULTILINE),
    re.compile(r"p = [\d.]+"),
    re.compile(r"floor 1/\(\d+ \+ 1\)"),
    re.compile(r"\b\d+ models? from \d+ independent"),
    re.compile(r"^(?:verdict|sha256|pool|queries): .*$", re.MULTILINE),
)


@dataclass(frozen=True)
class _Block:
    """A fenced block of a document and what it needs."""

    kind: str
    body: str
    line: int
    extra: str | None


def _blocks(document: str) -> list[_Block]:
    text = (ROOT / document).read_text(encoding="utf-8")
    return [
        _Block(
            kind=found["kind"],
            body=found["body"],
            line=text.count("\n", 0, found.start("body")) + 1,
            extra=found["extra"],
        )
        for found in _FENCE.finditer(text)
        if found["kind"] in {"console", "python"}
    ]


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder that looks like the repository to a reader, and may be written to."""
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    return tmp_path


@pytest.mark.parametrize("document", RUN_DOCUMENTS)
def test_blocks_come_out_as_shown(document: str, desk: Path, answers_cache: Path) -> None:
    blocks = [block for block in _blocks(document) if block.extra is None]
    assert blocks or document == "docs/zoo.md", "all of that page needs an extra"
    for block in blocks:
        _run_block(block, document, desk, answers_cache)


@needs_extra("sklearn", "sklearn")
def test_blocks_that_need_sklearn_come_out_as_shown(desk: Path, answers_cache: Path) -> None:
    blocks = [block for block in _blocks("docs/tutorial.md") if block.extra == "sklearn"]
    assert blocks
    for block in blocks:
        _run_block(block, "docs/tutorial.md", desk, answers_cache)


@needs_extra("sklearn", "map")
@needs_extra("scipy", "map")
def test_blocks_that_need_map_come_out_as_shown(desk: Path, answers_cache: Path) -> None:
    blocks = [block for block in _blocks("docs/zoo.md") if block.extra == "map"]
    assert blocks
    for block in blocks:
        _run_block(block, "docs/zoo.md", desk, answers_cache)


def test_every_block_is_run_by_some_test() -> None:
    found = {(name, block.extra) for name in RUN_DOCUMENTS for block in _blocks(name)}
    assert {pair for pair in found if pair[1]} == {
        ("docs/tutorial.md", "sklearn"),
        ("docs/zoo.md", "map"),
    }


@pytest.mark.parametrize("document", LINKED, ids=lambda path: path.name)
def test_relative_links_lead_somewhere(document: Path) -> None:
    text = re.sub(
        r"^```.*?^```$", "", document.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL
    )
    for found in _LINK.finditer(text):
        target, _, anchor = unquote(found["target"]).partition("#")
        if "://" in target or target.startswith("mailto:"):
            continue
        linked = document.parent / target if target else document
        assert linked.exists(), f"{document.name} links to {found['target']}"
        if anchor:
            assert anchor in _anchors(linked), f"{document.name} links to {found['target']}"


def test_the_sidecar_of_the_preprocessing_page_is_understood(tmp_path: Path) -> None:
    page = (ROOT / "docs/preprocessing.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"^```json\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    file = tmp_path / "model.onnx.modelkin.json"
    file.write_text(example, encoding="utf-8")
    sidecar = read_override(file)
    assert sidecar.preprocessing["shape"] == (224, 224)
    assert sidecar.output is OutputKind.LOGITS
    for convention in CONVENTIONS:
        assert f"| `{convention.name}` |" in page


def test_the_json_page_names_every_key_of_a_report() -> None:
    page = (ROOT / "docs/json.md").read_text(encoding="utf-8")
    schema = report_schema()
    keys = set(schema["properties"])
    assert {key for key in keys if f"`{key}`" in page} == keys


def test_the_json_page_names_every_key_of_a_dataset_report() -> None:
    page = (ROOT / "docs/json.md").read_text(encoding="utf-8").partition("dataset report")[2]
    keys = set(dataset_schema()["properties"])
    assert {key for key in keys if f"`{key}`" in page} == keys


def test_the_json_page_names_every_key_of_a_scan() -> None:
    page = (ROOT / "docs/json.md").read_text(encoding="utf-8").partition("## Keys of a scan")[2]
    keys = set(scan_schema()["properties"])
    assert {key for key in keys if f"`{key}`" in page} == keys


def test_the_front_page_names_every_page() -> None:
    named = (ROOT / "docs/index.md").read_text(encoding="utf-8")
    pages = {page.name for page in (ROOT / "docs").glob("*.md")} - {"index.md"}
    assert {page for page in pages if f"]({page})" not in named} == set()


def test_the_methods_page_names_every_method() -> None:
    page = (ROOT / "docs/methods.md").read_text(encoding="utf-8")
    for name in registry.names("method"):
        assert f"| `{name}` |" in page


def test_the_format_of_the_contributing_page_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _added_part("format", modelkin.models.formats, tmp_path, monkeypatch):
        file = tmp_path / "a.matrix"
        file.write_text("# linear\n1 0 2\n0 1 3\n", encoding="utf-8")
        found, model = open_format(str(file))
        assert found.name == "plain_matrix"
        assert derive_preprocessing(model.signature).shape == (3,)
        (answers,) = model.predict(Batch(ids=("q",), inputs=(np.ones((1, 3)),)))
        assert answers.tolist() == [[3.0, 4.0]]


def test_the_method_of_the_contributing_page_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _added_part("method", modelkin.methods, tmp_path, monkeypatch):
        method = make_method("runner-up")
        assert set(method.doc_lines()) == {"Summary", "Sees", "Cost", "Paper"}
        a = method.fingerprint_of(_answers([[3.0, 2.0, 1.0], [0.0, 5.0, 2.0]]))
        b = method.fingerprint_of(_answers([[1.0, 2.0, 3.0], [5.0, 2.0, 1.0]]))
        assert method.rate(a, a) == 1.0
        assert method.rate(a, b) == 0.5


def _run_block(block: _Block, document: str, desk: Path, cache: Path) -> None:
    where = f"{document}:{block.line}"
    if block.kind == "python":
        done = _run([sys.executable, "-c", block.body], desk, cache)
        assert done.returncode == 0, f"{where}\n{done.stderr}"
        return
    for command, code, shown in _commands(block.body):
        assert command[0] == "modelkin", f"{where}: a console block runs modelkin only"
        done = _run([sys.executable, "-c", _COMMAND, *command[1:]], desk, cache)
        said = done.stdout + done.stderr
        assert done.returncode == code, f"{where}: {shlex.join(command)}\n{said}"
        _compare(shown, said, f"{where}: {shlex.join(command)}")


def _commands(body: str) -> Iterator[tuple[list[str], int, str]]:
    """Commands of a console block, their exit codes, and the output shown."""
    for piece in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
        lines = piece.splitlines()
        command = lines.pop(0)
        while command.endswith("\\"):
            command = command[:-1] + lines.pop(0).removeprefix("> ").strip()
        stated = _EXIT.search(command)
        yield (
            shlex.split(command[: stated.start()] if stated else command),
            int(stated["code"]) if stated else 0,
            "\n".join(lines),
        )


def _run(command: list[str], desk: Path, cache: Path) -> subprocess.CompletedProcess[str]:
    plain = {"COLUMNS": "100", "PYTHONIOENCODING": "utf-8", "NO_COLOR": "1"}
    return subprocess.run(
        command,
        cwd=desk,
        env={**os.environ, **plain, "MODELKIN_CACHE": str(cache)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def _compare(shown: str, said: str, where: str) -> None:
    """Every shown piece is there, in order; ``...`` stands for anything."""
    for key in _KEY:
        found = key.findall(said)
        for stated in key.findall(shown):
            assert stated in found, f"{where}: {stated!r} is shown, found {found}"
    rest = _steady(said)
    for piece in re.split(r"^\.\.\.$", shown, flags=re.MULTILINE):
        wanted = _steady(piece)
        if not wanted:
            continue
        assert wanted in rest, f"{where}\nshown: {wanted}\nfound: {rest}"
        rest = rest.partition(wanted)[2]


def _steady(text: str) -> str:
    """The words without line breaks, plots and numbers that differ between machines."""
    for pattern, stand_in in (
        (_PLOT, ""),
        (_PROBES, ""),
        (_DURATION, "<time>"),
        (_DECIMAL, "<number>"),
    ):
        text = pattern.sub(stand_in, text)
    return " ".join(text.split())


def _anchors(document: Path) -> set[str]:
    """Anchors of the headings, as GitHub and MkDocs make them."""
    found = re.findall(r"^#+ (.*)$", document.read_text(encoding="utf-8"), flags=re.MULTILINE)
    words = (re.sub(r"[^\w\s-]", "", heading).strip().lower() for heading in found)
    return {re.sub(r"\s+", "-", heading) for heading in words}


@contextlib.contextmanager
def _added_part(
    kind: str, package: object, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Put the page's example of one kind where the registry lists its files."""
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    examples = re.findall(
        r"This is `(\w+)\.py`, complete:\n\n```python\n(.*?)^```$", page, re.MULTILINE | re.DOTALL
    )
    name, code = examples[["format", "method"].index(kind)]
    parts = folder / "parts"
    parts.mkdir()
    (parts / f"{name}.py").write_text(code, encoding="utf-8")
    search: list[str] = list(package.__path__)  # type: ignore[attr-defined]
    monkeypatch.setattr(package, "__path__", [*search, str(parts)])
    importlib.invalidate_caches()
    assert name in registry.names(kind)
    full = f"{package.__name__}.{name}"  # type: ignore[attr-defined]
    try:
        yield
    finally:
        sys.modules.pop(full, None)
        vars(package).pop(name, None)


def _answers(rows: list[list[float]]) -> Responses:
    return Responses(
        model="m",
        model_digest="d",
        pool="p",
        pool_digest="p",
        values=np.array(rows),
        kind=OutputKind.LOGITS,
        access=Access.SCORES,
        index=np.arange(len(rows)),
        parts=("part",) * len(rows),
        asked=len(rows),
    )
