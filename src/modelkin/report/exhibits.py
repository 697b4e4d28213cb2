"""Queries and answers as pictures and bars."""

import base64
import io
import math
from dataclasses import dataclass

import numpy as np
from PIL import Image

from modelkin.records import AnyArray, Exhibit, Report
from modelkin.report.formatting import brief, number, percent, plain, short

_PICTURE_SIDE = 192
_BARS = 64
_VALUES = 6
_MIDDLE, _BOTTOM = 20.0, 40.0


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One entry of a model's answer.

    Attributes:
        name: class or output.
        score: its score as text.
        width: length of its bar, 0..100.
        negative: the score is below zero.
    """

    name: str
    score: str
    width: float
    negative: bool


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One value of a vector, in a box of 100 x 40."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, kw_only=True)
class Tile:
    """One exhibit, ready to draw.

    Attributes:
        query: query id.
        part: part of the pool.
        disagreement: how far apart the answers are, of the run's largest.
        picture: data URI of a picture, or None for vectors.
        bars: the vector's values.
        values: the vector's first values as text.
        source: the source's answers, best first.
        suspect: the suspect's.
        agree: whether the best classes are the same; None where that means nothing.
    """

    query: str
    part: str
    disagreement: str
    picture: str | None
    bars: tuple[Bar, ...]
    values: str
    source: tuple[Answer, ...]
    suspect: tuple[Answer, ...]
    agree: bool | None


def tile(exhibit: Exhibit, report: Report) -> Tile:
    """Lay out one exhibit."""
    pictured = is_picture(exhibit.content)
    flat = exhibit.content.ravel()
    scores = [score for _, score in (*exhibit.source, *exhibit.suspect)]
    classes = report.source.output.classifies and report.suspect.output.classifies
    comparable = classes and report.label_sets.startswith("same")
    agree = None
    if comparable and exhibit.source and exhibit.suspect:
        agree = exhibit.source[0][0] == exhibit.suspect[0][0]
    return Tile(
        query=plain(exhibit.query),
        part=plain(exhibit.part),
        disagreement=percent(exhibit.disagreement),
        picture=png_uri(exhibit.content) if pictured else None,
        bars=() if pictured else bars(flat),
        values="" if pictured else _values(flat),
        source=_answers(exhibit.source, scores),
        suspect=_answers(exhibit.suspect, scores),
        agree=agree,
    )


def is_picture(content: AnyArray) -> bool:
    """Tell pictures from rows."""
    return content.dtype == np.uint8 and content.ndim == 3 and content.shape[2] == 3  # noqa: PLR2004


def png_uri(content: AnyArray) -> str:
    """Encode a picture as a data URI, made smaller when it is large."""
    picture = Image.fromarray(np.ascontiguousarray(content).astype(np.uint8), mode=None)
    picture.thumbnail((_PICTURE_SIDE, _PICTURE_SIDE))
    buffer = io.BytesIO()
    picture.save(buffer, format="PNG")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")


def bars(values: AnyArray) -> tuple[Bar, ...]:
    """Draw the first values of a vector as bars, up for positive and down for negative."""
    shown = np.nan_to_num(values[:_BARS].astype(np.float64), nan=0.0, posinf=0.0, neginf=0.0)
    largest = float(np.abs(shown).max(initial=0.0))
    signed = bool((shown < 0).any())
    zero, room = (_MIDDLE, _MIDDLE) if signed else (_BOTTOM, _BOTTOM)
    pitch = 100.0 / max(len(shown), 1)
    found = []
    for index, value in enumerate(shown.tolist()):
        height = room * abs(value) / largest if largest else 0.0
        top = zero - height if value > 0 else zero
        found.append(
            Bar(
                x=round(index * pitch + 0.1 * pitch, 3),
                y=round(top, 3),
                width=round(0.8 * pitch, 3),
                height=round(height, 3),
            )
        )
    return tuple(found)


def _values(values: AnyArray) -> str:
    first = ", ".join(short(float(value)) for value in values[:_VALUES].astype(np.float64))
    more = f", … ({len(values)} values)" if len(values) > _VALUES else ""
    return first + more


def _answers(answers: tuple[tuple[str, float], ...], scores: list[float]) -> tuple[Answer, ...]:
    finite = [abs(score) for score in scores if math.isfinite(score)]
    shares = all(0.0 <= score <= 1.0 for score in scores if math.isfinite(score))
    scale = 1.0 if shares else max(finite, default=1.0)
    return tuple(
        Answer(
            name=brief(str(name), 24),
            score=number(score),
            width=round(100.0 * abs(score) / scale, 2) if math.isfinite(score) and scale else 0.0,
            negative=score < 0,
        )
        for name, score in answers
    )
