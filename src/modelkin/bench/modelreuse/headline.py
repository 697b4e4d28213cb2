"""The benchmark's figures, by stable name."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from modelkin.bench.figures import Figure
from modelkin.bench.modelreuse import selection
from modelkin.bench.modelreuse.config import Config
from modelkin.bench.modelreuse.scores import Scores
from modelkin.bench.modelreuse.truth import ALL, EXTRACTION, WEAK

_OWN = (
    ("rule_correct", ALL, "rule"),
    ("auc", ALL, "auc"),
    ("tpr_at_fpr5_q100", ALL, "tpr5"),
    ("tpr_at_fpr1_q100", ALL, "tpr1"),
    ("tpr_at_fpr5_extraction", EXTRACTION, "tpr5"),
    ("auc_extraction", EXTRACTION, "auc"),
    ("tpr_at_fpr5_n1_n2", f"null:{WEAK}", "tpr5"),
    ("tpr_at_fpr5_n3", "null:N3", "tpr5"),
    ("lolo_tpr_at_fpr5_q100", ALL, "lolo_tpr5"),
    ("lolo_fpr_at_fpr5_q100", ALL, "lolo_fpr5"),
)
_OWN_WITH_DATA = (("data_tpr_at_fpr5_q100", ALL, "tpr5"),)
HEADLINE = tuple(name for name, _, _ in (*_OWN, *_OWN_WITH_DATA))
_EACH = (
    ("rule_correct", ALL, "rule"),
    ("auc", ALL, "auc"),
    ("tpr_at_fpr5_q100", ALL, "tpr5"),
    ("tpr_at_fpr5_n1_n2", f"null:{WEAK}", "tpr5"),
)
_Named = tuple[str, Config, str, str]


def figures_of(
    scores: Scores, targets: Mapping[str, str] | None = None
) -> tuple[dict[str, Figure], dict[str, str]]:
    """The figures that the bench prints.

    ``rule_correct``, ``auc``, ``tpr_...`` are the product's own recipe with a cohort; 100 queries,
    scores, without data, except ``data_...`` on the training set. The others bear a method's name:
    ``METHOD_...``, ``METHOD_cohort_...``, ``METHOD_data_...`` and ``METHOD_data_cohort_...``, at
    the most telling access that the method was measured with.

    Args:
        scores: what was measured.
        targets: what was asked for, in words, by figure.

    Returns:
        The figures, and those that could not be measured with the reason.
    """
    figures, missing = {}, {}
    for name, config, group, attribute in _named(scores):
        if config not in scores.by:
            missing[name] = scores.hole(config)
            continue
        one = scores.by[config].get(group)
        figure: Figure | None = getattr(one, attribute) if one else None
        if figure is None:
            missing[name] = f"no pair of the group '{group}' defines it"
        else:
            figures[name] = replace(figure, target=(targets or {}).get(name, ""))
    return figures, missing


def _named(scores: Scores) -> Iterator[_Named]:
    for queries, wanted in (
        (selection.DATALESS, _OWN),
        (selection.WITH_DATA, _OWN_WITH_DATA),
    ):
        own = selection.best(scores, selection.DEFAULT, queries, cohort=True)
        own = replace(own, access=selection.ACCESSES[0])
        yield from ((name, own, group, attribute) for name, group, attribute in wanted)
    for queries, data in ((selection.DATALESS, ""), (selection.WITH_DATA, "data_")):
        for config in selection.at_best_access(scores, queries):
            stem = config.method.replace("-", "_") + "_" + data + "cohort_" * config.cohort
            yield from ((stem + name, config, group, attribute) for name, group, attribute in _EACH)
