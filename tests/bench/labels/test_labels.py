"""The bench of label-only verification: arithmetic by hand, the protocol's promises, bad input."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from modelkin.bench import labels
from modelkin.bench.label_replay.null_agreement import log_ratio_weights, null_agreement
from modelkin.bench.label_replay.pairs import Pairs, pairs_of
from modelkin.bench.label_replay.pilot import check_pilot
from modelkin.bench.label_replay.rates import SplitRates
from modelkin.bench.label_replay.reading import read_labels
from modelkin.bench.label_replay.recorded import BASE, RecordedLabels
from modelkin.bench.label_replay.replay import BUDGETS, FALSE_RATES, replay
from modelkin.bench.label_replay.schemes import SCHEMES, WITH_COPIES
from modelkin.bench.label_replay.scoring import score_pairs
from modelkin.bench.label_replay.selection import least_expected, mistakes, most_changed
from modelkin.bench.label_replay.splits import Split, draw_splits
from modelkin.bench.label_replay.thresholds import threshold, weighted_thresholds
from modelkin.cli.main import main
from modelkin.errors import UsageError
from modelkin.pipeline.progress import Silent
from modelkin.records import FloatArray
from modelkin.testing.extras import corpus_folder, needs_corpus

WriteLabels = Callable[..., Path]
ROOT = Path(__file__).parents[3]


def _ints(*values: int) -> Any:  # noqa: ANN401
    return np.array(values, dtype=np.int32)


@pytest.fixture
def recorded(write_labels: WriteLabels) -> RecordedLabels:
    return read_labels(write_labels())


def test_p0_counts_agreeing_references_and_half_an_agreement() -> None:
    references = np.array([[1, 1, 1], [2, 0, 0], [0, 0, 0]], dtype=np.int32)
    found = null_agreement(_ints(1, 2, 3), references)
    assert found.tolist() == [3.5 / 4, 1.5 / 4, 0.5 / 4]


def test_an_answer_weighs_the_log_ratio_of_its_chances() -> None:
    agree, differ = log_ratio_weights(np.array([0.5, 0.9, 0.95]))
    assert agree == pytest.approx([np.log(1.8), 0, np.log(0.9 / 0.95)])
    assert differ == pytest.approx([np.log(0.2), 0, np.log(2)])
    assert agree[2] < 0 < differ[2]


@pytest.mark.parametrize(
    ("false_rate", "expected"), [(0.0, 10.0), (0.09, 10.0), (0.1, 9.0), (0.25, 8.0), (0.3, 7.0)]
)
def test_the_threshold_lets_at_most_the_share_lie_above(false_rate: float, expected: float) -> None:
    negatives = np.random.default_rng(0).permutation(np.arange(1.0, 11.0))
    assert threshold(negatives, false_rate) == expected
    assert (negatives > expected).mean() <= false_rate


def test_ties_with_negatives_are_not_called_related() -> None:
    assert threshold(np.array([5.0, 5.0, 5.0, 1.0]), 0.25) == 5.0


def test_weights_count_like_repeated_negatives() -> None:
    rng = np.random.default_rng(1)
    negatives = rng.integers(0, 40, 200).astype(float)
    weights = rng.integers(0, 4, (200, 6)).astype(float)
    found = weighted_thresholds(negatives, weights, FALSE_RATES)
    for draw in range(6):
        repeated = np.repeat(negatives, weights[:, draw].astype(int))
        for level, rate in enumerate(FALSE_RATES):
            assert found[level, draw] == threshold(repeated, rate)


def test_a_draw_without_negatives_has_no_threshold() -> None:
    found = weighted_thresholds(np.array([1.0, 2.0]), np.array([[1.0, 0.0], [0.0, 0.0]]), [0.5])
    assert found[0, 0] == 1.0
    assert np.isnan(found[0, 1])


def _three_families() -> tuple[Pairs, FloatArray]:
    """Each family's source against one variant of each family, by a table of scores."""
    source, family = np.repeat([0, 1, 2], 3), np.tile([0, 1, 2], 3)
    scores = np.array([[0.9, 0.2, 0.3], [0.1, 0.5, 0.6], [0.4, 0.7, 0.8]])
    pairs = Pairs(source=source, suspect=family, family=family, kind=np.array([0, 1, 1] * 3))
    return pairs, scores.ravel()


def test_rates_of_three_families_by_hand() -> None:
    pairs, scores = _three_families()
    rates = SplitRates(pairs, 2, np.ones((1, 3)), (0.0, 0.2))(scores)[..., 0]
    # largest negative .7: families 0 and 2 are found, 1 is not; the next, .6, changes nothing
    assert rates[0].tolist() == [[2 / 3, 1.0, 1 / 2]] * 2
    # without family 0: .7, without 1: .4, without 2: .2; only .7 > .4 accuses wrongly
    assert rates[1, 0].tolist() == [1.0, 1.0, 1.0]
    assert rates[2, 0].tolist() == pytest.approx([3 / 6, 0.0, 3 / 4])


def test_a_family_that_counts_twice_counts_twice_in_rates() -> None:
    pairs, scores = _three_families()
    weights = np.array([[1.0, 1.0, 1.0], [1.0, 2.0, 0.0]])
    rates = SplitRates(pairs, 2, weights, (0.0,))(scores)
    # family 2 gone: negatives .2 and .1, so the family that counts twice is found as well
    assert rates[0, 0, 0].tolist() == pytest.approx([2 / 3, 1.0])
    assert rates[2, 0, 0, 1] == 0.0


def test_no_class_takes_more_than_a_tenth_of_the_budget() -> None:
    rng = np.random.default_rng(2)
    p0 = rng.random(3000)
    predicted = np.where(rng.random(3000) < 0.5, 0, rng.integers(0, 50, 3000)).astype(np.int32)
    for budget in BUDGETS:
        chosen = least_expected(p0, predicted, budget)
        assert len(set(chosen.tolist())) == budget
        assert np.bincount(predicted[chosen]).max() <= max(1, budget // 10)
        assert (np.diff(p0[chosen]) >= 0).all()


def test_the_least_expected_come_first_and_a_rest_is_filled_by_p0() -> None:
    p0 = np.array([0.5, 0.1, 0.2, 0.3, 0.4])
    assert least_expected(p0, _ints(1, 1, 1, 2, 2), 3).tolist() == [1, 3, 2]


def test_akh_asks_mistakes_first() -> None:
    assert mistakes(_ints(1, 2, 3, 4), _ints(1, 0, 3, 0), 3).tolist() == [1, 3, 0]


def test_ipguard_like_leaves_the_suspects_kind_out() -> None:
    changed = np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 0.5], [np.nan] * 3])
    assert most_changed(changed, 0, 1).tolist() == [2]
    assert most_changed(changed, 1, 1).tolist() == [1]
    assert most_changed(changed, BASE, 1).tolist() == [1]


def test_negatives_families_are_never_references(recorded: RecordedLabels) -> None:
    for seed in range(30):
        (split,) = draw_splits(recorded, n=1, seed=seed)
        pairs = pairs_of(recorded, split)
        referred = set(split.references.tolist())
        assert len(referred) == 8
        assert referred.isdisjoint(pairs.source.tolist())
        assert referred.isdisjoint(pairs.family.tolist())
        assert set(pairs.source.tolist()) == set(range(12)) - referred
        assert (recorded.bases[pairs.source] != pairs.suspect).all()
        assert len(set(split.candidates.tolist())) == 210


def test_more_splits_begin_with_the_same_ones(recorded: RecordedLabels) -> None:
    few, more = (list(draw_splits(recorded, n=n, seed=3)) for n in (2, 4))
    for a, b in zip(few, more, strict=False):
        assert a.references.tolist() == b.references.tolist()
        assert a.candidates.tolist() == b.candidates.tolist()
    assert few[0].candidates.tolist() != few[1].candidates.tolist()


def _scores(recorded: RecordedLabels, split: Split) -> FloatArray:
    changed = {family: recorded.changed(family) for family in split.judged.tolist()}
    pairs = pairs_of(recorded, split)
    return score_pairs(recorded, split, pairs, schemes=SCHEMES, budgets=BUDGETS, changed=changed)


def test_nothing_is_fitted_on_negatives(recorded: RecordedLabels) -> None:
    (split,) = draw_splits(recorded, n=1, seed=0)
    pairs = pairs_of(recorded, split)
    source = int(split.judged[0])
    mine = pairs.related & (pairs.source == source)
    judged = np.isin(recorded.family, split.judged) & (recorded.family != source)
    scrambled = recorded.answers.copy()
    scrambled[:, judged] = np.random.default_rng(9).permutation(scrambled[:, judged])
    before, after = (
        _scores(one, split) for one in (recorded, replace(recorded, answers=scrambled))
    )
    assert np.array_equal(before[..., mine], after[..., mine])
    assert not np.array_equal(before, after)


def test_ipguard_like_never_saw_the_suspects_kind(recorded: RecordedLabels) -> None:
    (split,) = draw_splits(recorded, n=1, seed=0)
    pairs = pairs_of(recorded, split)
    kind = recorded.kinds.index("prune")
    mine = recorded.variants(int(split.judged[0]))
    one, other = mine[recorded.kind[mine] == kind]
    scrambled = recorded.answers.copy()
    scrambled[:, other] = 0
    judged = pairs.suspect == one
    row = [scheme.name for scheme in SCHEMES].index("ipguard_like")
    before, after = (
        _scores(labels_, split) for labels_ in (recorded, replace(recorded, answers=scrambled))
    )
    assert np.array_equal(before[row][:, judged], after[row][:, judged])
    assert not np.array_equal(before[row], after[row])


def test_equal_evidence_ties_whatever_the_order_of_answers() -> None:
    recorded = RecordedLabels(
        answers=np.zeros((200, 2), dtype=np.int32),
        truth=np.zeros(200, dtype=np.int32),
        families=("a",),
        family=np.array([0, 0]),
        kinds=("k",),
        kind=np.array([BASE, 0]),
        bases=np.array([0]),
    )
    split = Split(references=np.array([0]), judged=np.array([0]), candidates=np.arange(200))
    shuffled = recorded.answers.copy()
    scores = set()
    rng = np.random.default_rng(4)
    for _ in range(30):
        shuffled[:, 1] = rng.permutation(np.arange(200) < 31)
        altered = replace(recorded, answers=shuffled)
        pairs = pairs_of(altered, split)
        weighted = tuple(scheme for scheme in SCHEMES if scheme.name == "random_llr")
        found = score_pairs(
            altered, split, pairs, schemes=weighted, budgets=(200,), changed={0: np.zeros((1, 200))}
        )
        scores.add(found.item())
    assert len(scores) == 1


def _run(folder: Path, seed: int) -> dict[str, Any]:
    result = labels.run(data=folder, small=True, seed=seed, progress=Silent())
    return {"figures": result.figures, "rows": result.rows, "missing": result.missing}


def test_the_same_seed_gives_the_same_numbers(write_labels: WriteLabels) -> None:
    folder = write_labels()
    before = np.random.get_state()[1].tolist()  # type: ignore[index]  # noqa: NPY002
    first, again, other = _run(folder, 1), _run(folder, 1), _run(folder, 2)
    assert first == again
    assert first["figures"] != other["figures"]
    assert np.random.get_state()[1].tolist() == before  # type: ignore[index]  # noqa: NPY002


def test_figures_have_stable_names_and_intervals_around_them(write_labels: WriteLabels) -> None:
    found = _run(write_labels(), 0)
    figures = found["figures"]
    names = [f"tpr_at_fpr1_q{budget}" for budget in (10, 20, 50, 100)]
    for prefix in ("", "random_", "random_llr_", "akh_", "ipguard_like_", "nca_", "nca_llr_"):
        for name in (*names, "tpr_at_fpr01_q100"):
            figure = figures[prefix + name]
            assert 0 <= figure.low <= figure.value <= figure.high <= 1
            assert figure.n == 12
    assert (
        replace(figures["tpr_at_fpr1_q20"], target="")
        == figures["expected_evidence_tpr_at_fpr1_q20"]
    )
    for prefix in ("own_", "own_akh_", "own_nca_", "reverse_", "reverse_own_copies_"):
        assert 0 <= figures[f"{prefix}tpr_at_fpr1_q10"].value <= 1
    assert figures["akh_tpr_at_fpr1_q100"].value > figures["random_tpr_at_fpr1_q10"].value
    sequential = {"anytime_detected", "anytime_median_queries", "anytime_false"}
    assert set(found["missing"]) == {"aside_*", *sequential}
    assert {row["suspects"] for row in found["rows"]} == {
        "all",
        "half",
        "prune",
        "finetune",
        "finetune (own copies: half, prune)",
        "half, prune (own copies: finetune)",
    }


def test_sixteen_families_give_the_sequential_verdict(write_labels: WriteLabels) -> None:
    figures = _run(write_labels(families=16, images=4000), 0)["figures"]
    for prefix in ("", "own_", "each_"):
        for ending in ("", "_margin_0", "_margin_1"):
            found, false = (
                figures[f"{prefix}anytime_{name}{ending}"].value for name in ("detected", "false")
            )
            assert found > 0.5
            assert false <= 0.1
        assert 1 < figures[f"{prefix}anytime_median_queries"].value < 200
        # more room above the references never accuses more
        assert figures[f"{prefix}anytime_false"].value <= (
            figures[f"{prefix}anytime_false_margin_0"].value
        )


def test_own_copies_of_the_tested_kinds_are_never_seen(recorded: RecordedLabels) -> None:
    (split,) = draw_splits(recorded, n=1, seed=0)
    pairs = pairs_of(recorded, split, tested=("finetune",))
    kind = recorded.kinds.index("finetune")
    assert (pairs.kind[pairs.related] == kind).all()
    assert set(pairs.kind[~pairs.related].tolist()) == {BASE, 0, 1, 2}
    changed = {family: recorded.changed(family) for family in split.judged.tolist()}
    altered = recorded.answers.copy()
    altered[:, recorded.kind == kind] = 0
    for copies, same in ((("half", "prune"), True), (("half", "finetune"), False)):
        rows = [
            score_pairs(
                replace(recorded, answers=answers),
                split,
                pairs,
                schemes=WITH_COPIES,
                budgets=(20,),
                changed=changed,
                copies=copies,
            )[..., ~np.isin(pairs.kind, [kind])]
            for answers in (recorded.answers, altered)
        ]
        assert np.array_equal(rows[0], rows[1]) is same


def test_one_kind_of_variant_leaves_ipguard_like_out(write_labels: WriteLabels) -> None:
    found = _run(write_labels(kinds=(("half", 0.02), ("half", 0.05))), 0)
    assert "two kinds" in found["missing"]["ipguard_like_*"]
    assert not [name for name in found["figures"] if name.startswith("ipguard_like")]
    assert "tpr_at_fpr1_q20" in found["figures"]


def test_variants_that_lost_too_much_are_left_out(write_labels: WriteLabels) -> None:
    kept = read_labels(write_labels(kinds=(("half", 0.02), ("rs", 0.6))))
    assert kept.kinds == ("half",)
    assert len(kept.family) == 24
    assert kept.kind[kept.bases].tolist() == [BASE] * 12
    assert kept.answers.shape == (420, 24)


def _drop(rows: list[list[str]]) -> list[list[str]]:
    return rows[1:]


def _no_base(rows: list[list[str]]) -> list[list[str]]:
    return [[row[0], row[1], "half", row[3]] for row in rows]


def _no_number(rows: list[list[str]]) -> list[list[str]]:
    return [[*rows[0][:3], "high"], *rows[1:]]


def _no_share(rows: list[list[str]]) -> list[list[str]]:
    return [[*rows[0][:3], "nan"], *rows[1:]]


def _short(rows: list[list[str]]) -> list[list[str]]:
    return [rows[0][:2], *rows[1:]]


def _bad_variants(rows: list[list[str]]) -> list[list[str]]:
    return [row if row[2] == "base" else [*row[:3], "0"] for row in rows]


def _twice(rows: list[list[str]]) -> list[list[str]]:
    return [*rows, rows[0]]


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ({"families": 10}, "10 families are too few"),
        ({"images": 300}, "300 images are too few"),
        ({"arrays": {"truth": None}}, "has no array 'truth'"),
        ({"arrays": {"truth": np.zeros(7, dtype=int)}}, r"truth \(7,\)"),
        ({"arrays": {"labels": np.zeros(60, dtype=int)}}, r"labels \(60,\)"),
        ({"arrays": {"names": np.array("x")}}, r"names \(\)"),
        ({"arrays": {"truth": np.zeros(420)}}, "'truth'.*float64, not integers"),
        ({"arrays": {"names": np.array([{}] * 60)}}, "cannot be read"),
        ({"header": ["name", "family", "kind", "accuracy"]}, "no column 'variation'"),
        ({"edit": _drop}, "not the same models, such as 'f0-base-0.0'"),
        ({"edit": _twice}, "stands there twice"),
        ({"edit": _no_base}, "family 'f0'.*0 models of the variation 'base'"),
        ({"edit": _no_number}, "'f0-base-0.0'.*accuracy 'high'"),
        ({"edit": _no_share}, "'f0-base-0.0'.*accuracy 'nan'"),
        ({"edit": _short}, "line 2 of .* another number of columns"),
        ({"edit": _bad_variants}, "family 'f0' has no variant within 15 points"),
    ],
)
def test_bad_input_is_named(write_labels: WriteLabels, written: dict[str, Any], named: str) -> None:
    folder = write_labels(**written)
    with pytest.raises(UsageError, match=named) as caught:
        labels.run(data=folder, small=True, seed=0, progress=Silent())
    assert caught.value.hint


@pytest.mark.parametrize("file", ["labels.npz", "models.csv"])
def test_a_missing_or_broken_file_is_named(write_labels: WriteLabels, file: str) -> None:
    folder = write_labels()
    for content in (b"", b"\xff\xfe\x00", b"PK\x03\x04"):
        (folder / file).write_bytes(content)
        with pytest.raises(UsageError, match=file):
            read_labels(folder)
    np.save(folder / "one.npy", np.zeros(3))
    (folder / file).write_bytes((folder / "one.npy").read_bytes())
    with pytest.raises(UsageError, match=file):
        read_labels(folder)
    (folder / file).unlink()
    with pytest.raises(UsageError, match=f"{file}' is missing"):
        read_labels(folder)


def test_the_command_writes_json_and_markdown(
    write_labels: WriteLabels, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "labels.md"
    command = ["bench", "labels", "--data", str(write_labels()), "--small"]
    assert main([*command, "--json", "-", "--markdown", str(table)]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["bench"] == "labels"
    assert result["figures"]["tpr_at_fpr1_q20"].keys() == {"value", "low", "high", "n", "target"}
    assert not [note for note in result["notes"] if note.startswith("pilot")]
    assert "| tpr_at_fpr1_q20 |" in table.read_text(encoding="utf-8")


def test_the_command_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["bench", "labels", "--data", str(tmp_path / "none")]) == 2
    assert "no folder of recorded labels" in capsys.readouterr().err
    monkeypatch.delenv("MODELKIN_CORPUS", raising=False)
    assert main(["bench", "labels"]) == 2
    assert "MODELKIN_CORPUS" in capsys.readouterr().err


def _page_tables() -> list[list[list[str]]]:
    """The cells of each table of the page, as lines."""
    page = (ROOT / "docs/bench-labels.md").read_text(encoding="utf-8")
    tables = re.findall(r"(?:^\|.*\|\n)+", page, re.MULTILINE)
    return [
        [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in table.splitlines()]
        for table in tables
    ]


def test_the_page_states_what_the_result_says() -> None:
    result = json.loads((ROOT / "benchmarks/results/labels.json").read_text(encoding="utf-8"))
    rows = {(r["suspects"], r["FPR"], r["scheme"], r["queries"]): r["TPR"] for r in result["rows"]}
    _, everything, by_kind, *_, pilot = _page_tables()
    for header, _, *lines in (everything, by_kind):
        assert [line[0] for line in lines] == [scheme.name for scheme in SCHEMES]
        for scheme, *cells in lines:
            for column, cell in zip(header[1:], cells, strict=True):
                budget, _, queries = column.partition(" ")
                key = ("all", scheme, int(budget)) if queries else (column, scheme, 100)
                shown = [rows[key[0], rate, key[1], key[2]] for rate in FALSE_RATES]
                assert cell == " / ".join(f"{value:.2f}" for value in shown)
    notes = [note for note in result["notes"] if note.startswith("pilot")]
    for scheme, queries, stated, here, _ in pilot[2:]:
        for rate, then, now in zip(FALSE_RATES, stated.split("/"), here.split("/"), strict=True):
            told = f"{scheme}, {queries} queries, TPR at {rate:.1%} FPR: pilot {then.strip()}, here"
            assert [n for n in notes if f"{told} {now.strip()};" in n and n.endswith("reproduced")]


@needs_corpus("imagenet-labels")
def test_the_pilots_columns_are_reproduced() -> None:
    corpus = corpus_folder()
    assert corpus is not None
    schemes = tuple(scheme for scheme in SCHEMES if scheme.name in {"random", "akh", "nca"})
    recorded = read_labels(corpus / "imagenet-labels")
    found = replay(recorded, schemes, splits=30, draws=1, seed=0, progress=Silent())
    checks = check_pilot(found, schemes)
    assert len(checks) == 12
    assert [str(check) for check in checks if not check.reproduced] == []
