"""Label-only verification, replayed on the recorded labels of many ImageNet classifiers."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from modelkin.bench.figures import BenchResult
from modelkin.bench.label_replay.folder import labels_folder
from modelkin.bench.label_replay.further import Further, set_aside, until_sure, with_copies
from modelkin.bench.label_replay.pilot import check_pilot
from modelkin.bench.label_replay.reading import read_labels
from modelkin.bench.label_replay.recorded import RecordedLabels
from modelkin.bench.label_replay.replay import Replayed, replay
from modelkin.bench.label_replay.schemes import BEST, FEW, SCHEMES, Scheme
from modelkin.bench.label_replay.splits import REFERENCES
from modelkin.bench.label_replay.summary import figures_of, rows_of
from modelkin.pipeline.progress import Progress

_FULL = (100, 500, 40)
_SMALL = (5, 200, 2)
_KINDS = 2


def run(*, data: Path | None, small: bool, seed: int, progress: Progress) -> BenchResult:
    """Measure how many copies are found at a set share of false accusations, from labels alone.

    A source is the base model of a family; a suspect is any other recorded model. They are related
    when the families agree. Variants that lost over 15 points of accuracy against their base are
    left out. Each of the random splits draws 8 families, whose base models are the references, and
    half of the images, from which queries may be taken. Each remaining family is a source in turn,
    and the suspects are all models of the remaining families: no negative's family is ever among
    the references, and what selects or weighs queries sees the source and the references only. The
    one exception is ``ipguard_like``, which sees variants of the source, of other kinds than the
    suspect.

    ``tpr_*``: one threshold for all pairs of a split, the lowest that at most 1 % (``fpr1``) or
    .1 % (``fpr01``) of its unrelated pairs lie above; ties are not called related. It is set on the
    very pairs that it judges, so a second figure sets it for each suspect on the unrelated pairs
    without the suspect's family on either side: ``held_out_tpr_*``, with the share of false
    accusations that it then has, ``held_out_false_*``.

    ``aside_*``: only families are judged whose answers played no part in the design of any scheme.
    ``own_*``: the owner has copies of the source made by JPEG, posterizing, halving and pruning,
    and the copies to be found were made otherwise; ``reverse_*``: the other way round.
    ``anytime_*``: a sequential verdict, see ``label_replay.anytime``.

    Values are means over the splits. Intervals are a bootstrap over the families as sources and
    suspects; the choice of references and images is averaged over the splits, not drawn again.

    Args:
        data: folder of recorded labels; None takes ``$MODELKIN_CORPUS/imagenet-labels``.
        small: 5 splits instead of 100.
        seed: of the splits and of the bootstrap.
        progress: told about each split.
    """
    recorded = read_labels(labels_folder(data))
    schemes = _possible(recorded)
    splits, draws, further = _SMALL if small else _FULL
    replayed = replay(recorded, schemes, splits=splits, draws=draws, seed=seed, progress=progress)
    plan = Further(splits=further, draws=draws, seed=seed)
    parts = [
        set_aside(recorded, schemes, plan, progress),
        with_copies(recorded, plan, progress),
        until_sure(recorded, plan, progress),
    ]
    # the pilot saw the corpus only, and a few splits do not show how three of them vary
    checks = check_pilot(replayed, schemes) if data is None and not small else []
    reproduced = [f"pilot: {check}" for check in checks]
    left_out = [scheme.name for scheme in SCHEMES if scheme not in schemes]
    families = len(recorded.families)
    return BenchResult(
        bench="labels",
        figures={
            **figures_of(replayed, schemes, families=families),
            **{name: figure for part in parts for name, figure in part.figures.items()},
        },
        missing={
            **{name: why for part in parts for name, why in part.missing.items()},
            **{f"{name}_*": "needs two kinds of variants in each family" for name in left_out},
        },
        notes=(
            *_notes(recorded, splits, draws),
            *_ties(replayed, schemes),
            *(note for part in parts for note in part.notes),
            *reproduced,
        ),
        rows=(
            *rows_of(replayed, schemes, recorded.kinds),
            *(row for part in parts for row in part.rows),
        ),
    )


def _notes(recorded: RecordedLabels, splits: int, draws: int) -> tuple[str, ...]:
    families = len(recorded.families)
    protocol = (
        f"{splits} random splits of {families} families: {REFERENCES} references, "
        f"{families - REFERENCES} judged; {len(recorded.family)} models; intervals are a "
        f"bootstrap over families with {draws} draws"
    )
    names = (
        f"figures without a scheme's name are those of {BEST}; held_out: the threshold is set "
        "without the suspect's family"
    )
    boundary = (
        "ipguard_like takes the inputs on which most variants of the source, other kinds than "
        "the suspect's, change their answer: recorded labels allow no crafted boundary points"
    )
    return protocol, names, boundary, f"nca_llr_{FEW} may choose from {FEW} images only"


def _ties(replayed: Replayed, schemes: Sequence[Scheme]) -> tuple[str, ...]:
    names = [scheme.name for scheme in schemes]
    plain, weighted = (replayed.each[:, names.index(name)] for name in ("nca", "nca_llr"))
    if not np.array_equal(plain, weighted, equal_nan=True):
        return ()
    return ("nca and nca_llr are equal at every budget: all queries chosen have the lowest p0",)


def _possible(recorded: RecordedLabels) -> tuple[Scheme, ...]:
    """The schemes that these labels allow: leaving a kind out must leave another."""
    several = all(
        len(np.unique(recorded.kind[recorded.variants(family)])) >= _KINDS
        for family in range(len(recorded.families))
    )
    return tuple(scheme for scheme in SCHEMES if several or not scheme.by_kind)
