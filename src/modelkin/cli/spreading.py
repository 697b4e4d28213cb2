"""Options that several verbs share are the fields of one dataclass."""

import dataclasses
import inspect
from collections.abc import Callable
from typing import Any, get_type_hints


def spread(verb: Callable[..., None]) -> Callable[..., None]:
    """Offer each field of a parameter that is a dataclass as an option of its own.

    Typer wants every option as a parameter of the verb. Here a verb takes ``url: Stated``; the
    fields of ``Stated``, annotated as options, take that parameter's place, and the dataclass is
    made from them before the verb runs.

    Args:
        verb: a function whose parameters are annotated for Typer or are dataclasses.
    """
    shown: list[inspect.Parameter] = []
    made: dict[str, tuple[type, list[str]]] = {}
    hints = get_type_hints(verb, include_extras=True)
    for name, parameter in inspect.signature(verb).parameters.items():
        hint = hints[name]
        if not dataclasses.is_dataclass(hint):
            shown.append(parameter.replace(annotation=hint))
            continue
        kind = hint if isinstance(hint, type) else type(hint)
        options = get_type_hints(kind, include_extras=True)
        fields = dataclasses.fields(kind)
        made[name] = (kind, [field.name for field in fields])
        shown.extend(
            inspect.Parameter(
                field.name,
                inspect.Parameter.KEYWORD_ONLY,
                default=field.default,
                annotation=options[field.name],
            )
            for field in fields
        )

    def run(**stated: Any) -> None:  # noqa: ANN401 (whatever was typed)
        for name, (kind, fields) in made.items():
            stated[name] = kind(**{field: stated.pop(field) for field in fields})
        verb(**stated)

    run.__name__, run.__doc__, run.__module__ = verb.__name__, verb.__doc__, verb.__module__
    run.__annotations__ = {one.name: one.annotation for one in shown}
    run.__signature__ = inspect.Signature(shown)  # type: ignore[attr-defined] # read by inspect
    return run
