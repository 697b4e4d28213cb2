"""What an evader does to a copy's inputs or answers."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from modelkin.answers.scales import probabilities
from modelkin.models.views.input_steps import change_pictures
from modelkin.models.views.output_steps import change_probabilities
from modelkin.models.views.step import Step
from modelkin.records import OutputKind, Responses

_SEED = 20261122


@dataclass(frozen=True, kw_only=True)
class Evasion:
    """One way to evade, as a view file would do it.

    Attributes:
        name: in figures.
        steps: of the view.
        access: what the suspect then shows: "scores" or "label".
        all_seen: the evader recognises every query that is no photograph, and permutes its answer.
        queries: the recorded queries it is asked.
        repeats: with noise that is new in every answer, how often each query is put, so that the
            answers can be averaged; fewer queries are asked then.
    """

    name: str
    steps: tuple[Step, ...] = ()
    access: str = "scores"
    all_seen: bool = False
    queries: str = "image-mix-v1"
    repeats: int = 0

    @property
    def changes_input(self) -> bool:
        """Whether the copy must be asked again."""
        return any(step.changes_input for step in self.steps)

    def pictures(self, pictures: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """What the copy behind the view gets to see."""
        for step in self.steps:
            if step.changes_input:
                pictures = change_pictures(pictures, step.do, step.settings, _SEED)
        return pictures

    def answers(
        self, responses: Responses, pictures: NDArray[np.uint8], *, natural: bool
    ) -> Responses:
        """What the suspect shows.

        Args:
            responses: of the copy behind the view, logits.
            pictures: (n, 32, 32, 3) as they were asked.
            natural: they are photographs.
        """
        after = [step for step in self.steps if not step.changes_input]
        chances = probabilities(responses)
        if self.repeats:
            return self._averaged(responses, pictures)
        if not after and not self.all_seen:
            return responses
        chances = change_probabilities(chances, after, pictures, _SEED)
        if self.all_seen and not natural:
            rng = np.random.default_rng(_SEED)
            chances = np.stack([rng.permutation(row) for row in chances])
        decimals = [int(step.settings["decimals"]) for step in after if step.do == "round"]
        return replace(
            responses,
            values=chances,
            kind=OutputKind.PROBABILITIES,
            step=10.0 ** -min(decimals) if decimals else None,
        )

    def _averaged(self, responses: Responses, pictures: NDArray[np.uint8]) -> Responses:
        """New noise in every answer; the examiner averages the logarithms of the repeats."""
        after = [step for step in self.steps if not step.changes_input]
        total = np.zeros(responses.values.shape)
        for turn in range(self.repeats):
            told = change_probabilities(probabilities(responses), after, pictures, _SEED + turn)
            total += np.log(np.maximum(told, 1e-37))
        return replace(responses, values=total / self.repeats, kind=OutputKind.LOGITS, step=None)


def _step(do: str, **settings: float | str) -> Step:
    return Step(do=do, settings=settings)


def _one(do: str, key: str, *values: float) -> list[Evasion]:
    return [Evasion(name=f"{do}-{value:g}", steps=(_step(do, **{key: value}),)) for value in values]


NONE = Evasion(name="none")
EVASIONS: tuple[Evasion, ...] = (
    *_one("round", "decimals", 3, 2, 1),
    *_one("temper", "temperature", 0.5, 3),
    *_one("noise", "sd", 0.3, 1, 2),
    Evasion(name="noise-1-averaged", steps=(_step("noise", sd=1),), repeats=4),
    Evasion(name="top-5", steps=(_step("top", k=5),), access="label"),
    Evasion(name="top-1", steps=(_step("top", k=1),), access="label"),
    Evasion(name="label", access="label"),
    Evasion(name="label-flip-0.05", steps=(_step("flip", share=0.05),), access="label"),
    *_one("flip", "share", 0.05),
    *_one("jpeg", "quality", 75, 50),
    *_one("resize", "factor", 0.75),
    *_one("blur", "radius", 0.5),
    *_one("shake", "sd", 0.03),
    Evasion(name="detect", steps=(_step("detect", then="random"),)),
    Evasion(
        name="detect-photos",
        steps=(_step("detect", then="random"),),
        queries="photos",
    ),
    Evasion(name="detect-all", all_seen=True),
    Evasion(name="detect-all-photos", all_seen=True, queries="photos"),
)
BUDGET = 100
