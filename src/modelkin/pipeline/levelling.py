"""Everyone seen as rounded as the suspect is."""

from collections.abc import Sequence
from dataclasses import replace

from modelkin.answers.levelling import levelled, shown_decimals
from modelkin.pipeline.null import Reference
from modelkin.records import Responses


def on_one_level(
    source: Responses, suspect: Responses, references: Sequence[Reference]
) -> tuple[Responses, list[Reference], str | None]:
    """Round the probabilities of source and references as the suspect's are.

    Rounding to a few decimals wipes out the small scores, in which most of a kinship shows. A
    suspect that rounds would look unlike the source, copy or not, and references that do not round
    would be no fair measure for one that does.

    Returns:
        Source, references and what to tell a reader; as they were, and None, where the suspect
        does not round.
    """
    decimals = shown_decimals(suspect)
    if decimals is None or shown_decimals(source) == decimals:
        return source, list(references), None
    honest = [replace(one, responses=levelled(one.responses, decimals)) for one in references]
    note = (
        f"'{suspect.model}' rounds its probabilities to {decimals} decimal"
        f"{'s' if decimals > 1 else ''}; source and references were seen likewise"
    )
    return levelled(source, decimals), honest, note
