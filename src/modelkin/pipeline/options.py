"""What a compare was asked to do."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from modelkin.answers.estimation import require_width
from modelkin.errors import UsageError
from modelkin.pipeline.select_terms import SelectTerms, select_terms
from modelkin.records import Access, EndpointOptions, Limits, NullKind

if TYPE_CHECKING:
    from modelkin.pipeline.binding import Bound

_MOST_CONFIDENT = 0.5
_MOST_PLACES = 15


@dataclass(frozen=True, kw_only=True)
class CompareOptions:
    """Settings of one compare.

    Attributes:
        cache: folder of pools and recorded answers.
        queries: budget: queries put to each model.
        pool: pool name, full or bare, or a path; None takes the mixture of the modality.
        access: see no more of the models than this; None sees what they show.
        top_k: with top-k access, how many scores are seen.
        decimals: scores are seen rounded to so many places; None sees them as they are.
        alpha: wanted bound on false accusations.
        seed: of everything random.
        until_width: stop asking when the distance is known so precisely; None asks everything.
        methods: names; the first decides. Empty means all that apply.
        rule: name of the decision rule.
        null: what the references stand for; None takes the weakest that they record.
        allow_code: load files that run code.
        source_format: registry name, where the file is ambiguous.
        suspect_format: likewise.
        source_override: JSON file that states the source's preprocessing.
        suspect_override: likewise.
        limits: what the worker process around a file model may use.
        source_endpoint: how to talk to the source, where it is a URL.
        suspect_endpoint: likewise.
        copies: folder of the owner's own copies of the source, to state the power by, and to
            choose queries by where the selector does.
        select: registry name of a query selector; None asks the pool as it is.
        candidates: queries that it chooses from; None takes 1,000, or all of a folder or table.
        anytime: draw from the selected queries and stop as soon as the evidence suffices.
        fresh: ask again instead of using recorded answers.
        command: the command line, for the report.
        leave_out: names of references that do not count, on the user's word.
        sentinels: queries of the budget put to the suspect a second time; None takes 5 of an
            endpoint and none of a file or function.
        bound: the commitment that the run is held to; ``held_to`` puts it here.
    """

    cache: Path
    queries: int | None = None
    pool: str | None = None
    access: Access | None = None
    top_k: int = 5
    decimals: int | None = None
    alpha: float = 0.05
    seed: int = 0
    until_width: float | None = None
    methods: tuple[str, ...] = ()
    rule: str = "conformal"
    null: NullKind | None = None
    allow_code: bool = False
    source_format: str | None = None
    suspect_format: str | None = None
    source_override: Path | None = None
    suspect_override: Path | None = None
    limits: Limits = field(default_factory=Limits)
    source_endpoint: EndpointOptions = field(default_factory=EndpointOptions)
    suspect_endpoint: EndpointOptions = field(default_factory=EndpointOptions)
    copies: Path | None = None
    select: str | None = None
    candidates: int | None = None
    anytime: bool = False
    fresh: bool = False
    command: str = ""
    leave_out: tuple[str, ...] = ()
    sentinels: int | None = None
    bound: "Bound | None" = None

    def __post_init__(self) -> None:
        if not 0 < self.alpha < _MOST_CONFIDENT:
            raise UsageError(
                f"alpha {self.alpha:g} is no error rate between 0 and {_MOST_CONFIDENT:g}",
                hint="0.05 is the default; 0.01 needs at least 99 independent references",
            )
        if self.top_k < 1 or (self.decimals is not None and not 0 <= self.decimals <= _MOST_PLACES):
            raise UsageError(
                f"top-k {self.top_k} or {self.decimals} decimals cannot be shown",
                hint=f"show at least 1 score, and 0 to {_MOST_PLACES} decimals",
            )
        if self.until_width is not None:
            require_width(self.until_width)
        if self.sentinels is not None and self.sentinels < 0:
            raise UsageError(f"{self.sentinels} sentinels cannot be asked", hint="pass 0 or more")
        self._require_selectable()
        if self.seed < 0:
            raise UsageError(f"seed {self.seed} is negative", hint="pass a seed of 0 or more")

    @property
    def selection(self) -> SelectTerms | None:
        """The terms of the selection; None where the pool is asked as it is."""
        return select_terms(
            self.select,
            queries=self.queries,
            candidates=self.candidates,
            anytime=self.anytime,
            seed=self.seed,
        )

    def _require_selectable(self) -> None:
        chosen = self.selection is not None
        unfit = {
            "--until-width": chosen and self.until_width is not None,
            "--method": self.anytime and bool(self.methods),
            "--sentinels": self.anytime and bool(self.sentinels),
        }
        for flag, clashes in unfit.items():
            if clashes:
                raise UsageError(
                    f"{flag} does not go with {'--anytime' if self.anytime else '--select'}",
                    hint="leave one of them out",
                )
