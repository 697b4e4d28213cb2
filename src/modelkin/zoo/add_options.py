"""What adding models to a zoo was asked to do."""

from dataclasses import dataclass, field
from pathlib import Path

from modelkin.errors import UsageError
from modelkin.records import Access, EndpointOptions, Limits

_MOST_PLACES = 15


@dataclass(frozen=True, kw_only=True)
class AddOptions:
    """Settings of one adding; what is None is taken from the zoo, else from the defaults.

    Attributes:
        cache: folder of pools and of answers as they arrive.
        pool: pool name or path that new models are asked.
        picture_pool: the same for models of pictures alone, where ``pool`` is None.
        least_picture: (height, width, 3) that pictures of a new pool have at least, where the pool
            is one that is cut for smaller models.
        queries: queries put to each model.
        seed: seed of the pool.
        family: the family of all models added; None takes what the JSON beside each states.
        access: keep no more of the answers than this; None keeps what the models show.
        top_k: with top-k access, how many scores.
        decimals: keep scores rounded to so many places; None keeps them as they are.
        format_name: registry name, where files are ambiguous.
        override: JSON file that states how the models are fed.
        endpoint: how to talk to those that are a URL.
        allow_code: load files that run code.
        limits: what the worker process around a file model may use.
        fresh: ask again even where answers are recorded.
    """

    cache: Path
    pool: str | None = None
    picture_pool: str | None = None
    least_picture: tuple[int, ...] | None = None
    queries: int | None = None
    seed: int | None = None
    family: str | None = None
    access: Access | None = None
    top_k: int = 5
    decimals: int | None = None
    format_name: str | None = None
    override: Path | None = None
    endpoint: EndpointOptions = field(default_factory=EndpointOptions)
    allow_code: bool = False
    limits: Limits = field(default_factory=Limits)
    fresh: bool = False

    def __post_init__(self) -> None:
        if self.seed is not None and self.seed < 0:
            raise UsageError(f"seed {self.seed} is negative", hint="pass a seed of 0 or more")
        if self.queries is not None and self.queries < 1:
            raise UsageError(f"{self.queries} queries ask nothing", hint="500 is the default")
        if self.top_k < 1 or (self.decimals is not None and not 0 <= self.decimals <= _MOST_PLACES):
            raise UsageError(
                f"top-k {self.top_k} or {self.decimals} decimals cannot be kept",
                hint=f"keep at least 1 score, and 0 to {_MOST_PLACES} decimals",
            )
        if self.family is not None and not self.family.strip():
            raise UsageError("the family has no name", hint="leave out --family, or name one")
