"""All that a judgement is made from, in a run and when its evidence is recomputed."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from modelkin.pipeline.asking_everyone import Everyone
from modelkin.pipeline.cast import Cast
from modelkin.pipeline.crafted import Crafted
from modelkin.pipeline.judging import Terms
from modelkin.pipeline.null import Reference
from modelkin.pipeline.null_cap import capped
from modelkin.pipeline.options import CompareOptions
from modelkin.pipeline.own_copy import OwnCopy
from modelkin.pipeline.seeing import seen
from modelkin.pipeline.steadiness import seen_twice
from modelkin.records import Responses
from modelkin.responses.sentinels import Replayed


@dataclass(frozen=True, kw_only=True, eq=False)
class Material:
    """Answers, as far as the run was told to see them, and what was asked for.

    Attributes:
        source: all recorded answers of the source.
        suspect: of the suspect.
        references: of the references.
        terms: what was asked for.
        crafted: queries and answers of the crafted methods, by method.
        copies: answers of the owner's copies that the power was stated by.
        top_k: with top-k access, how many scores were seen.
        replayed: queries that the suspect was asked twice, or None.
    """

    source: Responses
    suspect: Responses
    references: tuple[Reference, ...]
    terms: Terms
    crafted: Mapping[str, Crafted] = field(default_factory=dict)
    copies: tuple[OwnCopy, ...] = ()
    top_k: int = 5
    replayed: Replayed | None = None


def material_of(cast: Cast, everyone: Everyone, options: CompareOptions) -> Material:
    """No more of the answers than the run was told to see.

    Args:
        cast: who was asked what.
        everyone: what they answered; references and copies are seen already.
        options: of the compare.
    """
    honest = everyone.honest[0]
    return Material(
        source=seen(everyone.answers[0], options),
        suspect=seen(everyone.answers[1], options),
        references=tuple(honest),
        terms=Terms(
            methods=options.methods,
            rule=options.rule,
            alpha=options.alpha,
            null=capped(options.null, honest),
            until_width=options.until_width,
            leave_out=options.leave_out,
            select=cast.select,
        ),
        crafted={
            one.method: Crafted(
                queries=one.queries,
                source=seen(everyone.own[one.method][0], options),
                suspect=seen(everyone.own[one.method][1], options),
            )
            for one in everyone.made
        },
        copies=tuple(everyone.copied.copies),
        top_k=options.top_k,
        replayed=None if everyone.replayed is None else seen_twice(everyone.replayed, options),
    )
