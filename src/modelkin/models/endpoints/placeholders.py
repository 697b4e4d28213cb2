"""Filling the placeholders of a custom request.

``"$batch"`` becomes the list of all queries; a list of one element that holds ``"$each"`` is
repeated for every query; ``"$query"`` is a single query, and then a request holds only one.
``"$id"`` beside ``"$each"`` or ``"$query"`` is the query's id in the request. A picture as
base64 may stand inside a longer text: ``"data:image/png;base64,$query"``.
"""

from collections.abc import Sequence
from typing import Any

from modelkin.models.endpoints.settings import wrong

BATCH, EACH, QUERY, ID = "$batch", "$each", "$query", "$id"


def takes_many(request: object) -> bool:
    """Whether a request holds several queries.

    Raises:
        SignatureError: it has no placeholder for the queries, or several kinds.
    """
    found = [mark for mark in (BATCH, EACH, QUERY) if _holds(request, mark)]
    if len(found) != 1:
        what = f"has {' and '.join(found)}" if found else "has no placeholder for the queries"
        raise wrong(
            f'the request in the adapter file {what}: write one of "$batch", "$each", "$query"'
        )
    return found[0] != QUERY


def filled(request: Any, queries: Sequence[Any], ids: Sequence[str]) -> Any:  # noqa: ANN401 (JSON)
    """The request with queries in it.

    Args:
        request: JSON with placeholders.
        queries: one JSON value each.
        ids: one id each.
    """
    if isinstance(request, dict):
        return {key: filled(value, queries, ids) for key, value in request.items()}
    if isinstance(request, list):
        if len(request) == 1 and _holds(request[0], EACH):
            pairs = zip(queries, ids, strict=True)
            return [_single(request[0], EACH, query, name) for query, name in pairs]
        return [filled(value, queries, ids) for value in request]
    if request == BATCH:
        return list(queries)
    return _single(request, QUERY, queries[0], ids[0])


def _single(value: Any, mark: str, query: Any, name: str) -> Any:  # noqa: ANN401 (JSON)
    if isinstance(value, dict):
        return {key: _single(one, mark, query, name) for key, one in value.items()}
    if isinstance(value, list):
        return [_single(one, mark, query, name) for one in value]
    if value == mark:
        return query
    if value == ID:
        return name
    if isinstance(value, str) and mark in value and isinstance(query, str):
        return value.replace(mark, query)
    return value


def _holds(value: object, mark: str) -> bool:
    if isinstance(value, dict):
        return any(_holds(one, mark) for one in value.values())
    if isinstance(value, list):
        return any(_holds(one, mark) for one in value)
    return isinstance(value, str) and mark in value
