"""The colour models as a picture: who answers like whom, by similarity alone."""

from html import escape

import numpy as np

from modelkin.bench.field.study import Group
from modelkin.records import FloatArray, IntArray

_CELL, _LEFT, _TOP, _BAR = 15, 74, 34, 10
_STRONG = 0.15
_COLOURS = ("#0b6e99", "#d9730d", "#448361", "#9065b0", "#c14c8a", "#9f6b53", "#787774", "#cb912f")
_SHOWN = 6
_LEAST = 2


def draw(group: Group) -> str:
    """A heat map as SVG, ordered by similarity; the bar shows the families by weights.

    Models are joined greedily: next comes the model most similar to any placed before. Families
    play no part in the order, so that a family in one block was found by behaviour.
    """
    whole = group.judged_matrix()
    shown = np.flatnonzero(np.isfinite(whole).any(axis=0))
    if len(shown) < _LEAST:
        return ""
    similarities = whole[np.ix_(shown, shown)]
    np.fill_diagonal(similarities, 1.0)
    files = [group.pairs.models[place].file for place in shown]
    order = _order(similarities)
    families = {one.file: one.family for one in group.pairs.models}
    names = sorted({*families.values()}, key=lambda one: (-_size(families, one), one))
    several = [name for name in names if _size(families, name) > 1]
    colours = {name: _COLOURS[place % len(_COLOURS)] for place, name in enumerate(several)}
    n = len(order)
    side = n * _CELL
    legend = _TOP + side + 22
    width, height = max(_LEFT + side + 60, 520), legend + 18 * (len(several) + 2)
    body = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
            'font-family="system-ui, sans-serif" font-size="10">'
        ),
        "<title>Similarity of the answers of all colour models</title>",
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
        (
            f'<text x="{_LEFT}" y="18" font-size="12">graded_cka, {n} colour models, ordered by '
            "similarity alone</text>"
        ),
    ]
    for row, a in enumerate(order):
        y = _TOP + row * _CELL
        family = families[files[a]]
        body.append(
            f'<text x="{_LEFT - 16}" y="{y + 11}" text-anchor="end">'
            f"{escape(files[a][:_SHOWN])}</text>"
            f'<rect x="{_LEFT - 12}" y="{y}" width="{_BAR}" height="{_CELL - 1}" '
            f'fill="{colours.get(family, "#ddd")}"><title>{escape(family)}</title></rect>'
        )
        for column, b in enumerate(order):
            value = float(similarities[a, b])
            body.append(
                f'<rect x="{_LEFT + column * _CELL}" y="{y}" width="{_CELL - 1}" '
                f'height="{_CELL - 1}" fill="{_shade(value)}"><title>'
                f"{escape(files[a][:_SHOWN])} {escape(files[b][:_SHOWN])} "
                f"{value:.3f}</title></rect>"
            )
    for place, (name, colour) in enumerate([*colours.items(), ("alone in its family", "#ddd")]):
        y = legend + 18 * place
        body.append(
            f'<rect x="{_LEFT}" y="{y}" width="12" height="12" fill="{colour}"/>'
            f'<text x="{_LEFT + 18}" y="{y + 10}" font-size="11">{escape(name)}</text>'
        )
    return "".join([*body, "</svg>", "\n"])


def _order(similarities: FloatArray) -> IntArray:
    rated = np.where(np.isfinite(similarities), similarities, -1.0).copy()
    np.fill_diagonal(rated, -1.0)
    placed = [int(rated.sum(axis=1).argmax())]
    while len(placed) < len(rated):
        rest = np.setdiff1d(np.arange(len(rated)), placed)
        near = rated[placed][:, rest].max(axis=0)
        placed.append(int(rest[near.argmax()]))
    return np.array(placed, dtype=np.int64)


def _shade(value: float) -> str:
    """White at 0, dark at .15 and above; kin with other heads are seldom much above."""
    if not np.isfinite(value):
        return "#f0d9d9"
    share = min(1.0, max(0.0, value) / _STRONG) ** 0.5
    light = [round(255 - share * (255 - dark)) for dark in (11, 60, 93)]
    return f"#{light[0]:02x}{light[1]:02x}{light[2]:02x}"


def _size(families: dict[str, str], name: str) -> int:
    return sum(one == name for one in families.values())
