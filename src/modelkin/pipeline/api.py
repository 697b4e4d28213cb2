"""The pipeline as Python functions."""

from collections.abc import Sequence
from pathlib import Path

from modelkin.models.opened import OpenedModel
from modelkin.pipeline.binding import bind, held_to
from modelkin.pipeline.caching import default_cache
from modelkin.pipeline.challenge import Challenge, run_challenge
from modelkin.pipeline.commitment import read_commitment
from modelkin.pipeline.compare import run_compare
from modelkin.pipeline.dataset import run_dataset
from modelkin.pipeline.options import CompareOptions
from modelkin.pipeline.progress import Progress, Silent
from modelkin.pipeline.reading_evidence import read_evidence
from modelkin.pipeline.recomputing import recompute
from modelkin.pipeline.writing_evidence import write_evidence
from modelkin.records import Access, DatasetReport, Decision, NullKind, Report


def compare(
    source: str | Path | OpenedModel,
    suspect: str | Path | OpenedModel,
    *,
    references: Sequence[str | Path] = (),
    queries: int | None = None,
    pool: str | Path | None = None,
    access: Access | str | None = None,
    top_k: int = 5,
    decimals: int | None = None,
    alpha: float = 0.05,
    seed: int = 0,
    until_width: float | None = None,
    methods: Sequence[str] = (),
    null: NullKind | str | None = None,
    leave_out: Sequence[str] = (),
    sentinels: int | None = None,
    commitment: Path | None = None,
    beacon: bytes | None = None,
    reveal: Sequence[bytes] = (),
    allow_code: bool = False,
    copies: str | Path | None = None,
    select: str | None = None,
    candidates: int | None = None,
    anytime: bool = False,
    fresh: bool = False,
    cache: Path | None = None,
    evidence: Path | None = None,
    progress: Progress | None = None,
) -> Report:
    """Compare two models and conclude whether the suspect derives from the source.

    Args:
        source: the claimed original: a path, ``module:function``, or what ``open_model`` gave,
            also a view of it such as ``open_model(path).seen(access, decimals=2)``.
        suspect: the model that may derive from it.
        references: honest models to judge against: files, folders, patterns.
        queries: budget: queries put to each model; None is 500, or all of a folder or table.
        pool: pool name, folder of images or table; None takes the modality's mixture.
        access: see no more than this of the models.
        top_k: with top-k access, how many scores are seen.
        decimals: see scores rounded to so many places.
        alpha: wanted bound on false accusations.
        seed: of everything random.
        until_width: stop asking when the interval of the distance is so narrow; None asks all.
        methods: names, the first decides; empty means all that apply.
        null: what the references stand for; None takes the weakest that they record.
        leave_out: names of references that do not count; they are reported.
        sentinels: queries of the budget put to the suspect twice; None is 5 of an endpoint.
        commitment: what ``modelkin commit`` wrote; the run is held to it.
        beacon: public randomness of after the commitment.
        reveal: the nonce of each party of the commitment, in the place of a beacon.
        allow_code: load files that run code when loaded.
        copies: folder of your own copies of the source, to say which would have been missed.
        select: query selector: source and references are asked all candidates, the suspect only
            ``queries`` (100) of them; some references choose, the others judge.
        candidates: queries to choose from; None is 1,000, or all of a folder or table.
        anytime: draw from the selected queries and stop as soon as the evidence suffices.
        fresh: ask again instead of using recorded answers.
        cache: folder of pools and answers; None takes ``$MODELKIN_CACHE`` or the user's.
        evidence: where to write the evidence file.
        progress: told how far the asking is.

    Returns:
        Everything found out; ``report.decision.verdict`` is the conclusion.

    Raises:
        ModelkinError: the pair cannot be compared; ``.hint`` says what to do next.
    """
    options = CompareOptions(
        cache=cache or default_cache(),
        queries=queries,
        pool=None if pool is None else str(pool),
        access=None if access is None else Access(access),
        top_k=top_k,
        decimals=decimals,
        alpha=alpha,
        seed=seed,
        until_width=until_width,
        methods=tuple(methods),
        null=None if null is None else NullKind(null),
        allow_code=allow_code,
        copies=None if copies is None else Path(copies),
        select=select,
        candidates=candidates,
        anytime=anytime,
        fresh=fresh,
        command=f"modelkin.compare({_named(source)!r}, {_named(suspect)!r}, ...)",
        leave_out=tuple(leave_out),
        sentinels=sentinels,
    )
    if commitment is not None:
        bound = bind(read_commitment(commitment), beacon=beacon, nonces=reveal)
        options = held_to(options, bound)
    named = [str(reference) for reference in references]
    sides = [side if isinstance(side, OpenedModel) else str(side) for side in (source, suspect)]
    report, held = run_compare(sides[0], sides[1], named, options, progress or Silent())
    if evidence is not None:
        write_evidence(evidence, held)
    return report


def dataset_use(
    suspect: str | Path | OpenedModel,
    *,
    trained_on: Sequence[str | Path],
    others: Sequence[str | Path],
    queries: int | None = None,
    pool: str | Path | None = None,
    access: Access | str | None = None,
    top_k: int = 5,
    decimals: int | None = None,
    alpha: float = 0.05,
    seed: int = 0,
    method: str | None = None,
    allow_code: bool = False,
    fresh: bool = False,
    cache: Path | None = None,
    progress: Progress | None = None,
) -> DatasetReport:
    """Tell whether a model was trained on the data set that some models were trained on.

    Args:
        suspect: the model in question: a path, ``module:function``, or what ``open_model`` gave.
        trained_on: models known to be trained on the data set: files, folders, patterns.
        others: models known not to be, otherwise like the suspect; they alone calibrate the
            p-value, and an alpha of 0.05 needs 19 independent ones.
        queries: budget: queries put to each model; None is 500, or all of a folder or table.
        pool: pool name, or a folder or table of the data set itself.
        access: see no more than this of the models.
        top_k: with top-k access, how many scores are seen.
        decimals: see scores rounded to so many places.
        alpha: wanted bound on false accusations.
        seed: of everything random.
        method: the similarity; None takes the one that fits.
        allow_code: load files that run code when loaded.
        fresh: ask the suspect again instead of using recorded answers.
        cache: folder of pools and answers; None takes ``$MODELKIN_CACHE`` or the user's.
        progress: told how far the asking is.

    Returns:
        Everything found out; ``report.decision.verdict`` is the conclusion.

    Raises:
        ModelkinError: the question cannot be asked; ``.hint`` says what to do next.
    """
    options = CompareOptions(
        cache=cache or default_cache(),
        queries=queries,
        pool=None if pool is None else str(pool),
        access=None if access is None else Access(access),
        top_k=top_k,
        decimals=decimals,
        alpha=alpha,
        seed=seed,
        methods=() if method is None else (method,),
        allow_code=allow_code,
        fresh=fresh,
        command=f"modelkin.dataset_use({_named(suspect)!r}, ...)",
    )
    side = suspect if isinstance(suspect, OpenedModel) else str(suspect)
    users, rest = ([str(one) for one in group] for group in (trained_on, others))
    return run_dataset(side, users, rest, options, progress or Silent())


def challenge(
    evidence: Path,
    *,
    source: str | Path | None = None,
    suspect: str | Path | None = None,
    references: Sequence[str | Path] = (),
    seed: int | None = None,
    beacon: bytes | None = None,
    allow_code: bool = False,
    cache: Path | None = None,
    progress: Progress | None = None,
) -> Challenge:
    """Ask the models of an evidence file again on fresh queries of the same recipe.

    Args:
        evidence: the file.
        source: where the source is; None takes the location of the evidence.
        suspect: likewise.
        references: likewise.
        seed: of the fresh queries; None draws one that nobody could foresee.
        beacon: public randomness to draw it from.
        allow_code: load files that run code when loaded.
        cache: folder of pools and answers; None takes ``$MODELKIN_CACHE`` or the user's.
        progress: told how far the asking is.

    Returns:
        Both conclusions; ``.stands`` tells if they agree.

    Raises:
        ModelkinError: the evidence does not hold, or the models cannot be asked.
    """
    options = CompareOptions(
        cache=cache or default_cache(),
        allow_code=allow_code,
        command=f"modelkin.challenge({str(evidence)!r}, ...)",
    )
    return run_challenge(
        evidence,
        options,
        progress or Silent(),
        source=None if source is None else str(source),
        suspect=None if suspect is None else str(suspect),
        references=[str(one) for one in references],
        seed=seed,
        beacon=beacon,
    )


def _named(side: str | Path | OpenedModel) -> str:
    return side.location if isinstance(side, OpenedModel) else str(side)


def verify(evidence: Path) -> Decision:
    """Recompute a verdict from an evidence file, without any model.

    Raises:
        NotReproducedError: the recorded answers do not lead to the stated verdict.
        CorruptFileError: the file is damaged or was altered.
    """
    return recompute(read_evidence(evidence), name=str(evidence)).decision
