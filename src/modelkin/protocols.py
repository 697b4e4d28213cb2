"""What every exchangeable part promises; one file in a part folder is one part.

A part is a frozen dataclass whose class name is the CamelCase of its file name. Its docstring
opens with one summary line; methods add *Sees*, *Cost* and *Paper* lines, which the command
``modelkin parts`` prints.
"""

import abc
import dataclasses
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import ClassVar, Protocol, runtime_checkable

import numpy as np

from modelkin.answers.label_candidates import LabelCandidates
from modelkin.answers.label_evidence import QuerySelection
from modelkin.answers.losses import Losses
from modelkin.errors import IncompatibleError
from modelkin.records import (
    Access,
    AnyArray,
    Batch,
    Decision,
    Fingerprint,
    FloatArray,
    IntArray,
    Modality,
    Null,
    Relation,
    Responses,
    Signature,
    Similarity,
)


@runtime_checkable
class Model(Protocol):
    """Anything that answers batches in its own tensors."""

    @property
    def signature(self) -> Signature:
        """Inputs and outputs as the model itself declares them."""
        ...

    def predict(self, batch: Batch) -> tuple[AnyArray, ...]:
        """Answer a batch of any size.

        Args:
            batch: ids and input tensors, batch axis first; must be left unchanged.

        Returns:
            One array an output tensor, batch axis first. Quantized outputs come back as reals.
        """
        ...


@runtime_checkable
class Wired(Protocol):
    """A model whose queries travel over a wire, where a retry costs as much as a question."""

    @property
    def sent(self) -> int:
        """Queries put on the wire so far, retries included."""
        ...

    @property
    def largest(self) -> int:
        """Most queries that one request holds; falls when a server refuses that many."""
        ...

    def meter(self, spend: Callable[[int], None]) -> None:
        """Report every spending before it happens.

        Args:
            spend: called with the number of queries about to be put on the wire, and with a
                negative number for those that never left; raises ``BudgetError`` to forbid it.
        """
        ...


@runtime_checkable
class Subject(Protocol):
    """A model made ready to be asked in the canonical query space."""

    @property
    def name(self) -> str:
        """Short name for people."""
        ...

    @property
    def digest(self) -> str:
        """sha256 of the model and of the way it is fed."""
        ...

    @property
    def signature(self) -> Signature:
        """Inputs and outputs as the model itself declares them."""
        ...

    def answer(self, ids: Sequence[str], queries: AnyArray) -> tuple[AnyArray, ...]:
        """Answer canonical queries.

        Args:
            ids: query ids.
            queries: (n, height, width, 3) uint8 pictures or (n, columns) floats.

        Returns:
            One array an output tensor, batch axis first.
        """
        ...


@dataclasses.dataclass(frozen=True)
class Component:
    """What all parts share: a name and parameters that print and compare."""

    name: ClassVar[str]

    @property
    def params(self) -> str:
        """The part's parameters as canonical JSON, for provenance."""
        return json.dumps(dataclasses.asdict(self), sort_keys=True, default=repr)

    @classmethod
    def doc_lines(cls) -> dict[str, str]:
        """The docstring's summary and its Sees / Cost / Paper lines."""
        lines = [line.strip() for line in (cls.__doc__ or "").strip().splitlines()]
        found = {"Summary": lines[0] if lines else ""}
        for line in lines[1:]:
            key, _, text = line.partition(": ")
            if key in {"Sees", "Cost", "Paper"} and text:
                found[key] = text
        return found


class ModelFormat(Component, abc.ABC):
    """Opens one kind of model.

    A format may have the fields ``allow_code`` and ``options`` (``EndpointOptions``): who opens
    a model fills in those that the format has.

    Attributes:
        extensions: usual file endings, with the dot.
        extra: the extra that installs its framework, or None when the core has it.
        runs_code: loading a file executes code that the file holds.
        loading: one sentence on what loading executes.
        sees_file: a path on disk is wanted (False: the location is a name, such as
            ``module:function``).
        sees_folder: a folder can be a model of this format.
        isolated: load it in a worker process (files and folders only).
    """

    extensions: ClassVar[tuple[str, ...]] = ()
    extra: ClassVar[str | None] = None
    runs_code: ClassVar[bool] = False
    loading: ClassVar[str]
    sees_file: ClassVar[bool] = True
    sees_folder: ClassVar[bool] = False
    isolated: ClassVar[bool] = True

    @abc.abstractmethod
    def recognises(self, location: str, first_bytes: bytes) -> bool:
        """Tell from the location and the first 4096 bytes (empty if no file) if it is ours."""

    @abc.abstractmethod
    def load(self, location: str) -> Model:
        """Open the model; frameworks are imported here and nowhere else.

        Raises:
            MissingDependencyError: the framework is not installed.
            BrokenModelError: the file cannot be loaded.
        """

    def companions(self, location: str) -> tuple[Path, ...]:
        """Other files without which the model is not what it is, such as its weights."""
        del location
        return ()

    def first_convolution(self, location: str) -> tuple[FloatArray, FloatArray] | None:
        """Kernel (out, height, width, in) and bias (out,) of the first layer, where readable.

        They tell which value range a picture model was trained on, when its file does not say.
        """
        del location
        return None


class QueryGenerator(Component, abc.ABC):
    """Makes queries of one sort, each from its own random generator.

    Attributes:
        modality: kind of question.
        group: queries made together by one draw (2 for a seed and its twin).
    """

    modality: ClassVar[Modality]
    group: ClassVar[int] = 1

    @abc.abstractmethod
    def draw(self, rng: np.random.Generator, shape: tuple[int, ...]) -> AnyArray:
        """Make one group of queries.

        Args:
            rng: the only source of randomness.
            shape: (height, width, 3) or (columns,).

        Returns:
            (group, *shape): uint8 pictures or float32 rows.
        """


@dataclasses.dataclass(frozen=True)
class Portion:
    """A part of a mixture.

    Attributes:
        part: its name in records and reports.
        generator: what makes its queries.
        weight: groups of it in one round of the mixture.
    """

    part: str
    generator: QueryGenerator
    weight: int


class PoolRecipe(Component, abc.ABC):
    """A named, versioned mixture; once released, a version never changes.

    Attributes:
        modality: kind of question.
        reals: all models get its pictures as the same reals in [0, 1], pixel for pixel, whatever
            range and size they were trained on.
    """

    modality: ClassVar[Modality]
    reals: ClassVar[bool] = False

    @abc.abstractmethod
    def mixture(self) -> tuple[Portion, ...]:
        """The parts in fixed proportions."""


class FingerprintMethod(Component, abc.ABC):
    """Turns one model's responses into a representation.

    Attributes:
        needs: the least access it works with.
        aligned: entries mean classes, so both models need the same label set.
    """

    needs: ClassVar[Access]
    aligned: ClassVar[bool] = False

    @abc.abstractmethod
    def extract(self, responses: Responses) -> FloatArray:
        """Compute the representation of responses that ``needs`` allows."""


class SimilarityMeasure(Component, abc.ABC):
    """Rates a pair of representations; larger means more alike, identical is 1.

    Attributes:
        symmetric: swapping the two changes nothing.
    """

    symmetric: ClassVar[bool] = True

    @abc.abstractmethod
    def pair(self, a: FloatArray, b: FloatArray) -> float:
        """Rate one pair."""

    def matrix(self, prints: Sequence[FloatArray]) -> FloatArray:
        """Rate all pairs; override only to be faster, never to differ."""
        rated = np.empty((len(prints), len(prints)))
        for row, a in enumerate(prints):
            for column, b in enumerate(prints):
                swapped = self.symmetric and column < row
                rated[row, column] = rated[column, row] if swapped else self.pair(a, b)
        return rated

    def distance(self, a: FloatArray, b: FloatArray) -> float | None:
        """The distance behind the similarity, in its own unit, where there is one."""
        del a, b
        return None

    def losses(self, a: FloatArray, b: FloatArray) -> Losses | None:
        """What each query adds to that distance, where it is a mean of bounded terms."""
        del a, b
        return None


class Oracle(Protocol):
    """A source as its owner may question it while queries are crafted for it."""

    @property
    def asked(self) -> int:
        """Queries put to it so far; a gradient counts as one a query."""
        ...

    @property
    def differentiable(self) -> bool:
        """Whether ``gradient`` works."""
        ...

    def log_probabilities(self, queries: AnyArray) -> FloatArray:
        """(n, k) unclipped log-probabilities; plain vectors come as they are."""
        ...

    def labels(self, queries: AnyArray) -> IntArray:
        """(n,) predicted classes."""
        ...

    def gradient(self, queries: FloatArray, weights: FloatArray) -> FloatArray:
        """Slope of ``sum(weights * log_probabilities)``.

        Args:
            queries: (n, *shape) reals; pictures in [0, 1].
            weights: (n, k), one row a query.

        Returns:
            (n, *shape), the derivative with respect to the queries.

        Raises:
            IncompatibleError: the source shows no gradients.
        """
        ...


class QueryCrafter(Component, abc.ABC):
    """Turns seeds into queries made for one source; the suspect plays no part.

    Attributes:
        group: queries that belong together (2 for a seed and its twin).
        needs: the least access to the source.
        gradients: it needs a differentiable source.
        truth: it needs the true classes of the seeds.
        asks: it asks the source; otherwise the seeds alone decide, and one crafting serves all.
    """

    group: ClassVar[int] = 1
    needs: ClassVar[Access] = Access.SCORES
    gradients: ClassVar[bool] = False
    truth: ClassVar[bool] = False
    asks: ClassVar[bool] = True

    @abc.abstractmethod
    def craft(
        self,
        seeds: AnyArray,
        source: Oracle,
        *,
        n: int,
        rng: np.random.Generator,
        truth: IntArray | None = None,
    ) -> AnyArray:
        """Craft queries.

        Args:
            seeds: (m, height, width, 3) uint8 pictures or (m, columns) float32 rows.
            source: the model they are made for.
            n: queries wanted, a multiple of ``group``.
            rng: the only source of randomness.
            truth: (m,) true classes of the seeds, where known.

        Returns:
            (n, *shape) of the seeds' type; every ``group`` rows belong together. A shorter budget
            uses the first rows, so the best come first.

        Raises:
            IncompatibleError: the source or the seeds do not show what it needs.
            PoolError: the seeds do not yield ``n`` queries.
        """


class QuerySelector(Component, abc.ABC):
    """Chooses which queries of a pool are put to the suspect, before it is asked anything.

    Source and references are ours and cheap to ask; the suspect's queries are counted.

    Attributes:
        copies: it uses own copies of the source where there are any.
    """

    copies: ClassVar[bool] = False

    @abc.abstractmethod
    def select(
        self, candidates: LabelCandidates, *, n: int, rng: np.random.Generator
    ) -> QuerySelection:
        """Choose queries, and say what the answers to them will weigh.

        Args:
            candidates: recorded answers to the whole pool.
            n: queries wanted.
            rng: the only source of randomness.

        Returns:
            n different positions, the best first, with the weights of their answers.

        Raises:
            PoolError: n is below one, or above the number of candidates.
        """


class Method(Component, abc.ABC):
    """A named recipe: which queries, which fingerprint, which similarity.

    Attributes:
        pool_parts: pool parts it works on; empty means all.
        own_pool: it runs unasked only on a pool that has these parts.
        pools: the pool that suits it best, by modality, where that is not the usual mixture.
        crafter: what makes its queries from a pool, for one source; None asks the pool itself.
    """

    pool_parts: ClassVar[tuple[str, ...]] = ()
    own_pool: ClassVar[bool] = False
    pools: ClassVar[Mapping[Modality, str]] = {}
    crafter: QueryCrafter | None = None
    fingerprint: FingerprintMethod
    similarity: SimilarityMeasure

    def fingerprint_of(self, responses: Responses) -> Fingerprint:
        """Fingerprint one model.

        Raises:
            IncompatibleError: the responses show less than the method needs.
        """
        if not responses.access.covers(self.fingerprint.needs):
            raise IncompatibleError(
                f"method '{self.name}' needs {self.fingerprint.needs} and '{responses.model}' "
                f"shows only {responses.access}",
                hint="use a method that sees labels, such as label_agreement",
            )
        return Fingerprint(
            method=self.fingerprint.name,
            params=self.fingerprint.params,
            model=responses.model,
            pool_digest=responses.pool_digest,
            index=responses.index,
            values=self.fingerprint.extract(responses),
        )

    def rate(self, a: Fingerprint, b: Fingerprint) -> float:
        """Rate a pair of fingerprints.

        Raises:
            IncompatibleError: they come from different queries or methods.
        """
        a.require_same_queries(b)
        return self.similarity.pair(a.values, b.values)


class DecisionRule(Component, abc.ABC):
    """Turns a similarity and a null into a verdict."""

    @abc.abstractmethod
    def decide(
        self,
        similarity: Similarity,
        *,
        null: Null | None,
        alpha: float,
        relation: Relation | None,
    ) -> Decision:
        """Conclude on one pair.

        Args:
            similarity: of source and suspect.
            null: the honest references, or None.
            alpha: wanted bound on false accusations.
            relation: kinship already shown otherwise (identical answers), or None.
        """
