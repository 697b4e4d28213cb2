"""The judging of evasions and of references by origin, on a zoo made up of numbers."""

import numpy as np
import pytest

from modelkin.answers.levelling import shown_decimals
from modelkin.answers.partial import partial_to_first
from modelkin.answers.restrict import restrict
from modelkin.bench.evading.at_once import partial_at_once
from modelkin.bench.evading.evasion import EVASIONS, Evasion
from modelkin.bench.evading.judging import judge_all, judge_honest
from modelkin.bench.evading.ruling import Judge
from modelkin.bench.modelreuse.entry import Entry, How
from modelkin.bench.modelreuse.plan import Case
from modelkin.bench.modelreuse.truth import ALL, MODIFICATION, Manifest
from modelkin.bench.modelreuse.verdicts import rated
from modelkin.bench.origins.judging import COPIES, judge_origins
from modelkin.bench.origins.training import Made
from modelkin.models.views.step import Step
from modelkin.pipeline.choosing import deciding_for, make_method
from modelkin.pipeline.entering import enter
from modelkin.pipeline.null import Reference
from modelkin.records import Access, FloatArray, OutputKind, Responses, Verdict

_N, _K, _HONEST = 60, 6, 24
_PICTURES = np.random.default_rng(0).integers(0, 256, (_N, 32, 32, 3), dtype=np.uint8)
_COMMON = np.random.default_rng(1).normal(size=(_N, _K)) * 2


def entry(name: str, how: How, family: str, *, parent: str = "", half: str = "a") -> Entry:
    return Entry(
        name=name,
        how=how,
        variant="100",
        task="things",
        half=half,
        arch="resnet",
        parent=parent,
        family=family,
        seed=0,
    )


def own(seed: int, amount: float = 1.0) -> FloatArray:
    return np.asarray(_COMMON + amount * np.random.default_rng(seed).normal(size=(_N, _K)))


def answers(name: str, values: FloatArray) -> Responses:
    return Responses(
        model=name,
        model_digest=name,
        pool="p",
        pool_digest="d",
        values=values,
        kind=OutputKind.LOGITS,
        access=Access.SCORES,
        index=np.arange(_N),
        parts=("p",) * _N,
        asked=_N,
    )


_BASES = {name: entry(f"{name}-base", How.PRETRAINED, name) for name in ("one", "two")}
_SOURCES = {name: entry(name, How.TRANSFERRED, name, parent=f"{name}-base") for name in _BASES}
_COPIES = {name: entry(f"{name}-tuned", How.FINETUNED, name, parent=name) for name in _BASES}
_OTHERS = [entry(f"h{i}", How.TRANSFERRED, f"f{i}", half="b") for i in range(_HONEST)]
_ENTRIES = (*_BASES.values(), *_SOURCES.values(), *_COPIES.values(), *_OTHERS)
_PLAIN = {
    **{name: answers(name, own(10 + i)) for i, name in enumerate(_BASES)},
    **{one.name: answers(one.name, own(100 + i)) for i, one in enumerate(_OTHERS)},
}
_PLAIN |= {
    f"{name}-tuned": answers(
        f"{name}-tuned",
        _PLAIN[name].values.astype(np.float64) + 0.3 * (own(50 + i) - _COMMON),
    )
    for i, name in enumerate(_BASES)
}
_CASES = [
    Case(
        source=_SOURCES[name],
        copies=(_COPIES[name],),
        honest=tuple((one, i % 2) for i, one in enumerate(_OTHERS)),
        rivals=tuple((one, i % 2) for i, one in enumerate(_OTHERS)),
        cohort={
            (fold, "things"): tuple(one for i, one in enumerate(_OTHERS) if i % 2 != fold)
            for fold in (0, 1)
        },
    )
    for name in _BASES
]


@pytest.mark.parametrize("access", ["scores", "label"])
def test_plain_copies_are_found_and_strangers_are_not(access: str) -> None:
    found = judge_all(_CASES, _PLAIN, {}, access=access, entries=_ENTRIES, seed=0)
    assert found.pairs[ALL] == found.pairs[MODIFICATION] == 2
    for shares in (found.threshold, found.rule, found.cohort):
        assert shares[ALL][0] == 1.0
    strangers = {f"{name}-tuned": answers(f"{name}-tuned", own(900)) for name in _BASES}
    gone = judge_all(_CASES, _PLAIN, strangers, access=access, entries=_ENTRIES, seed=0)
    assert gone.threshold[ALL][0] == gone.rule[ALL][0] == 0.0


def test_rounding_hides_copies_only_where_nobody_else_is_seen_rounded() -> None:
    evasion = next(one for one in EVASIONS if one.name == "round-1")
    names = [f"{name}-tuned" for name in _BASES]
    evaded = {n: evasion.answers(_PLAIN[n], _PICTURES, natural=False) for n in names}
    assert shown_decimals(evaded[names[0]]) == 1
    fair = judge_all(_CASES, _PLAIN, evaded, access="scores", entries=_ENTRIES, seed=0)
    bare = judge_all(_CASES, _PLAIN, evaded, access="scores", entries=_ENTRIES, seed=0, level=False)
    assert fair.raw[ALL][0] > bare.raw[ALL][0]


def test_averaging_repeats_takes_noise_out() -> None:
    steps = (Step(do="noise", settings={"sd": 1.0}),)
    told = _PLAIN["one"]

    def error(evasion: Evasion) -> float:
        shown = evasion.answers(told, _PICTURES, natural=False)
        logs = (
            shown.values.astype(np.float64)
            if shown.kind is OutputKind.LOGITS
            else np.log(shown.values.astype(np.float64))
        )
        apart = logs - told.values.astype(np.float64)
        return float((apart - apart.mean(axis=1, keepdims=True)).std())

    single = error(Evasion(name="once", steps=steps))
    assert error(Evasion(name="four", steps=steps, repeats=4)) < 0.65 * single


def test_whoever_sees_all_oddness_still_answers_photographs() -> None:
    evasion = next(one for one in EVASIONS if one.name == "detect-all")
    told = _PLAIN["one"]
    hidden = evasion.answers(told, _PICTURES, natural=False)
    shown = evasion.answers(told, _PICTURES, natural=True)
    assert (hidden.labels != told.labels).mean() > 0.5
    np.testing.assert_array_equal(shown.labels, told.labels)


def test_references_unlike_honest_models_accuse_them_and_fair_ones_do_not() -> None:
    weak = [
        Made(
            origin="synthetic",
            task="things",
            name=f"s{i}",
            accuracy=0.1,
            logits=np.asarray(np.random.default_rng(300 + i).normal(size=(_N, _K))),
        )
        for i in range(19)
    ]
    fair = [
        Made(origin="fair", task="things", name=f"n{i}", accuracy=0.9, logits=own(400 + i))
        for i in range(19)
    ]
    judged = list(judge_origins(_CASES, _PLAIN, [*weak, *fair], manifest=Manifest(_ENTRIES)))

    def share(origin: str, group: str, alpha: float) -> float:
        return float(
            np.mean(
                [one.accused(alpha) for one in judged if (one.origin, one.group) == (origin, group)]
            )
        )

    unrelated = [one for one in judged if (one.origin, one.group) == ("synthetic", "N2")]
    assert all(one.p_value <= 0.05 for one in unrelated), "nearer than any unrelated function"
    assert share("synthetic", "N2", 0.05) == 0.0, "which is why those accuse nobody"
    assert share("synthetic", COPIES, 0.05) == 0.0, "and find nobody"
    assert share("fair", "N2", 0.05) < 0.2
    assert share("zoo-honest", "N2", 0.2) < 0.4
    assert share("fair", COPIES, 0.05) == 1.0


@pytest.mark.parametrize("kind", ["scores", "label"])
@pytest.mark.parametrize("each", [1, 2])
def test_a_pair_read_from_the_table_is_decided_as_compare_decides_it(kind: str, each: int) -> None:
    shown = {
        name: restrict(one, Access.LABEL) if kind == "label" else one
        for name, one in _PLAIN.items()
    }
    judge = Judge(shown)
    families = {one.name: f"pair{i // each}" for i, one in enumerate(_OTHERS)}
    references = [Reference(shown[name], family) for name, family in families.items()]
    for suspect in ("one-tuned", "two-tuned", "two"):
        entered = enter(shown["one"], shown[suspect])
        assert entered.alignment.label_sets == "same"
        method = make_method(deciding_for(entered.source, entered.suspect, entered.alignment))
        similarity = rated(method, entered.source, entered.suspect)
        asked = judge.ask(method, similarity, entered, references)
        read = judge.rule("one", suspect, families)
        assert read.similarity == pytest.approx(similarity.value, abs=1e-12)
        assert read.p_value == asked.p_value
        assert read.related is (asked.verdict is Verdict.RELATED)
        assert read.families == len(set(families.values()))


@pytest.mark.parametrize("families", [list("abcdefgh"), list("aabcddef")])
def test_partial_similarities_at_once_are_the_product_s(families: list[str]) -> None:
    points = np.random.default_rng(4).normal(size=(9, 12)) + 1.0
    similarity: FloatArray = np.asarray(np.corrcoef(points), dtype=np.float64)
    np.testing.assert_allclose(
        partial_at_once(similarity, families),
        partial_to_first(similarity, families),
        rtol=0,
        atol=1e-12,
    )


def test_a_suspect_trained_away_is_remarked_on_and_honest_ones_hardly_ever() -> None:
    names = [f"{name}-tuned" for name in _BASES]
    away = {
        n: answers(n, 0.6 * _COMMON - _PLAIN[n.removesuffix("-tuned")].values.astype(np.float64))
        for n in names
    }
    found = judge_all(_CASES, _PLAIN, away, access="label", entries=_ENTRIES, seed=0)
    assert found.rule[ALL][0] == 0.0
    assert found.remark[ALL][0] == 1.0
    honest = judge_honest(_CASES, _PLAIN, access="scores", entries=_ENTRIES, seed=0)
    assert honest[ALL]["accused"].n == 2 * _HONEST
    assert honest[ALL]["accused"].value <= 0.1
    assert honest[ALL]["remarked"].value <= 0.1
