"""What a selection cannot go with, and when to tell that one would help."""

from collections.abc import Collection, Sequence

from modelkin.decision.conformal import families_needed
from modelkin.errors import UsageError
from modelkin.pipeline.family_split import LEAST_SELECTING
from modelkin.pipeline.judging import Judgement
from modelkin.pipeline.null import Reference
from modelkin.pipeline.options import CompareOptions
from modelkin.pipeline.select_terms import SelectTerms
from modelkin.records import Access, Verdict


def require_selectable(select: SelectTerms | None, crafters: Collection[object]) -> None:
    """Refuse settings that do not go with a selection, before anything is asked.

    Raises:
        UsageError: names the setting.
    """
    if select is None:
        return
    if crafters:
        raise UsageError(
            "--select chooses queries of the pool, and a method with crafted queries asks its own",
            hint="leave out --select, or name another --method",
        )


def selection_hint(
    judgement: Judgement, references: Sequence[Reference], options: CompareOptions
) -> tuple[str, ...]:
    """One line where labels only were seen, nothing was found, and there are families enough."""
    families = len({one.family for one in references})
    enough = families >= families_needed(options.alpha) + LEAST_SELECTING
    labels = judgement.suspect.access is Access.LABEL
    found = judgement.decision.verdict is Verdict.RELATED
    if options.select is not None or not labels or not enough or found:
        return ()
    hint = (
        "only labels are seen: --select expected_evidence spends the queries where honest models "
        f"disagree with the source; some of the {families} families then choose and the others "
        "judge. It is a second test of the suspect, so settle on it beforehand"
    )
    return (hint,)
