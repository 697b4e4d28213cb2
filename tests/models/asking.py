"""Putting arrays to a model in a test."""

from typing import Any

from modelkin.protocols import Model
from modelkin.records import AnyArray, Batch


def ask(model: Model, *inputs: AnyArray) -> tuple[Any, ...]:
    """Answer arrays under made-up ids."""
    ids = tuple(f"q{row}" for row in range(len(inputs[0])))
    return model.predict(Batch(ids=ids, inputs=inputs))
