"""What a reader must know of the benchmark, and what was asked of it."""

from collections.abc import Mapping

from modelkin.bench.modelreuse.zoo import Zoo
from modelkin.bench.modelreuse.zoo_summary import ZooSummary

TARGETS_ASKED: Mapping[str, str] = {
    "rule_correct": ">= .95",
    "tpr_at_fpr5_q100": ">= .90",
    "tpr_at_fpr5_extraction": ">= .60",
    "tpr_at_fpr5_n3": ">= .75",
    "tpr_at_fpr5_n1_n2": ">= .90, and .15 above ddv_white_box_data_tpr_at_fpr5_n1_n2",
    "auc_extraction": ">= .90",
    "accused_q100": "<= .05",
    "ddv_white_box_data_rule_correct": ">= .95 without stealing, chance on stealing",
}
NOTES = (
    (
        "`default` is what `compare` does: `log_correlation` where the label sets are equal, "
        "`whitened_cka` where they differ, without data on `image-noise-v1`."
    ),
    (
        "Null N3: same half of the training images, same architecture and recipe, other seed. "
        "`same-data`: the same half, another architecture or share of tuned layers. N2: the other "
        "half. N1: another image set, so other classes; methods that need equal classes rate none."
    ),
    (
        "`training-set` are pictures of the half that the source learnt from; `akh` takes held-out "
        "ones of the same task, as the source gets hardly any of its own wrong."
    ),
    (
        "Thieves with synthetic pictures only use dead leaves, fractals, textures, smooth noise: "
        "sorts that `image-mix-v1` and `dead-leaves` hold too, from other draws."
    ),
    (
        "`top-1`: the suspect shows its best class and probability; a method that compares scores "
        "spreads the rest evenly."
    ),
    (
        "Queries made for a source stop at 100, and come from seeds of the named sort; IPGuard "
        "takes at most 250 steps, the paper 1,000."
    ),
    "`total_variation` is half of `theiss_l1` and ranks every pair the same.",
    (
        "With a cohort, half of the honest families explain away what is common and the other half "
        "is judged, then the other way round; ModelDiff's rule asks for both halves to be beaten."
    ),
)


def summary(zoo: Zoo) -> ZooSummary:
    """What the zoo holds, from the logs of its training."""
    logs = {entry.name: zoo.log(entry) or {} for entry in zoo.entries}
    hours = sum(float(log.get("seconds", 0)) for log in logs.values()) / 3600
    return ZooSummary(
        entries=zoo.entries,
        accuracy={name: log["accuracy"] for name, log in logs.items() if "accuracy" in log},
        failed=zoo.holes(),
        built_with=(f"{len(zoo.entries)} models; {hours:.2f} hours of training, two at a time.",),
    )
