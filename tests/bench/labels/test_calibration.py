"""Error rates of rules on recorded answers, and a malicious accuser."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from modelkin.bench import accuser, calibration
from modelkin.bench.accusing.attacks import ATTACKS
from modelkin.bench.accusing.claim import convicted
from modelkin.bench.accusing.scene import scenes
from modelkin.bench.calibrating.label_trials import APART, label_trials
from modelkin.bench.calibrating.score_trials import score_trials
from modelkin.bench.calibrating.trial import Trial, observe
from modelkin.bench.label_replay.reading import read_labels
from modelkin.bench.modelreuse.rated import Rated
from modelkin.bench.modelreuse.truth import Truth
from modelkin.decision.conformal import Conformal
from modelkin.errors import UsageError
from modelkin.pipeline.progress import Silent
from modelkin.protocols import DecisionRule
from modelkin.queries.selection.expected_evidence import ExpectedEvidence
from modelkin.records import Decision, Null, Relation, Similarity
from modelkin.registry import names, part
from modelkin.testing.binomial import upper_tail

WriteLabels = Callable[..., Path]


class Hasty(Conformal):
    """Forgets that the suspect is one of n + 1, so its p-values are too small."""

    def decide(
        self,
        similarity: Similarity,
        *,
        null: Null | None,
        alpha: float,
        relation: Relation | None,
    ) -> Decision:
        assert null is not None
        wider = 1 / (len(null.family_scores) + 1)
        return super().decide(similarity, null=null, alpha=alpha + wider, relation=relation)


def _too_many(rule: DecisionRule, trials: list[Trial], alpha: float) -> bool:
    seen = observe(rule, trials, alpha)
    return upper_tail(seen.accused, seen.trials, alpha) < 1e-4


@pytest.mark.calibration
def test_no_rule_accuses_more_often_than_alpha(write_labels: WriteLabels) -> None:
    """Recorded labels of 18 families; references that judge chose no query."""
    recorded = read_labels(write_labels(families=18))
    found = label_trials(recorded, ExpectedEvidence(), splits=150, seed=0)
    trials = [trial for trial in found if trial.group == APART]
    assert len(trials) == 300
    for alpha in (0.2, 0.1):
        for name in names("rule"):
            assert not _too_many(part(DecisionRule, name)(), trials, alpha)  # type: ignore[type-abstract]
        assert _too_many(Hasty(), trials, alpha)


def test_neither_the_suspects_family_nor_a_chooser_is_a_reference(
    write_labels: WriteLabels,
) -> None:
    recorded = read_labels(write_labels(families=18))
    for trial in label_trials(recorded, ExpectedEvidence(), splits=3, seed=0):
        assert trial.lineage not in trial.honest
        assert len(trial.honest) == (10 if trial.group == APART else 16)
    with pytest.raises(UsageError, match="too few"):
        next(
            label_trials(
                read_labels(write_labels(families=8)), ExpectedEvidence(), splits=1, seed=0
            )
        )


def test_references_of_a_null_are_all_but_the_suspects_family() -> None:
    pairs = [
        (
            Rated(source="s", suspect=f"{family}-{k}", fold=0, similarity=value + k, rule=None),
            Truth(derived=False, lineage="s", family=family, groups=("all", "same-labels", null)),
        )
        for family, null, value in (("a", "N2", 1.0), ("b", "N2", 2.0), ("c", "N3", 5.0))
        for k in range(2)
    ]
    trials = {(trial.group, trial.value): trial.honest for trial in score_trials(pairs)}
    assert trials["N2", 1.0] == {"b": (2.0, 3.0)}
    assert trials["N3|N2", 6.0] == {"a": (1.0, 2.0), "b": (2.0, 3.0)}
    assert trials["N2|N2-N3", 3.0] == {"a": (1.0, 2.0), "c": (5.0, 6.0)}
    assert not [group for group, _ in trials if group == "N3"]  # one family has no others


def test_the_bench_of_calibration_says_what_it_lacks(
    write_labels: WriteLabels, tmp_path: Path
) -> None:
    folder = write_labels(families=18, images=4000)
    result = calibration.run(data=folder, small=True, seed=0, progress=Silent(), cache=tmp_path)
    assert "n1_*, n2_*, n3_*" in result.missing
    assert "floor is 0.0909" in result.missing["labels_fpr_at_5"]
    # chosen so that these references disagree, they are no measure of an honest model
    apart, reused = (result.figures[f"{name}_fpr_at_10"] for name in ("labels", "labels_reused"))
    assert apart.value <= reused.value
    assert 0 <= result.figures["anytime_fpr_at_1"].value <= 0.05


def test_the_accuser_wins_only_where_the_protocol_is_left(write_labels: WriteLabels) -> None:
    folder = write_labels(families=18, images=4000)
    result = accuser.run(data=folder, small=True, seed=0, progress=Silent())
    figures = result.figures
    assert figures["claims"].value == 12 * sum(one.allowed and one.stoppable for one in ATTACKS)
    assert figures["accuser_success"].value <= 0.1
    assert figures["own_pool_success"].value > 0.8
    # a pool where a choosing reference is not the source is all victim: only odd answers show it
    assert figures["known_chooser_unchecked_success"].value > 0.8
    assert figures["known_chooser_success"].value == 0
    assert figures["true_claims_found"].value > 0.5
    assert figures["part_copy_50_success"].value > 0.5
    assert {row["attack"] for row in result.rows} == {one.name for one in ATTACKS}


def test_the_victim_stays_honest_and_the_examiners_images_unseen(
    write_labels: WriteLabels,
) -> None:
    recorded = read_labels(write_labels(families=18))
    for scene in scenes(recorded, n=5, seed=0):
        assert not set(scene.accuser.tolist()) & set(scene.examiner.tolist())
        assert not (scene.sources == scene.victim).all(axis=1).any()
        assert not (scene.bounds == scene.victim).all(axis=1).any()
        assert (scene.origin == scene.derived).mean() > 0.5
        made = {one.name: one.make(scene, np.random.default_rng(0)) for one in ATTACKS}
        memorised = made["memorised"].source == scene.victim
        assert memorised[scene.accuser].all()
        assert not memorised[scene.examiner].all()
        assert not convicted(made["known_base"], np.random.default_rng(0))
    with pytest.raises(UsageError, match="too few"):
        next(scenes(read_labels(write_labels(families=15)), n=1, seed=0))
