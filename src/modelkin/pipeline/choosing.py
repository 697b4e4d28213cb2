"""Which methods fit two models, and which of them decides."""

from collections.abc import Sequence

from modelkin.answers.alignment import Alignment
from modelkin.errors import IncompatibleError
from modelkin.protocols import Method
from modelkin.records import Access, OutputKind, Responses, Skipped
from modelkin.registry import names, part


def choose_methods(
    source: Responses, suspect: Responses, alignment: Alignment, wanted: Sequence[str]
) -> tuple[list[Method], list[Skipped]]:
    """The methods to run, the deciding one first, and those that do not fit.

    Args:
        source: the source's answers.
        suspect: the suspect's.
        alignment: how the label sets relate.
        wanted: names; empty means all that fit and need no queries of their own.

    Raises:
        UnknownNameError: a wanted method does not exist.
        IncompatibleError: a wanted method does not fit.
    """
    if wanted:
        named = [make_method(name) for name in wanted]
        for method in named:
            reason = _misfit(method, source, suspect, alignment)
            if reason is not None:
                raise IncompatibleError(
                    f"method '{method.name}' does not fit this pair: {reason}",
                    hint="leave out --method to see all that fit",
                )
        return named, []
    default = deciding_for(source, suspect, alignment)
    fitting, skipped = [], []
    # the headline distance of a report is the first method's that measures one
    for name in dict.fromkeys((default, "total_variation", *names("method"))):
        method = make_method(name)
        if method.crafter is not None or not _meant_for(method, source):
            continue
        reason = _misfit(method, source, suspect, alignment)
        if reason is None:
            fitting.append(method)
        else:
            skipped.append(Skipped(subject=f"method {name}", reason=reason))
    return fitting, skipped


def make_method(name: str) -> Method:
    """A method by its name, with its default parameters."""
    return part(Method, name)()


def deciding_name(*, scores: bool, different: bool) -> str:
    """The method that decides where none is named.

    Args:
        scores: both sides show all their scores.
        different: their label sets are different.
    """
    if not scores:
        return "label_agreement"
    return "whitened_cka" if different else "log_correlation"


def deciding_for(source: Responses, suspect: Responses, alignment: Alignment) -> str:
    """The method that decides on two models' answers, where none is named.

    Args:
        source: the source's answers.
        suspect: the suspect's.
        alignment: how the label sets relate.
    """
    sides = (source, suspect)
    name = deciding_name(
        scores=all(
            side.access is Access.SCORES and side.kind is not OutputKind.LABELS for side in sides
        ),
        different=alignment.label_sets == "different",
    )
    graded = name == "whitened_cka" and _meant_for(make_method("graded_cka"), source)
    return "graded_cka" if graded else name


def _meant_for(method: Method, responses: Responses) -> bool:
    return not method.own_pool or any(one.startswith(method.pool_parts) for one in responses.parts)


def _misfit(
    method: Method, source: Responses, suspect: Responses, alignment: Alignment
) -> str | None:
    for side in (source, suspect):
        if not side.access.covers(method.fingerprint.needs):
            return f"needs {method.fingerprint.needs}, '{side.model}' shows {side.access}"
        if method.fingerprint.name == "predicted_labels" and not side.kind.classifies:
            return f"'{side.model}' does not classify"
    if method.fingerprint.aligned and alignment.label_sets == "different":
        return f"the label sets differ ({alignment.note})"
    return None
