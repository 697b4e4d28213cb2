"""A malicious accuser against honest models, on recorded labels."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from modelkin.answers.exact_binomial import share_interval
from modelkin.bench.accusing.attacks import ATTACKS, Attack, true_claim
from modelkin.bench.accusing.claim import ALPHA, MOST, POOL, convicted
from modelkin.bench.accusing.scene import BOUND, CHOOSE, Scene, scenes
from modelkin.bench.figures import BenchResult, Figure
from modelkin.bench.label_replay.folder import labels_folder
from modelkin.bench.label_replay.reading import read_labels
from modelkin.bench.label_replay.recorded import RecordedLabels
from modelkin.bench.label_replay.splits import has_aside
from modelkin.pipeline.progress import Progress

_FULL, _SMALL = 120, 12
_SEEDS = (1, 2, 3)
_CONFIDENCE = 0.05
_STREAM = 1_000_081


def run(*, data: Path | None, small: bool, seed: int, progress: Progress) -> BenchResult:
    """Measure how often an accuser gets an honest model convicted.

    Every claim is against a model that does not derive from the claimed original. The accuser has
    half of the images and has asked the victim about all of them in secret; he chooses what he
    claims as the original, crafted answers included. Under the protocol the pool is selected from
    images that only the examiner has, by the rule, the references are the examiner's, and one draw
    is made after everything is committed: ``accuser_success`` is the share of claims that then
    succeed, over all attacks that the protocol allows. Attacks that it forbids are carried out
    too, to show what each part of it is there for, and each has a figure of its own.

    ``true_claims_found``: what the same protocol, with all its guards, leaves of the claims of
    honest owners, whose suspect is a copy of any kind.

    The rules were chosen on seed 0; what is counted here has the three seeds that follow ``seed``
    and, where the families are those of the corpus, victims of the nine families set aside (the
    limit for odd answers was chosen on 30 rounds of seed 0 with victims of any family).
    References may be of any other family.

    ``part_copy_*``, ``mostly_victim`` and ``known_choosers`` are counted apart, out of
    ``accuser_success``: a source that holds a copy of the victim *is* related to it, and where
    what surrounds the copy is no single reference nothing tells it from a model of its own.
    No statistic of answers tells who copied whom; that takes a record of who had the model first.

    Args:
        data: folder of recorded labels; None takes ``$MODELKIN_CORPUS/imagenet-labels``.
        small: a tenth of the claims.
        seed: of everything random.
        progress: told about each round.
    """
    recorded = read_labels(labels_folder(data))
    rounds = _SMALL if small else _FULL
    won: dict[str, list[bool]] = {attack.name: [] for attack in ATTACKS}
    found: list[bool] = []
    with progress.task("claims", rounds) as advance:
        for index, scene in enumerate(_fresh_scenes(recorded, rounds, seed)):
            for number, attack in enumerate(ATTACKS):
                rng = np.random.default_rng([seed, _STREAM, index, number])
                won[attack.name].append(convicted(attack.make(scene, rng), rng))
            rng = np.random.default_rng([seed, _STREAM, index, len(ATTACKS)])
            found.append(convicted(true_claim(scene, rng), rng))
            advance(1)
    inside = [attack for attack in ATTACKS if attack.allowed and attack.stoppable]
    together = [one for attack in inside for one in won[attack.name]]
    claims = len(together)
    figures = {
        "claims": Figure(value=claims, low=claims, high=claims, n=claims, target="at least 200"),
        "accuser_success": _share(together, "at most .01"),
        "true_claims_found": _share(found, ""),
        **{f"{attack.name}_success": _share(won[attack.name], "") for attack in ATTACKS},
    }
    return BenchResult(
        bench="accuser",
        figures=figures,
        notes=(_protocol(len(recorded.families)), _limits()),
        rows=tuple(_row(attack, won[attack.name]) for attack in ATTACKS),
    )


def _fresh_scenes(recorded: RecordedLabels, rounds: int, seed: int) -> Iterator[Scene]:
    """Scenes of seeds, and where they are known of victims, that no rule was tried on."""
    aside = has_aside(recorded)
    each = rounds // len(_SEEDS)
    for further in _SEEDS:
        yield from scenes(recorded, n=each, seed=seed + further, aside=aside)


def _protocol(families: int) -> str:
    return (
        f"{families} families; {CHOOSE} choose the pool of {POOL}, {BOUND} bound honest agreement, "
        f"the victim and the claimed originals are of the others; alpha {ALPHA:g}, at most {MOST} "
        "answers; seeds 1 to 3 after the stated one, victims of families set aside; intervals are "
        "exact for that many claims, which share models"
    )


def _limits() -> str:
    return (
        "allowed: the protocol lets the accuser do it; where statistics cannot stop it, the "
        "source holds a copy of the victim and is related to it: answers do not show the direction"
    )


def _row(attack: Attack, won: list[bool]) -> dict[str, Any]:
    share = _share(won, "")
    return {
        "attack": attack.name,
        "the accuser": attack.text,
        "allowed": attack.allowed,
        "statistics can stop it": attack.stoppable,
        "claims": len(won),
        "succeed": round(share.value, 4),
        "low": round(share.low, 4),
        "high": round(share.high, 4),
    }


def _share(won: list[bool], target: str) -> Figure:
    hits, n = sum(won), len(won)
    low, high = share_interval(hits, n, _CONFIDENCE)
    return Figure(value=hits / n, low=low, high=high, n=n, target=target)
