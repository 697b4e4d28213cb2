"""What a scan was asked to do."""

from dataclasses import dataclass, field
from pathlib import Path

from modelkin.apps.limits import WalkLimits
from modelkin.errors import UsageError
from modelkin.records import Limits

DEFAULT_POOL = "graded-noise-v1"
"""The one on which models with other heads on one backbone still show it; see docs/field.md."""
_QUERIES = 900
_MOST_CONFIDENT = 0.5


@dataclass(frozen=True, kw_only=True)
class ScanOptions:
    """Settings of one scan.

    Attributes:
        cache: folder of pools and recorded answers.
        zoo: folder of known models, or None.
        flags: names or families in the zoo to look for.
        alpha: bound on false accusations, over all models of one question.
        pool: name of the pool that models of pictures are asked where no zoo settles it.
        queries: put to each model; None takes the zoo's, else 900 of graded noise, else 500.
        seed: of the pool; None takes the zoo's, or 0.
        compare: ask and compare the models; otherwise they are only listed.
        limits: what the worker process around a model may use.
        walk: how much of a package is looked into.
        command: the command line, for the report.
    """

    cache: Path
    zoo: Path | None = None
    flags: tuple[str, ...] = ()
    alpha: float = 0.05
    pool: str = DEFAULT_POOL
    queries: int | None = None
    seed: int | None = None
    compare: bool = True
    limits: Limits = field(default_factory=Limits)
    walk: WalkLimits = field(default_factory=WalkLimits)
    command: str = ""

    def __post_init__(self) -> None:
        if not 0 < self.alpha < _MOST_CONFIDENT:
            raise UsageError(
                f"alpha {self.alpha:g} is no error rate between 0 and {_MOST_CONFIDENT:g}",
                hint="0.05 is the default",
            )
        if self.flags and self.zoo is None:
            raise UsageError(
                "--flag names a model of a zoo, and no zoo is given",
                hint="record the model first: modelkin fingerprint MODEL --zoo DIR, then pass "
                "--zoo DIR",
            )
        if self.flags and not self.compare:
            raise UsageError(
                "--flag needs the models to be compared", hint="leave out --list or --flag"
            )

    @property
    def picture_pool(self) -> str:
        """The pool with its number of queries, where it takes more than other pools do."""
        many = self.queries or (_QUERIES if self.pool == DEFAULT_POOL else None)
        bare = "/" not in self.pool and many is not None
        return f"{self.pool}/n{many}" if bare else self.pool
