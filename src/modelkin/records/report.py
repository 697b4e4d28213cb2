"""Everything a compare found out, without any presentation."""

from dataclasses import dataclass

from modelkin.records.decision import Decision
from modelkin.records.draw import Draw
from modelkin.records.outcomes import Failed, Skipped
from modelkin.records.parity import Parity
from modelkin.records.power import Power
from modelkin.records.precision import Precision
from modelkin.records.preprocessing import Preprocessing
from modelkin.records.selection import Anytime, Selection
from modelkin.records.similarity import Similarity
from modelkin.records.steadiness import Steadiness
from modelkin.records.suspicion import Suspicion
from modelkin.records.swap import Swap
from modelkin.records.vocabulary import Access, AnyArray, OutputKind


@dataclass(frozen=True, kw_only=True)
class RunInfo:
    """How the run was made.

    Attributes:
        versions: package name to version, modelkin included.
        command: the command line or call, without secrets.
        started: UTC time, ISO 8601.
        seconds: wall time.
        seed: seed of everything random.
    """

    versions: dict[str, str]
    command: str
    started: str
    seconds: float
    seed: int


@dataclass(frozen=True, kw_only=True)
class PartCoverage:
    """How one model answered one part of the pool.

    Attributes:
        part: name of the part.
        n: usable answers.
        classes: distinct predicted classes; 0 for outputs that are no classes.
        constant: share of answers equal to the commonest one.
        one_hot: share of answers with nothing but zeros beside the winner.
        saturated: whether the part was dropped for it.
    """

    part: str
    n: int
    classes: int
    constant: float
    one_hot: float
    saturated: bool


@dataclass(frozen=True, kw_only=True)
class ModelCard:
    """What is known of one side of the comparison.

    Attributes:
        name: short name.
        location: as given.
        format: registry name of its format.
        digest: sha256 of the model.
        access: what it shows.
        output: what its numbers mean.
        n_outputs: width of an answer (classes).
        classes_seen: distinct classes predicted over the pool; 0 for outputs that are no classes.
        preprocessing: how it was fed.
        asked: queries put to it, over all runs.
        asked_now: queries put to it in this run.
        probes: further queries spent on finding out its preprocessing.
        seconds: wall time of asking in this run.
        coverage: how it answered each part.
    """

    name: str
    location: str
    format: str
    digest: str
    access: Access
    output: OutputKind
    n_outputs: int
    classes_seen: int
    preprocessing: Preprocessing
    asked: int
    asked_now: int
    probes: int
    seconds: float
    coverage: tuple[PartCoverage, ...]


@dataclass(frozen=True, kw_only=True)
class PoolInfo:
    """Which queries were asked.

    Attributes:
        name: full name.
        digest: sha256 of the queries.
        n: queries in the pool.
        parts: part to number of queries.
        used: queries that entered the comparison.
        dropped: part to the reason it was dropped.
    """

    name: str
    digest: str
    n: int
    parts: dict[str, int]
    used: int
    dropped: dict[str, str]


@dataclass(frozen=True, kw_only=True, eq=False)
class Exhibit:
    """One query with both models' answers, for a person to look at.

    Attributes:
        query: query id.
        part: the part of the pool.
        content: canonical query: (h, w, 3) uint8 or (d,) floats.
        source: (class or output, score) of the source, best first.
        suspect: the same of the suspect.
        disagreement: how far apart the two answers are, 0..1 of the run's largest.
        typical: shown as an ordinary query, not because the models differ on it.
    """

    query: str
    part: str
    content: AnyArray
    source: tuple[tuple[str, float], ...]
    suspect: tuple[tuple[str, float], ...]
    disagreement: float
    typical: bool = False


@dataclass(frozen=True, kw_only=True, eq=False)
class Report:
    """The result of comparing a source with a suspect.

    Attributes:
        run: how the run was made.
        source: the claimed original.
        suspect: the model that may derive from it.
        pool: the queries.
        label_sets: "same", "permuted" or "different", and how it was decided.
        similarities: every method's rating; the first decided.
        decision: the conclusion.
        parity: the comparison read as a check of an export, or None where no numbers are shown.
        precision: the distance that the run stopped at, or None where it was to ask everything.
        exhibits: queries to look at, most disagreeing first, then typical ones.
        skipped: what was left out and why.
        failed: what could not be done and why.
        warnings: what a reader must know before relying on the verdict.
        power: which of the owner's own copies would have been found, or None where none were given.
        draw: the commitment that the run held to and what its seed was drawn from, or None.
        swap: the references in the source's chair; None where that was not possible.
        suspicions: references that may be related to the source or to each other.
        left_out: references left out on the user's word.
        steadiness: what queries asked twice told of the suspect; None when none were to be.
        selection: how the queries were chosen; None where the pool was asked as it is.
        anytime: what a sequential verdict rests on; None where there is none.
    """

    run: RunInfo
    source: ModelCard
    suspect: ModelCard
    pool: PoolInfo
    label_sets: str
    similarities: tuple[Similarity, ...]
    decision: Decision
    parity: Parity | None
    precision: Precision | None
    exhibits: tuple[Exhibit, ...]
    skipped: tuple[Skipped, ...]
    failed: tuple[Failed, ...]
    warnings: tuple[str, ...]
    power: Power | None = None
    draw: Draw | None = None
    swap: Swap | None = None
    suspicions: tuple[Suspicion, ...] = ()
    left_out: tuple[str, ...] = ()
    steadiness: Steadiness | None = None
    selection: Selection | None = None
    anytime: Anytime | None = None
