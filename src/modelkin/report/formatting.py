"""Numbers and untrusted text as people read them."""

import json
import math
import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from modelkin.records import Decision

DASH = "\u2013"
_UNDEFINED = "undefined"
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-_])")
_SPACES = {"Cc", "Zl", "Zp"}
_GONE = {"Cf"}
_UNREADABLE = {"Cs", "Co", "Cn"}
_NEAR_ONE = 0.0095
_SMALL = 0.001
_LARGE = 1e5
_DECIMALS = 3
_MOST_DECIMALS = 7
_MINUTE = 60.0
_HOUR = 3600.0


def harmless(text: str) -> str:
    """Remove escape, control and direction characters; line ends become spaces."""
    kept = []
    for character in _ESCAPES.sub("", text):
        category = unicodedata.category(character)
        if category in _SPACES:
            kept.append(" ")
        elif category in _UNREADABLE:
            kept.append("\ufffd")
        elif category not in _GONE:
            kept.append(character)
    return "".join(kept)


def plain(text: str) -> str:
    """Make untrusted text harmless and one line with single spaces."""
    return " ".join(harmless(text).split())


def brief(text: str, limit: int = 60) -> str:
    """Make untrusted text harmless and at most ``limit`` characters long."""
    cleaned = plain(text)
    if len(cleaned) <= limit:
        return cleaned or "(no name)"
    head = (limit - 1) * 2 // 3
    return f"{cleaned[:head]}…{cleaned[len(cleaned) - (limit - 1 - head) :]}"


def sentence(text: str) -> str:
    """Make untrusted text one line that begins and ends like a sentence."""
    cleaned = plain(text)
    if not cleaned:
        return ""
    end = "" if cleaned[-1] in ".!?" else "."
    return f"{cleaned[0].upper()}{cleaned[1:]}{end}"


def settings(params: str) -> str:
    """Write a part's parameters, which are JSON text, as a short list of settings."""
    try:
        leaves = _leaves(json.loads(params or "{}"))
    except (ValueError, RecursionError):
        return plain(params)
    return plain(", ".join(f"{name} = {json.dumps(value)}" for name, value in leaves))


def number(value: float | None) -> str:
    """Write a number with three decimals, or with as many as set it apart from 0 and from 1."""
    if value is None:
        return DASH
    if not math.isfinite(value):
        return _UNDEFINED
    if value != 0.0 and not _SMALL <= abs(value) < _LARGE:
        return f"{value:.3g}"
    return f"{value:.{_decimals(value)}f}"


def interval(low: float | None, high: float | None) -> str:
    """Write an interval, or a dash where there is none."""
    if low is None or high is None:
        return DASH
    if not (math.isfinite(low) and math.isfinite(high)):
        return _UNDEFINED
    if max(abs(low), abs(high)) >= _LARGE:
        return f"{number(low)} to {number(high)}"
    decimals = max(_decimals(low), _decimals(high))
    return f"{low:.{decimals}f} to {high:.{decimals}f}"


def short(value: float) -> str:
    """Write a number with four significant digits."""
    return f"{value:.4g}" if math.isfinite(value) else _UNDEFINED


def probability(value: float | None) -> str:
    """Write a probability with three significant digits."""
    if value is None:
        return DASH
    return f"{value:.3g}" if math.isfinite(value) else _UNDEFINED


def percent(share: float | None) -> str:
    """Write a share in per cent; only 0 reads as 0 and only 1 as 100."""
    if share is None:
        return DASH
    if not math.isfinite(share):
        return _UNDEFINED
    hundred = 100.0 * share
    text = f"{hundred:.1f}".removesuffix(".0")
    if text in {"0", "-0"} and share != 0.0:
        return "< 0.1 %"
    if text == "100" and share != 1.0:
        return "> 99.9 %"
    return f"{text} %"


def count(n: int) -> str:
    """Write a whole number with thousands set apart."""
    return f"{n:,}"


def counted(n: int, noun: str, plural: str | None = None) -> str:
    """Write a number with its noun."""
    return f"{count(n)} {noun if n == 1 else plural or noun + 's'}"


def duration(seconds: float) -> str:
    """Write a time span."""
    if not math.isfinite(seconds):
        return _UNDEFINED
    if seconds < _MINUTE:
        return f"{seconds:.2g} s" if seconds < 1.0 else f"{seconds:.1f} s"
    if seconds < _HOUR:
        return f"{seconds / _MINUTE:.1f} min"
    return f"{seconds / _HOUR:.1f} h"


def listed(values: Iterable[str], most: int = 6) -> str:
    """Join values with commas, leaving out all but the first few."""
    every = list(values)
    if len(every) <= most:
        return ", ".join(every)
    return ", ".join(every[:most]) + f", … ({len(every)} in all)"


def printable_p(decision: Decision) -> float | None:
    """The p-value, never below what the references can support and never 0."""
    p_value = decision.p_value
    if p_value is None or not math.isfinite(p_value):
        return None
    floor = decision.null.floor if decision.null is not None else 0.0
    bounded = max(p_value, floor)
    return bounded if bounded > 0.0 else None


def _decimals(value: float) -> int:
    gap = abs(1.0 - value)
    if not 0.0 < gap < _NEAR_ONE:
        return _DECIMALS
    return min(1 - math.floor(math.log10(gap)), _MOST_DECIMALS)


def _leaves(tree: Any, name: str = "") -> list[tuple[str, Any]]:  # noqa: ANN401 - any JSON
    if isinstance(tree, dict):
        return [leaf for key, inner in tree.items() for leaf in _leaves(inner, key)]
    return [(name, tree)]
