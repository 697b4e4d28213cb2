"""Which models the dataless benchmark builds."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from modelkin.bench.dataless.member import Kind, Member

SETS = ("mnist_28", "fashion_mnist_28", "notmnist_28", "usps_16", "cifar10_32")
HALVES = ("a", "b")
MAKER_SET = "flowers102_64"
ARCHS = {
    Kind.CNN: ("plain", "strided"),
    Kind.SVM: ("coarse", "fine"),
    Kind.GAN: ("dcgan", "cramer"),
}
RECIPES = {Kind.CNN: ("adam", "sgd-shifts"), Kind.SVM: ("rbf", "poly"), Kind.GAN: ("adam",)}


@dataclass(frozen=True, kw_only=True)
class Grammar:
    """Sizes of the zoo.

    Attributes:
        sets: image sets.
        kinds: sorts of model.
        copies: classifiers of each kind on each half of each set; architectures alternate, then
            recipes, then seeds.
        gans: the same of GANs, which take longest to train.
        maker_set: image set of the GANs whose samples are asked; none of ``sets``, so that they
            come from no set of any pair that is compared.
        seed: of everything.
    """

    sets: tuple[str, ...] = SETS
    kinds: tuple[Kind, ...] = tuple(Kind)
    copies: int = 6
    gans: int = 4
    maker_set: str = MAKER_SET
    seed: int = 0

    def makers(self) -> tuple[Member, ...]:
        """GANs that make queries and are judged by nobody, one of each sort."""
        names = {arch: f"maker-{short(self.maker_set)}-{arch}" for arch in ARCHS[Kind.GAN]}
        return tuple(
            Member(
                name=name,
                kind=Kind.GAN,
                arch=arch,
                recipe=RECIPES[Kind.GAN][0],
                data=self.maker_set,
                half=HALVES[0],
                seed=_seed(self.seed, name),
            )
            for arch, name in names.items()
        )

    def members(self) -> tuple[Member, ...]:
        """Every model; image sets alternate, so that a half-built zoo holds all of them."""
        return tuple(self._members())

    def _members(self) -> Iterator[Member]:
        for kind in self.kinds:
            for number in range(self.gans if kind is Kind.GAN else self.copies):
                archs, recipes = ARCHS[kind], RECIPES[kind]
                arch = archs[number % len(archs)]
                recipe = recipes[number // len(archs) % len(recipes)]
                again = number // (len(archs) * len(recipes))
                for half in HALVES:
                    for data in self.sets:
                        name = f"{kind}-{short(data)}-{half}-{arch}-{recipe}-{again}"
                        yield Member(
                            name=name,
                            kind=kind,
                            arch=arch,
                            recipe=recipe,
                            data=data,
                            half=half,
                            seed=_seed(self.seed, name),
                        )


def small_grammar(seed: int) -> Grammar:
    """A zoo for CI: two models of a kind on each half of three sets."""
    return Grammar(sets=("mnist_28", "fashion_mnist_28", "usps_16"), copies=2, gans=2, seed=seed)


def short(data: str) -> str:
    """Name of an image set without its size."""
    return data.rpartition("_")[0] or data


def _seed(seed: int, name: str) -> int:
    """The same for a model whatever else the zoo holds."""
    return int(np.random.SeedSequence([seed, *name.encode()]).generate_state(1)[0])
