"""The report of a comparison."""

from collections.abc import Sequence

from modelkin.models.opened import OpenedModel
from modelkin.pipeline.asking_everyone import Everyone
from modelkin.pipeline.cards import card_of
from modelkin.pipeline.cast import Cast
from modelkin.pipeline.concluding import Conclusion
from modelkin.pipeline.crafting import crafting_notes
from modelkin.pipeline.exhibits import pick_exhibits
from modelkin.pipeline.feeding import reals_notes
from modelkin.pipeline.judging import Judgement
from modelkin.pipeline.null_cap import cap_warnings
from modelkin.pipeline.options import CompareOptions
from modelkin.pipeline.power import power_warnings
from modelkin.pipeline.select_hint import selection_hint
from modelkin.pipeline.side_warnings import side_warnings
from modelkin.pipeline.undecided import search_cost
from modelkin.records import ModelCard, Parity, Pool, PoolInfo, Report, RunInfo


def report_of(
    cast: Cast,
    everyone: Everyone,
    conclusion: Conclusion,
    options: CompareOptions,
    *,
    sides: Sequence[OpenedModel],
    parity: Parity | None,
    run: RunInfo,
) -> Report:
    """Put everything that a reader may want into one record.

    Args:
        cast: who was asked what.
        everyone: what they answered.
        conclusion: what follows from it.
        options: of the compare.
        sides: source and suspect with all probes that they were sent.
        parity: of the pair as an export.
        run: how it was made.
    """
    judgement = conclusion.judgement
    _, skipped, failed = everyone.honest
    source, suspect = _cards(sides, everyone, judgement, options)
    return Report(
        run=run,
        source=source,
        suspect=suspect,
        pool=_pool_info(cast.pool, judgement),
        label_sets=f"{judgement.alignment.label_sets}: {judgement.alignment.note}",
        similarities=judgement.similarities,
        decision=judgement.decision,
        parity=parity,
        precision=judgement.precision,
        exhibits=pick_exhibits(
            cast.pool,
            judgement.source,
            judgement.suspect,
            aligned=judgement.alignment.label_sets != "different",
        ),
        skipped=(*skipped, *judgement.skipped, *everyone.copied.skipped),
        failed=(*failed, *judgement.failed, *everyone.copied.failed),
        warnings=_warnings(cast, everyone, conclusion, options, sides),
        power=conclusion.power,
        draw=options.bound.draw if options.bound else None,
        swap=judgement.swap,
        suspicions=judgement.suspicions,
        left_out=judgement.left_out,
        steadiness=conclusion.steadiness,
        selection=judgement.selection,
        anytime=judgement.anytime,
    )


def _warnings(
    cast: Cast,
    everyone: Everyone,
    conclusion: Conclusion,
    options: CompareOptions,
    sides: Sequence[OpenedModel],
) -> tuple[str, ...]:
    judgement, honest = conclusion.judgement, everyone.honest[0]
    return (
        *cast.notes,
        *everyone.notes,
        *reals_notes(cast.pool),
        *side_warnings(sides, everyone.answers),
        *crafting_notes(everyone.made),
        *judgement.warnings,
        *power_warnings(conclusion.power),
        *cap_warnings(options.null, honest),
        *selection_hint(judgement, honest, options),
    )


def _cards(
    sides: Sequence[OpenedModel],
    everyone: Everyone,
    judgement: Judgement,
    options: CompareOptions,
) -> tuple[ModelCard, ModelCard]:
    spent = [search_cost(options.pool, side) for side in sides]
    spent[0] += sum(one.spent for one in everyone.made)
    source, suspect = (
        card_of(
            sides[place],
            everyone.answers[place],
            judgement.coverage[place],
            [found[place] for found in everyone.own.values()],
            spent[place],
        )
        for place in (0, 1)
    )
    return source, suspect


def _pool_info(pool: Pool, judgement: Judgement) -> PoolInfo:
    return PoolInfo(
        name=pool.name,
        digest=pool.digest,
        n=len(pool),
        parts={part: pool.parts.count(part) for part in dict.fromkeys(pool.parts)},
        used=len(judgement.used),
        dropped=judgement.dropped,
    )
