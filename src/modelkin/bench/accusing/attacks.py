"""What an accuser may try, with the protocol and without it.

Paper: Liu et al., "False Claims against Model Ownership Resolution", USENIX Security 2024.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from modelkin.bench.accusing.claim import POOL, Claim
from modelkin.bench.accusing.scene import Scene
from modelkin.records import IntArray

SHOPPING = 20
_KEPT = 4

_Make = Callable[[Scene, np.random.Generator], Claim]


@dataclass(frozen=True, kw_only=True)
class Attack:
    """One way to accuse.

    Attributes:
        name: in tables.
        text: what the accuser does.
        make: the claim it comes to.
        allowed: whether the protocol lets him.
        stoppable: whether statistics can stop it at all.
    """

    name: str
    text: str
    make: _Make
    allowed: bool
    stoppable: bool = True


def _plain(scene: Scene, rng: np.random.Generator) -> Claim:
    """Any other model is claimed to be the original; all else is as the examiner has it."""
    return Claim(
        source=scene.sources[rng.integers(len(scene.sources))],
        suspect=scene.victim,
        chooses=scene.chooses,
        affinity=scene.affinity,
        bounds=scene.bounds,
        families=scene.families,
        candidates=scene.examiner,
        chairs=scene.chairs,
        references=scene.references,
    )


def true_claim(scene: Scene, rng: np.random.Generator) -> Claim:
    """What an honest owner claims: a model against a copy of it."""
    return replace(_plain(scene, rng), source=scene.origin, suspect=scene.derived)


def _bare(scene: Scene, rng: np.random.Generator) -> Claim:
    """The odd source, where only the references themselves bound agreement."""
    claim = _odd_answers(scene, rng)
    families = np.arange(len(scene.bases))
    return replace(claim, bounds=scene.bases, families=families, chairs=0.0, references=None)


def _no_swap(scene: Scene, rng: np.random.Generator) -> Claim:
    return replace(_odd_answers(scene, rng), chairs=0.0)


def _known_unchecked(scene: Scene, rng: np.random.Generator) -> Claim:
    return replace(_on_top_of_chooser(0.5)(scene, rng), references=None)


def _nearest(scene: Scene, rng: np.random.Generator) -> Claim:
    alike = (scene.sources[:, scene.accuser] == scene.victim[scene.accuser]).mean(axis=1)
    return replace(_plain(scene, rng), source=scene.sources[alike.argmax()])


def _odd_answers(scene: Scene, rng: np.random.Generator) -> Claim:
    """Of all models the one that shares most answers with the victim which no reference gives."""
    asked = scene.accuser
    everyone = np.concatenate([scene.chooses, scene.bases])[:, asked]
    odd = (everyone != scene.victim[asked]).all(axis=0)
    shared = (scene.sources[:, asked[odd]] == scene.victim[asked[odd]]).mean(axis=1)
    return replace(_plain(scene, rng), source=scene.sources[shared.argmax()])


def _memorised(scene: Scene, rng: np.random.Generator) -> Claim:
    """A source that answers like the victim on every input that the accuser had."""
    claim = _plain(scene, rng)
    crafted = claim.source.copy()
    crafted[scene.accuser] = scene.victim[scene.accuser]
    return replace(claim, source=crafted)


def _own_pool(claim: Claim, scene: Scene) -> Claim:
    """The pool is what the accuser says: inputs where victim and source agree, references do not.

    The rest is filled by inputs where fewest references agree.
    """
    asked = scene.accuser
    everyone = np.concatenate([claim.chooses, claim.bounds])[:, asked]
    reached = (everyone == claim.source[asked]).sum(axis=0)
    missed = claim.source[asked] != scene.victim[asked]
    return replace(claim, pool=_first(asked, reached + len(everyone) * missed))


def _first(images: IntArray, ranks: IntArray) -> IntArray:
    return images[np.argsort(ranks, kind="stable")[:POOL]]


def _pool_of_accuser(scene: Scene, rng: np.random.Generator) -> Claim:
    return _own_pool(_plain(scene, rng), scene)


def _memorised_in_own_pool(scene: Scene, rng: np.random.Generator) -> Claim:
    return _own_pool(_memorised(scene, rng), scene)


def _weak_references(scene: Scene, rng: np.random.Generator) -> Claim:
    """Half of the bounding references are left out, the most alike; no copies, no swap test."""
    claim = _odd_answers(scene, rng)
    alike = (scene.bases[:, scene.accuser] == claim.source[scene.accuser]).mean(axis=1)
    kept = np.argsort(alike)[:_KEPT]
    return replace(claim, bounds=scene.bases[kept], families=np.arange(_KEPT), chairs=0.0)


def _seed_shopping(scene: Scene, rng: np.random.Generator) -> Claim:
    return replace(_odd_answers(scene, rng), seeds=SHOPPING)


def _part_copy(share: float) -> _Make:
    def make(scene: Scene, rng: np.random.Generator) -> Claim:
        claim = _plain(scene, rng)
        taken = rng.random(len(claim.source)) < share
        return replace(claim, source=np.where(taken, scene.victim, claim.source))

    return make


def _on_top(share: float, *, chooses: bool) -> _Make:
    """The victim on a share of all inputs, else one of the references."""

    def make(scene: Scene, rng: np.random.Generator) -> Claim:
        claim = _plain(scene, rng)
        taken = rng.random(len(claim.source)) < share
        known = scene.chooses if chooses else scene.bases
        base = known[rng.integers(len(known))]
        return replace(claim, source=np.where(taken, scene.victim, base))

    return make


def _on_top_of_chooser(share: float) -> _Make:
    return _on_top(share, chooses=True)


def _on_top_of_all(scene: Scene, rng: np.random.Generator) -> Claim:
    """Half the victim; elsewhere, for each input, another of the references that choose."""
    claim = _plain(scene, rng)
    images = np.arange(len(claim.source))
    taken = rng.random(len(images)) < 0.5  # noqa: PLR2004 - half of all inputs
    base = scene.chooses[rng.integers(len(scene.chooses), size=len(images)), images]
    return replace(claim, source=np.where(taken, scene.victim, base))


ATTACKS = (
    Attack(name="any_source", text="claims any other model", make=_plain, allowed=True),
    Attack(
        name="nearest_source",
        text="claims the model that answers most like the victim",
        make=_nearest,
        allowed=True,
    ),
    Attack(
        name="odd_source",
        text="claims the model that shares most odd answers with the victim",
        make=_odd_answers,
        allowed=True,
    ),
    Attack(
        name="memorised",
        text="crafts a source that answers like the victim on all inputs the accuser had",
        make=_memorised,
        allowed=True,
    ),
    Attack(
        name="known_base",
        text="crafts a source that is half the victim, on top of a reference that bounds agreement",
        make=_on_top(0.5, chooses=False),
        allowed=True,
    ),
    Attack(
        name="known_chooser",
        text="the same, on top of a reference that chooses queries",
        make=_on_top_of_chooser(0.5),
        allowed=True,
    ),
    Attack(
        name="mostly_victim",
        text="the same, and four fifths of the source are the victim",
        make=_on_top_of_chooser(0.8),
        allowed=True,
        stoppable=False,
    ),
    Attack(
        name="known_chooser_unchecked",
        text="known_chooser, without the test of odd answers",
        make=_known_unchecked,
        allowed=False,
    ),
    Attack(
        name="odd_source_no_swap_test",
        text="odd_source, judged without the swap test",
        make=_no_swap,
        allowed=False,
    ),
    Attack(
        name="odd_source_bare",
        text="odd_source, judged without swap test and without copies of the references",
        make=_bare,
        allowed=False,
    ),
    Attack(
        name="own_pool",
        text="brings a pool of inputs where victim and source agree",
        make=_pool_of_accuser,
        allowed=False,
    ),
    Attack(
        name="memorised_own_pool",
        text="crafts a source for the inputs of his own pool",
        make=_memorised_in_own_pool,
        allowed=False,
    ),
    Attack(
        name="weak_references",
        text="leaves out the half of the references that is most like his source",
        make=_weak_references,
        allowed=False,
    ),
    Attack(
        name="seed_shopping",
        text=f"tries {SHOPPING} seeds and shows the best",
        make=_seed_shopping,
        allowed=False,
    ),
    Attack(
        name="part_copy_10",
        text="crafts a source that holds a copy of the victim and asks it for 10 % of all inputs",
        make=_part_copy(0.1),
        allowed=True,
        stoppable=False,
    ),
    Attack(
        name="part_copy_50",
        text="the same for 50 % of all inputs",
        make=_part_copy(0.5),
        allowed=True,
        stoppable=False,
    ),
    Attack(
        name="known_choosers",
        text="half the victim, elsewhere another choosing reference for each input",
        make=_on_top_of_all,
        allowed=True,
        stoppable=False,
    ),
)
