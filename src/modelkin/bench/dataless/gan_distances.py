"""Distances between the two black boxes of a GAN: generators and critics."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from modelkin.answers.pairwise import absolute_differences, gram
from modelkin.bench.dataless.energy import energy_distances
from modelkin.records import AnyArray, FloatArray

_GREYS = 255.0


def pointwise(pictures: Sequence[AnyArray], *, p: int) -> FloatArray:
    """(m, m) distances of generators as functions: the same latent, two pictures.

    ``d_p = (E mean_pixel |f(z) - g(z)|^p)^(1/p)``, at most 1. This is the paper's reading. The axes
    of a latent space are arbitrary in each training run, so two runs on one set draw different
    pictures for one latent.

    Args:
        pictures: of each generator, (n, pixels) grey values of 0 to 255 for the same latents.
        p: 1 or 2.
    """
    flat = [np.asarray(one, dtype=np.float64).ravel() / _GREYS for one in pictures]
    if p == 1:
        return absolute_differences(flat) / len(flat[0])
    products = gram(flat)
    lengths = np.diag(products)
    squares = np.maximum(lengths[:, None] + lengths - 2 * products, 0.0)
    return np.asarray(np.sqrt(squares / len(flat[0])))


def mean_pictures(pictures: Sequence[AnyArray]) -> FloatArray:
    """(m, m) root mean square distances of the mean pictures, at most 1."""
    means = np.stack([np.asarray(one, dtype=np.float64).mean(axis=0) / _GREYS for one in pictures])
    gaps = means[:, None] - means
    return np.asarray(np.sqrt((gaps**2).mean(axis=2)))


def standardised(scores: Sequence[FloatArray], *, p: int, ranks: bool = False) -> FloatArray:
    """(m, m) distances of critics, each brought to mean 0 and deviation 1 over the queries.

    The unit and the zero of a critic's score are arbitrary, so its bare scores cannot be compared.
    Its direction is not: a critic gives more to what it holds for real. For p = 2 the distance is
    ``sqrt(2 - 2 r)`` with Pearson's r, or Spearman's for ranks.

    Args:
        scores: of each critic, (n, 1) scores of the same pictures. A constant critic is 0 anywhere.
        p: 1 or 2.
        ranks: put ranks in the place of scores.
    """
    rows = [one.ravel() for one in scores]
    if ranks:
        rows = [one.argsort(kind="stable").argsort().astype(np.float64) for one in rows]
    level = np.stack([_standard(one) for one in rows])
    gaps = np.abs(level[:, None] - level) ** p
    return np.asarray(gaps.mean(axis=2) ** (1 / p))


def _standard(scores: FloatArray) -> FloatArray:
    centred = scores - scores.mean()
    spread = float(centred.std())
    return np.asarray(centred / spread if spread else np.zeros_like(centred))


def grey_spread(pictures: NDArray[np.uint8]) -> float:
    """How much a generator's pictures differ: mean deviation of a pixel, of 0 to 0.5."""
    return float((pictures / _GREYS).std(axis=0).mean())


GENERATOR_DISTANCES: Mapping[str, Callable[[Sequence[AnyArray]], FloatArray]] = {
    "energy": energy_distances,
    "mean-picture": mean_pictures,
    "l1": lambda pictures: pointwise(pictures, p=1),
    "l2": lambda pictures: pointwise(pictures, p=2),
}
CRITIC_DISTANCES: Mapping[str, Callable[[Sequence[FloatArray]], FloatArray]] = {
    "l2-standardised": lambda scores: standardised(scores, p=2),
    "l1-standardised": lambda scores: standardised(scores, p=1),
    "l2-ranks": lambda scores: standardised(scores, p=2, ranks=True),
}
