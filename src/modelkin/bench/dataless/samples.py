"""What the generators draw: their pictures for the first common latents."""

import numpy as np

from modelkin.bench.dataless.image_set import SIZE
from modelkin.bench.dataless.looks import mark, set_name
from modelkin.bench.dataless.member import Kind, Member
from modelkin.bench.dataless.query_measures import LATENTS, QueryMeasures
from modelkin.bench.dataless.recording import recorded
from modelkin.bench.plot import Plot, new_figure, style, to_svg

_EACH = 10
_ROW, _WIDTH = 0.62, 7.6


def draw_samples(asked: QueryMeasures) -> Plot | None:
    """A row for each sort of GAN on each set, all for the same latents; None without any.

    Raises:
        MissingDependencyError: matplotlib is not installed.
    """
    firsts: dict[tuple[str, str], Member] = {}
    for member in asked.zoo.members:
        if member.kind is Kind.GAN and asked.zoo.built(member):
            firsts.setdefault((member.data, member.arch), member)
    if not firsts:
        return None
    chosen = [firsts[key] for key in sorted(firsts)]
    with style("dataless-samples"):
        figure = new_figure(_WIDTH, _ROW * len(chosen) + 0.2)
        axes = figure.subplots(len(chosen), 1, squeeze=False).ravel()
        for axis, member in zip(axes, chosen, strict=True):
            drawn = recorded(asked, member, LATENTS)[:_EACH].reshape(-1, SIZE, SIZE)
            axis.imshow(np.hstack(list(drawn)), cmap="gray", vmin=0, vmax=255)
            axis.set_xticks([])
            axis.set_yticks([])
            axis.spines[:].set_visible(False)
            axis.set_ylabel(
                f"{set_name(member.data)}\n{mark(member)[1]}",
                fontsize=8,
                rotation=0,
                ha="right",
                va="center",
            )
        drawing = to_svg(figure)
    return Plot(
        name="dataless-samples",
        title="What the generators draw",
        alt="Pictures of one generator of each sort and image set, all for the same ten latents.",
        svg=drawing,
    )
