"""What a reader of the results must know."""

from modelkin.bench.dataless.headline import degenerate
from modelkin.bench.dataless.scores import Scores
from modelkin.bench.dataless.zoo import Zoo

_READING = (
    (
        "Our reconstruction: the paper's query measure, norm, sample counts and code are not "
        "public, so no number here can be held against one of the paper."
    ),
    (
        "Intervals of AUC and ARI come from resampling models within their image set and half, "
        "because pairs that share a model are not independent. One without width means that every "
        "resample agreed, not that the figure is certain."
    ),
    (
        "Figures use one distance a sort, settled before any result was seen: L1 of class "
        "probabilities, energy distance between generated pictures, L2 between critics' "
        "standardised scores. The tables of all distances hold the other estimators. L1 and total "
        "variation order pairs alike."
    ),
    (
        "A plain figure is the worst over the query measures that need none of the sets' data: "
        "uniform, gaussian, image-mix-v1, and gan-samples, drawn by two GANs of a sixth set "
        "(Oxford flowers) that no judged model saw. gan_auc is the worse of generators and critics."
    ),
    (
        "All pictures are grey, 28x28 pixels. The ten classes of different sets mean different "
        "things; class i of one set is compared with class i of another all the same. "
        "labels-matched and whitened-cka do not depend on that order."
    ),
    (
        "A critic's scores have an arbitrary unit and zero, so they are standardised over the "
        "queries; their direction is known (more for what looks real). A latent means another "
        "picture to every generator, so generators are compared by the law of their pictures; "
        "generator_pointwise_auc is the paper's pointwise reading."
    ),
    (
        "dataset_... runs the test behind modelkin dataset at alpha 0.1 on each half of each set, "
        "12 models a side, asked image-mix-v1, and in dataset_pictures_... pictures of that half; "
        "its intervals (Wilson) take suspects for independent, which those of "
        "one half are not."
    ),
)
_FLAT = {
    "generator": "draws pictures that differ by less than 1 % of white",
    "critic": "varies less than 1 % of what it varies elsewhere",
}


def notes_on(zoo: Zoo, scores: Scores) -> tuple[str, ...]:
    """How to read the figures, which measures say nothing, and which models are missing."""
    found = list(_READING)
    found += [
        f"On {measure} the typical {sort} {_FLAT.get(sort, 'gives one label to 99 % of queries')}: "
        "degenerate, and left out of the worst case."
        for sort, measure in degenerate(scores)
    ]
    holes = zoo.holes()
    if holes:
        found.append(f"{len(holes)} models could not be built: {', '.join(sorted(holes)[:5])}.")
    return tuple(found)
