"""Errors for the JSON files that users write."""

from collections.abc import Collection
from pathlib import Path

from modelkin.errors import SignatureError


def require_known(file: Path, found: Collection[str], known: tuple[str, ...]) -> None:
    """Refuse keys that mean nothing.

    Raises:
        SignatureError: naming them and the known ones.
    """
    unknown = [f"'{key}'" for key in found if key not in known]
    if unknown:
        raise wrong(file, f"has the unknown key {', '.join(unknown)}; known: {', '.join(known)}")


def wrong(file: Path, what: str) -> SignatureError:
    """The error for a file that says something impossible."""
    return SignatureError(
        f"'{file}' {what}",
        hint='for example: {"preprocessing": {"layout": "NCHW", "mean": [0.5], "std": [0.5]}, '
        '"output": "logits"}',
    )
