"""What the members of an evidence file are called, and how terms and queries are put into them."""

import io
from dataclasses import asdict
from typing import Any

import numpy as np

from modelkin.pipeline.judging import Terms
from modelkin.pipeline.select_terms import SelectTerms
from modelkin.records import AnyArray, NullKind

SCHEMA = "modelkin/evidence/1"


def of_method(file: str, method: str) -> str:
    """The name of a method's own file beside that of the pool."""
    return f"{method}/{file}"


def pack_terms(terms: Terms) -> dict[str, Any]:
    """Terms as JSON holds them."""
    plain = asdict(terms)
    # versions that do not know these can read the file where they are not used
    for name in ("until_width", "leave_out", "select"):
        if not plain[name]:
            del plain[name]
    return plain


def unpack_terms(packed: dict[str, Any]) -> Terms:
    """The terms of a file; older ones lack what they did not know."""
    terms = dict(packed)
    terms["methods"] = tuple(terms["methods"])
    terms["leave_out"] = tuple(terms.get("leave_out", ()))
    terms["null"] = NullKind(terms["null"]) if terms["null"] else None
    terms["select"] = SelectTerms(**terms["select"]) if terms.get("select") else None
    terms.setdefault("cohort", False)  # files from before there were cohorts
    return Terms(**terms)


def pack_queries(queries: AnyArray) -> bytes:
    """Crafted queries as a file, never a pickle."""
    buffer = io.BytesIO()
    np.save(buffer, queries, allow_pickle=False)
    return buffer.getvalue()


def unpack_queries(content: bytes) -> AnyArray:
    """What ``pack_queries`` wrote."""
    return np.asarray(np.load(io.BytesIO(content), allow_pickle=False))
