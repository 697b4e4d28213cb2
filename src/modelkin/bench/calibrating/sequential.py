"""Error rates of the sequential verdict on recorded labels."""

from collections.abc import Sequence

from modelkin.answers.exact_binomial import share_interval
from modelkin.bench.figures import Figure
from modelkin.bench.label_replay.anytime import CALIBRATING, MARGINS, Protocol, replay_anytime
from modelkin.bench.label_replay.recorded import RecordedLabels
from modelkin.pipeline.progress import Progress
from modelkin.queries.selection.expected_evidence import ExpectedEvidence


def sequential_rates(
    recorded: RecordedLabels,
    alphas: Sequence[float],
    *,
    splits: int,
    seed: int,
    progress: Progress,
) -> dict[str, Figure]:
    """False accusations at each alpha: without a margin on the bound, and with the stated one."""
    protocol = Protocol(name="anytime", selector=ExpectedEvidence(), rounds=(((), recorded.kinds),))
    figures = {}
    for alpha in alphas:
        stops = replay_anytime(
            recorded, protocol, splits=splits, seed=seed, progress=progress, alpha=alpha
        )
        for margin, after in zip(MARGINS[:2], stops.after, strict=False):
            honest = after[~stops.related] > 0
            accused, n = int(honest.sum()), len(honest)
            low, high = share_interval(accused, n, 0.05)
            ending = "_margin_0" if margin == 0 else ""
            figures[f"anytime_fpr_at_{round(100 * alpha)}{ending}"] = Figure(
                value=accused / n,
                low=low,
                high=high,
                n=n,
                target=f"at most {alpha:g} + 1/{CALIBRATING + 1}",
            )
    return figures
