"""What a reader of the figures must know."""

import numpy as np

from modelkin.bench.heads.study import Asked, Sizes
from modelkin.bench.heads.zoo import HeadZoo


def notes_of(zoo: HeadZoo, asked: Asked, sizes: Sizes) -> tuple[str, ...]:
    """The models, how they were made and asked, and how rates are computed."""
    logs = {one.name: zoo.log(one) or {} for one in asked.models if not one.int8}
    by_tuning = {
        tuning: [logs[one.name] for one in asked.models if one.tuning == tuning and not one.int8]
        for tuning in ("frozen", "last", "whole")
    }
    drifts = ", ".join(
        f"{name} {np.median([log['drift'] for log in found]):.2f}"
        for name, found in by_tuning.items()
        if found
    )
    sure = np.median([log["sure"] for log in logs.values()])
    return (
        (
            f"{len(zoo.bases.entries)} backbones of 32 x 32 pixels, each from a random start of "
            f"its own; {len(asked.models)} heads of 2 to 12 classes on them, half of them real "
            "8-bit files whose answers come in steps of 1/256"
        ),
        (
            "heads have a hidden layer of 100, as Teachable Machine gives them, and learn "
            f"{sizes.grammar.shots} pictures a class at most, of image sets that their backbone "
            f"never saw; the median head is surer than .99 of {sure:.0%} of its training pictures"
        ),
        (
            "how far the features of the training pictures moved while tuning, over their spread, "
            f"median: {drifts}"
        ),
        (
            "figures without a method's name are those of graded_cka; relative_: the same over the "
            "root mean square of both models' similarities to one honest model of every other "
            "family; frozen_q: methods compared on heads over frozen backbones"
        ),
        (
            "a threshold never saw the family of the related pairs that it judges; fpr_at in the "
            "rows is what such thresholds let through of pairs whose two families they never saw. "
            "Intervals: bootstrap over backbones, of at most 3,000 unrelated pairs; "
            "values rest on 20,000 at most"
        ),
        (
            "n1: other training data. same_data: same pictures, other architecture. n2: same "
            "architecture, other pictures of one set. n3: same architecture, pictures and recipe, "
            "other seed. equal: one lesson on two backbones; equal_n3: on siblings"
        ),
        (
            "power and false: verdicts at alpha .10 by conformal p-values over one reference a "
            "family, for a third of the models; by_strangers: references of other training data "
            "than the source alone"
        ),
        (
            "by_siblings: relative similarity against pairs of siblings (n3) among the references, "
            "one a pair of families, none of them the source's or the suspect's"
        ),
        (
            "original_ and head_: the source is the pretrained model of 60 classes, or one of its "
            "frozen heads; suspects are frozen heads, float and 8-bit. gradient_twins differ from "
            "a seed by 8/255 at most, probed_twins by 6/255; a seed costs four queries. "
            "graded_cka there: as many queries of the pool"
        ),
    )
