"""Own copies in the suspect's place; evidence replays them; rounding suspects are judged fairly."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from modelkin.errors import CorruptFileError, NotReproducedError, UsageError
from modelkin.pipeline.copies import list_copies
from modelkin.pipeline.evidence import Evidence
from modelkin.pipeline.judging import Terms, judge
from modelkin.pipeline.null import Reference
from modelkin.pipeline.null_cap import cap_warnings, capped
from modelkin.pipeline.own_copy import OwnCopy
from modelkin.pipeline.power import measure_power, power_warnings, stated_power
from modelkin.pipeline.reading_evidence import read_evidence
from modelkin.pipeline.recomputing import recompute
from modelkin.pipeline.stated import stated_result
from modelkin.pipeline.writing_evidence import write_evidence
from modelkin.records import Access, AnyArray, NullKind, OutputKind, Power, Responses, Verdict

_N, _K = 80, 6
_TERMS = Terms(methods=(), rule="conformal", alpha=0.1, null=NullKind.N2)


def answers(name: str, values: AnyArray, kind: OutputKind = OutputKind.LOGITS) -> Responses:
    return Responses(
        model=name,
        model_digest=name,
        pool="pool",
        pool_digest="digest",
        values=values,
        kind=kind,
        access=Access.SCORES,
        index=np.arange(len(values)),
        parts=("p",) * len(values),
        asked=len(values),
    )


def noisy(name: str, amount: float, seed: int) -> Responses:
    """The common task, and what is a model's own."""
    common = np.random.default_rng(0).normal(size=(_N, _K)) * 2
    own = np.random.default_rng(seed).normal(size=(_N, _K))
    return answers(name, common + amount * own)


_SOURCE = noisy("source", 1.0, 1)
_REFERENCES = tuple(
    Reference(noisy(f"honest-{seed}", 1.0, seed), family=f"f{seed}") for seed in range(2, 14)
)


def copied(amount: float, name: str, seed: int = 99) -> Responses:
    own = np.random.default_rng(seed).normal(size=(_N, _K))
    return answers(name, _SOURCE.values.astype(np.float64) + amount * own)


def measured(suspect: Responses, *copies: OwnCopy) -> Power:
    found = measure_power(_SOURCE, suspect, _REFERENCES, copies, _TERMS, "log_correlation")
    assert found is not None
    return found


def test_weak_copies_are_found_and_strong_ones_missed() -> None:
    found = measured(
        copied(0.5, "suspect"),
        OwnCopy(responses=copied(0.1, "near"), kind="noised"),
        OwnCopy(responses=copied(9.0, "far"), kind="noised"),
        OwnCopy(responses=copied(0.2, "gone"), kind="pruned", lost=True),
    )
    assert [(one.copy, one.found) for one in found.copies] == [("near", True), ("far", False)]
    (kind,) = found.kinds
    assert (kind.kind, kind.copies, kind.found, kind.missed) == ("noised", 2, 1, 0.5)
    assert kind.low < kind.median < kind.high
    assert [one.subject for one in found.skipped] == ["copy gone"]
    assert "noised 1 of 2" in power_warnings(found)[0]


def test_a_copy_is_judged_just_as_it_would_be_as_the_suspect() -> None:
    near = copied(0.7, "near")
    (one,) = measured(copied(0.5, "suspect"), OwnCopy(responses=near, kind="noised")).copies
    alone = judge(_SOURCE, near, _REFERENCES, _TERMS).decision
    assert (one.p_value, one.similarity) == (alone.p_value, alone.similarity.value)


def test_a_copy_is_seen_no_better_than_the_suspect() -> None:
    suspect = copied(0.5, "suspect")
    labels = replace(
        suspect,
        values=suspect.labels[:, None],
        kind=OutputKind.LABELS,
        access=Access.LABEL,
    ).at(np.arange(40))
    copies = (OwnCopy(responses=copied(0.3, "near"), kind="noised"),)
    found = measure_power(_SOURCE, labels, _REFERENCES, copies, _TERMS, "label_agreement")
    assert found is not None
    assert found.queries == 40
    assert found.copies[0].method == "label_agreement"
    assert found.copies[0].similarity * 40 == pytest.approx(round(found.copies[0].similarity * 40))


def test_too_few_families_find_nothing() -> None:
    copies = (OwnCopy(responses=copied(0.1, "near"), kind="noised"),)
    found = measure_power(
        _SOURCE, copied(0.5, "s"), _REFERENCES[:3], copies, _TERMS, "log_correlation"
    )
    assert found is not None
    assert not found.copies[0].found


def test_evidence_replays_the_power_and_notices_a_change(tmp_path: Path) -> None:
    suspect = copied(0.5, "suspect")
    copies = (
        OwnCopy(responses=copied(0.1, "near"), kind="noised"),
        OwnCopy(responses=copied(9.0, "far"), kind="pruned"),
    )
    judgement = judge(_SOURCE, suspect, _REFERENCES, _TERMS)
    power = measure_power(_SOURCE, suspect, _REFERENCES, copies, _TERMS, "log_correlation")
    shown = {"verdict": "related", "relation": None, "p_value": judgement.decision.p_value}
    held = Evidence(
        source=_SOURCE,
        suspect=suspect,
        references=_REFERENCES,
        terms=_TERMS,
        stated=stated_result(judgement) | stated_power(power),
        report=json.dumps(shown),
        copies=copies,
    )
    path = tmp_path / "e.zip"
    write_evidence(path, held)
    again = read_evidence(path)
    assert [one.kind for one in again.copies] == ["noised", "pruned"]
    assert recompute(again, name="e").decision.verdict is Verdict.RELATED
    forged = replace(again, copies=(again.copies[0], replace(copies[0], kind="pruned")))
    with pytest.raises(NotReproducedError, match="power"):
        recompute(forged, name="e")


def test_a_suspect_that_rounds_is_judged_as_one_that_does_not() -> None:
    plain = copied(0.3, "suspect")
    raised = np.exp(plain.values.astype(np.float64))
    chances = raised / raised.sum(axis=1, keepdims=True)
    rounded = answers("suspect", np.round(chances, 1), OutputKind.PROBABILITIES)
    judged = judge(_SOURCE, rounded, _REFERENCES, _TERMS)
    assert judged.decision.verdict is Verdict.RELATED
    assert judged.decision.similarity.value > 0.8
    assert any("rounds its probabilities to 1 decimal;" in one for one in judged.warnings)
    quiet = judge(_SOURCE, plain, _REFERENCES, _TERMS)
    assert not any("rounds" in one for one in quiet.warnings)


def test_references_stand_for_no_more_than_their_cap() -> None:
    limited = [replace(_REFERENCES[0], cap=NullKind.N0), *_REFERENCES[1:]]
    assert capped(NullKind.N3, limited) is NullKind.N0
    assert capped(NullKind.N3, _REFERENCES) is NullKind.N3
    assert capped(None, limited) is None
    assert "1 of 12 references" in cap_warnings(None, limited)[0]
    assert "--null N3 was not believed" in cap_warnings(NullKind.N3, limited)[1]
    assert cap_warnings(NullKind.N3, _REFERENCES) == ()


def test_lists_of_copies_that_cannot_be_read_are_errors(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no folder of copies"):
        list_copies(tmp_path / "none")
    (tmp_path / "copies.json").write_text("{}", encoding="utf-8")
    with pytest.raises(CorruptFileError, match="no list of copies"):
        list_copies(tmp_path)
