"""Which real values an image model expects: evidence, never a guess that looks like a fact.

Two kinds of evidence. Behaviour (`rank_conventions`) tells byte-sized inputs from small ones, but
not [0,1] from [-1,1]: no label-free criterion tried beat a constant guess, so the small ones tie.
The first convolution (`first_layer_evidence`) tells both. A margin below the constants here means
"unsettled": ask under each convention and report under each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Mapping

FloatArray: TypeAlias = NDArray[np.float64]

RANGE_MARGIN = 0.1
"""Least behavioural margin at which byte-sized against small inputs counts as settled."""
FIRST_LAYER_MARGIN = 0.3
"""Least first-layer margin, nats per filter, at which the winner counts as settled."""

_IMAGENET_MEAN = (0.485, 0.456, 0.406)
_PICTURES = 32
_COLOURS = 3
_KERNEL_RANK = 4


@dataclass(frozen=True)
class Convention:
    """How a picture becomes a tensor: `(x - mean) / std` with x in [0, 1].

    Attributes:
        name: The name used as a key everywhere.
        mean: One value, or one for each of R, G, B.
        std: One value, or one for each of R, G, B.
    """

    name: str
    mean: tuple[float, ...]
    std: tuple[float, ...]


CONVENTIONS = (
    Convention("[0,1]", (0.0,), (1.0,)),
    Convention("[-1,1]", (0.5,), (0.5,)),
    Convention("[0,255]", (0.0,), (1 / 255,)),
    Convention("imagenet", _IMAGENET_MEAN, (0.229, 0.224, 0.225)),
    Convention("[0,255]-mean", _IMAGENET_MEAN, (1 / 255,)),
)


def _pink(rng: np.random.Generator, height: int, width: int, channels: int) -> FloatArray:
    radius = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.fftfreq(width)[None])
    radius[0, 0] = 1 / max(height, width)
    spectrum = np.fft.fft2(rng.normal(size=(channels, height, width))) / radius
    field = np.fft.ifft2(spectrum).real.transpose(1, 2, 0)
    field -= field.mean((0, 1))
    return np.asarray(field / field.std(), np.float64)


def _pictures(size: tuple[int, int], rng: np.random.Generator) -> list[FloatArray]:
    height, width = size
    rows, cols = np.mgrid[0:height, 0:width]
    out: list[FloatArray] = []
    for i in range(8):  # white noise on a tint
        noise = rng.normal(size=(height, width, 3)) * (0.05, 0.1, 0.2, 0.3)[i % 4]
        out.append(rng.uniform(0.25, 0.75, 3) + noise)
    for i in range(8):  # 1/f noise
        field = 0.8 * _pink(rng, height, width, 1) + 0.4 * _pink(rng, height, width, 3)
        out.append(rng.uniform(0.35, 0.6, 3) + field * (0.12, 0.22)[i % 2])
    for _ in range(8):  # dead leaves
        leaves = np.ones((height, width, 3)) * rng.uniform(0, 1, 3)
        for _ in range(70):
            reach = min(height, width) * 0.45 * rng.uniform(0.12, 1) ** 1.8
            y, x = rng.uniform(0, height), rng.uniform(0, width)
            colour = np.clip(rng.uniform(0, 1) + rng.normal(size=3) * 0.15, 0, 1)
            leaves[(rows - y) ** 2 + (cols - x) ** 2 < reach**2] = colour
        out.append(leaves + rng.normal(size=(height, width, 3)) * 0.02)
    for _ in range(4):  # strokes
        strokes = np.ones((height, width, 3)) * rng.uniform(0.1, 0.9, 3)
        for _ in range(8):
            turn = rng.uniform(0, np.pi)
            x, y = rng.uniform(0, width), rng.uniform(0, height)
            wave = 0.1 * min(height, width) * np.sin(cols / width * rng.uniform(2, 9))
            away = np.abs((cols - x) * np.cos(turn) + (rows - y) * np.sin(turn) + wave)
            strokes[away < min(height, width) * rng.uniform(0.01, 0.05)] = rng.uniform(0, 1, 3)
        out.append(strokes)
    for _ in range(4):  # gratings
        turn, pace = rng.uniform(0, np.pi), rng.uniform(4, 24)
        phase = cols / width * np.cos(turn) + rows / height * np.sin(turn)
        wave = np.sin(2 * np.pi * pace * phase)[..., None] * rng.uniform(0.1, 0.4, 3)
        out.append(rng.uniform(0.3, 0.7, 3) + wave + 0.06 * _pink(rng, height, width, 3))
    return out


def probe_pictures(size: tuple[int, int], seed: int) -> NDArray[np.uint8]:
    """Makes the pictures that `rank_conventions` wants answered.

    Args:
        size: Height and width.
        seed: Seed of the generator.

    Returns:
        uint8 (65, H, W, 3): 32 pictures, the same at half contrast about mid-grey, one mid-grey.
    """
    base = np.clip(np.stack(_pictures(size, np.random.default_rng(seed))), 0, 1)
    grey = np.full((1, *size, 3), 128.0)
    full = np.round(base * 255)
    return np.concatenate([full, np.round((full + grey) / 2), grey]).astype(np.uint8)


def _spread(answers: FloatArray) -> float:
    return float(np.log10(answers[:_PICTURES].var(0).mean() + 1e-30))


def _bend(answers: FloatArray) -> float | None:
    """Departure from a straight line between picture, half-contrast copy and grey; None if dead."""
    full, half, grey = answers[:_PICTURES], answers[_PICTURES:-1], answers[-1]
    away = np.sqrt(((half - (full + grey) / 2) ** 2).sum(1))
    step = np.sqrt(((full - grey) ** 2).sum(1)) / 2
    live = step > 1e-6 * np.sqrt((answers**2).sum(1).mean())
    return float(np.median(away[live] / step[live])) if live.sum() >= _PICTURES // 4 else None


def rank_conventions(answers: Mapping[str, FloatArray]) -> tuple[tuple[str, float], ...]:
    """Ranks conventions by behaviour; only byte-sized against small inputs is decided.

    Fed inputs 255 times too small, a network is nearly a straight line and nearly constant.
    A model that answers one constant under both settles nothing: all scores are 0.

    Args:
        answers: For each convention the answers (65, k) to `probe_pictures`, as centred
            log-probabilities or log-odds or, where the model has neither, its raw outputs.
            "[0,1]" and "[0,255]" must be among them.

    Returns:
        (name, score), best first, ties in the order given. Byte-sized conventions score s, small
        ones -s, so the margin is |s| (settled from `RANGE_MARGIN`) and small ones always tie.
    """
    small, large = answers["[0,1]"], answers["[0,255]"]
    grown = np.clip(_spread(large) - _spread(small) - 1, -2, 1)
    bend = _bend(small)
    if bend is None and _bend(large) is None:  # one constant for everything
        return tuple((name, 0.0) for name in answers)
    score = float(0.85 - min(bend or 0.0, 1.2) + 0.1 * grown)
    scores = {name: score if name.startswith("[0,255]") else -score for name in answers}
    return tuple(sorted(scores.items(), key=lambda item: -item[1]))


def first_layer_evidence(kernel: FloatArray, bias: FloatArray) -> Mapping[str, float]:
    """Scores conventions by how well the first convolution's biases cancel the mean picture.

    Under the right convention a filter's answer to natural pictures has a bias-shifted mean within
    about two of its own standard deviations. Picture statistics are built in: mean (.48, .456,
    .41), sd .25, correlation exp(-pixels / 20) in space and .92 between channels.

    Args:
        kernel: Float weights (out, kh, kw, in) with any batch norm folded in, in RGB, in 1 or 3;
            dequantized by its own scales. Not depthwise.
        bias: Float bias (out,), with any batch norm folded in.

    Returns:
        Log-likelihood in nats per live filter for each convention. "[-1,1]" and "imagenet" differ
        mainly in scale and are not told apart; compare "[0,1]" with the better of the two.

    Raises:
        ValueError: If the shapes do not fit or no filter is alive.
    """
    if kernel.ndim != _KERNEL_RANK or bias.shape != kernel.shape[:1]:
        raise ValueError(f"not a first convolution: {kernel.shape}, {bias.shape}")
    if kernel.shape[3] not in (1, _COLOURS):
        raise ValueError(f"not a first convolution: {kernel.shape}, {bias.shape}")
    norm = np.sqrt((kernel**2).sum((1, 2, 3)))
    live = (norm > 0.1 * np.median(norm)) & (norm > 0)
    if not live.any() or not (np.isfinite(kernel).all() and np.isfinite(bias).all()):
        raise ValueError("no live finite filter")
    kernel, bias = kernel[live], bias[live]
    _, height, width, channels = kernel.shape
    if channels == 1:  # grey pictures are RGB pictures with equal channels
        kernel, channels = np.repeat(kernel / _COLOURS, _COLOURS, axis=3), _COLOURS
    spots = np.indices((height, width)).reshape(2, -1).T
    apart = np.sqrt(((spots[:, None] - spots[None]) ** 2).sum(-1))
    mixed = np.full((channels, channels), 0.92) + 0.08 * np.eye(channels)
    cover = 0.25**2 * np.kron(np.exp(-apart / 20), mixed)
    out: dict[str, float] = {}
    for convention in CONVENTIONS:
        scaled = kernel / np.asarray(convention.std)
        flat = scaled.reshape(len(scaled), -1)
        spread = np.sqrt(np.einsum("oi,ij,oj->o", flat, cover, flat))
        mean = scaled.sum((1, 2)) @ (np.array([0.48, 0.456, 0.41]) - np.asarray(convention.mean))
        z = (mean + bias) / spread / 1.5
        out[convention.name] = float(np.mean(-np.log(spread) - 2 * np.log1p(z**2 / 3)))
    return out
