"""What pages make of the values that their templates print."""

from typing import Any

from markupsafe import Markup

from modelkin.report.formatting import harmless


def harmless_value(value: Any) -> Any:  # noqa: ANN401 - jinja hands over whatever a template prints
    """Text without escape and control characters; own markup and other values as they are."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return harmless(value)
    return value
