"""Compares whose methods ask queries of their own."""

import dataclasses
import hashlib
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import modelkin
from modelkin.cli.main import main
from modelkin.errors import CorruptFileError, IncompatibleError
from modelkin.models.opened import OpenedModel, open_model
from modelkin.pipeline.crafted import Crafted
from modelkin.pipeline.crafting import require_live
from modelkin.pipeline.judging import Judgement, Terms, judge
from modelkin.pipeline.null import Reference
from modelkin.pipeline.reading_evidence import read_evidence
from modelkin.pipeline.recomputing import recompute
from modelkin.records import (
    Access,
    AnyArray,
    FloatArray,
    IntArray,
    OutputKind,
    Responses,
    Signature,
)

FASHION = Path(__file__).parents[2] / "examples/models/fashion"
SOURCE, COPY = FASHION / "source.onnx", FASHION / "copies/finetuned.onnx"
HONEST = [FASHION / "honest/a-mlp.onnx", FASHION / "honest/a-cnn-1.onnx"]


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> tuple[modelkin.Report, Path]:
    folder = tmp_path_factory.mktemp("crafted")
    evidence = folder / "evidence.zip"
    report = modelkin.compare(
        SOURCE,
        COPY,
        references=HONEST,
        queries=101,
        methods=("ipguard_bisection", "log_correlation"),
        cache=folder,
        evidence=evidence,
    )
    return report, evidence


def labels_of(path: Path, queries: AnyArray) -> IntArray:
    opened = open_model(str(path))
    try:
        (scores,) = opened.answer([str(row) for row in range(len(queries))], queries)
    finally:
        opened.close()
    return np.asarray(scores.argmax(axis=1), dtype=np.int64)


def test_numbers_are_those_of_the_models_on_the_stored_queries(
    compared: tuple[modelkin.Report, Path],
) -> None:
    report, evidence = compared
    queries = read_evidence(evidence).crafted["ipguard_bisection"].queries
    assert queries.shape == (100, 28, 28, 3)
    own = labels_of(SOURCE, queries)
    assert (own[::2] != own[1::2]).all()
    assert report.decision.similarity.method == "ipguard_bisection"
    assert report.decision.similarity.value == np.mean(labels_of(COPY, queries) == own)
    assert report.decision.null is not None
    found = {Path(score.reference).stem: score.similarity for score in report.decision.null.scores}
    assert found == {path.stem: np.mean(labels_of(path, queries) == own) for path in HONEST}
    assert [one.n_queries for one in report.similarities] == [100, 101]


def test_every_query_is_counted(compared: tuple[modelkin.Report, Path]) -> None:
    """The pool, the crafted queries, and for the source a label a seed and two a pair."""
    report, _ = compared
    assert report.suspect.asked == report.suspect.asked_now == 101 + 100
    assert report.source.asked == report.source.asked_now == 101 + 100 + (101 + 2 * 50)
    note = "ipguard_bisection asked every model 100 queries beyond the pool, crafted for the source"
    assert any(warning.startswith(note) for warning in report.warnings)


def test_evidence_leads_to_the_same_numbers(compared: tuple[modelkin.Report, Path]) -> None:
    report, evidence = compared
    judgement = recompute(read_evidence(evidence), name="evidence")
    assert judgement.similarities == report.similarities
    assert judgement.decision == report.decision


def test_the_same_seed_crafts_the_same_queries(
    compared: tuple[modelkin.Report, Path], tmp_path: Path
) -> None:
    made = []
    for seed in (0, 1):
        file = tmp_path / f"{seed}.zip"
        modelkin.compare(
            SOURCE,
            COPY,
            pool="image-mix-v1/28x28/n101/s0",
            methods=["ipguard_bisection"],
            seed=seed,
            cache=tmp_path,
            evidence=file,
        )
        made.append(read_evidence(file).crafted["ipguard_bisection"].queries.tobytes())
    first = read_evidence(compared[1]).crafted["ipguard_bisection"].queries.tobytes()
    assert made[0] == first
    assert made[1] != first


def test_verify_names_the_crafted_queries(
    compared: tuple[modelkin.Report, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", str(compared[1]), "--skip-pool"]) == 4
    assert "crafted: ipguard_bisection: 100 queries, sha256 equal" in capsys.readouterr().out


@pytest.mark.parametrize("what", ["queries.npy", "suspect.npz"])
def test_exchanged_files_are_noticed(
    compared: tuple[modelkin.Report, Path], tmp_path: Path, what: str
) -> None:
    """Also when the checksums were written anew."""
    with zipfile.ZipFile(compared[1]) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    name = f"ipguard_bisection/{what}"
    held = files[name]
    files[name] = files["suspect.npz"] if what == "suspect.npz" else held[:-1] + b"\x07"
    forged = tmp_path / "forged.zip"
    for renewed, error in ((False, "was altered"), (True, "not those that were answered")):
        manifest = json.loads(files["manifest.json"])
        if renewed:
            manifest["sha256"][name] = hashlib.sha256(files[name]).hexdigest()
        with zipfile.ZipFile(forged, "w") as archive:
            for key, content in {**files, "manifest.json": json.dumps(manifest).encode()}.items():
                archive.writestr(key, content)
        with pytest.raises(CorruptFileError, match=error):
            recompute(read_evidence(forged), name="forged")


@pytest.mark.parametrize(
    ("method", "lacking"),
    [
        ("akh", "the true classes of the queries"),
        ("ddv_white_box", "gradients of the source"),
        ("ipguard", "gradients of the source"),
        ("adversarial_transfer", "gradients of the source"),
    ],
)
def test_what_a_compare_does_not_have_is_refused_first(method: str, lacking: str) -> None:
    """Before the models are even opened: there are none."""
    with pytest.raises(IncompatibleError, match=f"'{method}' crafts .* {lacking}") as raised:
        modelkin.compare("nothing.onnx", "nothing.onnx", methods=[method])
    assert "modelkin bench modelreuse" in raised.value.hint


def test_less_access_than_needed_is_refused_first() -> None:
    with pytest.raises(IncompatibleError, match="needs scores, and no more than label"):
        modelkin.compare("nothing.onnx", "nothing", methods=["ddv_black_box"], access="label")


def test_they_do_not_run_unless_named(tmp_path: Path) -> None:
    report = modelkin.compare(SOURCE, COPY, queries=60, cache=tmp_path)
    assert report.suspect.asked == 60
    shown = {one.method for one in report.similarities} | {one.subject for one in report.skipped}
    assert not {name for name in shown if "ipguard" in name or "black_box" in name}


class _Recorded:
    ids = frozenset({"pool#0-000001"})


class _Networked:
    sent, largest, signature = 0, 8, Signature()

    def meter(self, spend: Callable[[int], None]) -> None:
        """Never called."""


@pytest.mark.parametrize(
    ("model", "reason"),
    [(_Recorded(), "holds recorded answers"), (_Networked(), "every query to .* counts")],
)
def test_models_that_cannot_be_asked_more_are_refused(model: object, reason: str) -> None:
    opened = dataclasses.replace(open_model(str(SOURCE)), model=model)  # type: ignore[arg-type]
    assert isinstance(opened, OpenedModel)
    require_live(opened, [])
    with pytest.raises(IncompatibleError, match=reason):
        require_live(opened, ["ddv_black_box"])


def answers(name: str, values: FloatArray, pool: str = "pool") -> Responses:
    return Responses(
        model=name,
        model_digest=name,
        pool=pool,
        pool_digest=pool,
        values=values,
        kind=OutputKind.LOGITS,
        access=Access.SCORES,
        index=np.arange(len(values)),
        parts=("part",) * len(values),
        asked=len(values),
    )


def run(suspect_values: tuple[FloatArray, FloatArray], *, crafted: bool = True) -> Judgement:
    on_pool, on_crafted = logits()
    honest = [
        Reference(
            answers(f"r{i}", other[0]),
            f"f{i}",
            crafted={"ipguard_bisection": answers(f"r{i}", other[1], "own")},
        )
        for i, other in ((i, logits(100 + i)) for i in range(3))
    ]
    own = Crafted(
        queries=np.zeros((60, 2), dtype=np.float32),
        source=answers("source", on_crafted, "own"),
        suspect=answers("suspect", suspect_values[1], "own"),
    )
    return judge(
        answers("source", on_pool),
        answers("suspect", suspect_values[0]),
        honest,
        Terms(methods=("ipguard_bisection",), rule="conformal", alpha=0.05, null=None),
        {"ipguard_bisection": own} if crafted else None,
    )


def logits(seed: int = 0) -> tuple[FloatArray, FloatArray]:
    """To 240 queries of the pool, to 60 crafted ones; all models share something."""
    rng, common = np.random.default_rng(seed), np.random.default_rng(999)
    first, second = (rng.normal(size=(n, 6)) + common.normal(size=(n, 6)) for n in (240, 60))
    return first, second


def test_classes_in_another_order_are_matched_on_the_pool() -> None:
    """The suspect is the source with its classes shuffled, on the crafted queries too."""
    shuffle = [3, 0, 4, 1, 5, 2]
    on_pool, on_crafted = logits()
    noise = np.random.default_rng(5).normal(size=on_pool.shape) * 1e-3
    found = run(((on_pool + noise)[:, shuffle], on_crafted[:, shuffle]))
    assert found.alignment.label_sets == "permuted"
    assert found.similarities[0].value == 1.0
    assert found.similarities[0].n_queries == 60
    assert found.decision.null is not None
    scores = [score.similarity for score in found.decision.null.scores]
    best = on_crafted.argmax(axis=1)
    wanted = [np.mean(best == logits(100 + i)[1].argmax(axis=1)) for i in range(3)]
    assert scores == pytest.approx(wanted)


def test_without_answers_of_its_own_a_method_cannot_judge() -> None:
    with pytest.raises(IncompatibleError, match="there are no answers to any"):
        run(logits(1), crafted=False)
