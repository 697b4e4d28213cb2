"""Which pool of a zoo a model is asked; the first model of its sort decides for all others."""

from dataclasses import replace
from pathlib import Path

from modelkin.errors import BudgetError, CorruptFileError, IncompatibleError, UsageError
from modelkin.models.opened import OpenedModel
from modelkin.pipeline.columns import agree_on_columns, fit_to_source
from modelkin.pipeline.loading import default_pool, pool_of, recorded_ids
from modelkin.pipeline.progress import Progress
from modelkin.protocols import PoolRecipe
from modelkin.queries.naming import parse_pool_name, recipe_names, shape_text
from modelkin.queries.opening import open_pool
from modelkin.records import Modality, Pool
from modelkin.registry import part
from modelkin.zoo.add_options import AddOptions
from modelkin.zoo.folder import ZooFolder
from modelkin.zoo.group import Group
from modelkin.zoo.manifest import Manifest

_DEFAULT_SEED = 0


class Grouping:
    """Places models in the groups of a zoo, and opens each group's pool once.

    All picture models share one pool, whatever sizes they take; models of rows and latents share
    one for each number of columns, and where their columns are named, for each table.

    Args:
        folder: the zoo.
        options: what the adding was asked to do.
        picture: (height, width, 3) of the first picture pool.
        progress: told how far the making of pools is.
        mixed: the pool wanted suits some of the models, so others are asked their own mix.
    """

    def __init__(
        self,
        folder: ZooFolder,
        options: AddOptions,
        picture: tuple[int, ...] | None,
        progress: Progress,
        *,
        mixed: bool = False,
    ) -> None:
        self._mixed = mixed
        self._folder = folder
        self._options = options
        self._picture = picture
        self._progress = progress
        self._pools: dict[str, Pool] = {}

    def place(self, opened: OpenedModel) -> tuple[OpenedModel, Group, Pool]:
        """The model as the group feeds it, the group, and what to ask.

        Raises:
            UsageError: options name another pool than the zoo's.
            PoolError: the pool cannot be made.
        """
        while True:
            manifest = self._folder.open_to_write()
            for group in manifest.groups:
                fitted = _fitted(opened, group)
                if fitted is not None:
                    return fitted, group, self._pool(group)
            group = self._new_group(opened, manifest)
            # another process may have made the group meanwhile: then look again
            self._folder.change(
                lambda now, new=group, seen=manifest: (  # type: ignore[misc]
                    now.with_group(new) if now.groups == seen.groups else now
                )
            )

    def _wanted(self, modality: Modality) -> str | None:
        left = self._mixed and not suits(self._options.pool, modality)
        return None if left else self._options.pool

    def _new_group(self, opened: OpenedModel, manifest: Manifest) -> Group:
        options, fed = self._options, opened.fed
        usual = options.picture_pool if fed.modality is Modality.IMAGE else None
        usual = usual or default_pool(fed.modality)
        wanted = self._wanted(fed.modality)
        spec = wanted or pool_of(recorded_ids(opened)) or usual
        picture = self._picture or fed.shape
        shape = (*picture[:2], 3) if fed.modality is Modality.IMAGE else fed.shape
        seed = _DEFAULT_SEED if options.seed is None else options.seed
        pool = self._open(spec, fed.modality, shape, options.queries, seed)
        if options.queries not in {None, len(pool)}:
            raise BudgetError(
                f"pool '{pool.name}' has {len(pool)} queries, {options.queries} are wanted",
                hint="leave out --queries, or name a pool of that size",
            )
        _, agreed, _ = agree_on_columns(opened, opened, pool)
        path = Path(spec).expanduser()
        group = Group(
            name=_free_name(fed.modality, pool.shape, manifest),
            modality=fed.modality,
            shape=pool.shape,
            pool=pool.name,
            pool_digest=pool.digest,
            spec=pool.name if _is_recipe(pool.name) else str(path.absolute()),
            n=len(pool),
            seed=seed,
            columns=agreed.fed.columns,
        )
        self._pools[group.name] = pool
        return group

    def _pool(self, group: Group) -> Pool:
        """The group's pool, once it is clear that it is the one wanted."""
        held = self._pools.get(group.name)
        if held is not None and held.digest == group.pool_digest:
            return held
        self._require_wanted(group)
        pool = self._open(group.spec, group.modality, group.shape, group.n, group.seed)
        if pool.digest != group.pool_digest:
            raise CorruptFileError(
                f"the pool '{group.pool}' of this zoo is not what it was when the zoo began",
                hint=f"restore {group.spec}, or record the models into a new zoo",
            )
        self._pools[group.name] = pool
        return pool

    def _require_wanted(self, group: Group) -> None:
        options = self._options
        if (options.pool, options.queries, options.seed) == (None, None, None):
            return
        stated = self._wanted(group.modality)
        spec = stated or group.spec
        if stated is None and _is_recipe(spec):
            spec = parse_pool_name(spec).recipe
        seed = group.seed if options.seed is None else options.seed
        queries = options.queries or group.n
        wanted = self._open(spec, group.modality, group.shape, queries, seed)
        if wanted.digest != group.pool_digest or options.queries not in {None, len(wanted)}:
            raise UsageError(
                f"the models of this zoo are asked {group.pool}, not {wanted.name}: only models "
                "that were asked the same can be compared",
                hint="leave out --pool, --queries and --seed, or pass another --zoo",
            )

    def _open(
        self, spec: str, modality: Modality, shape: tuple[int, ...], n: int | None, seed: int
    ) -> Pool:
        with self._progress.task("making queries", n or 1) as advance:
            return open_pool(
                spec,
                modality=modality,
                shape=shape,
                n=n,
                seed=seed,
                cache=self._options.cache,
                progress=advance,
            )


def suits(pool: str | None, modality: Modality) -> bool:
    """Whether a pool may be put to models of a modality; those of others keep their own mix."""
    if pool is None or not _is_recipe(pool):
        return True
    recipe = parse_pool_name(pool).recipe
    return part(PoolRecipe, recipe).modality is modality  # type: ignore[type-abstract]


def _fitted(opened: OpenedModel, group: Group) -> OpenedModel | None:
    """The model fed what the others of the group are fed, or None where it cannot be."""
    fed = opened.fed
    if fed.modality is not group.modality:
        return None
    if fed.modality is Modality.IMAGE:
        return opened
    if fed.shape != group.shape:
        return None
    first = replace(
        opened, name="the zoo", preprocessing=replace(fed, columns=group.columns, order=())
    )
    try:
        return fit_to_source(opened, first)
    except IncompatibleError:
        return None


def _is_recipe(spec: str) -> bool:
    return spec.replace("_", "-").partition("/")[0] in recipe_names()


def _free_name(modality: Modality, shape: tuple[int, ...], manifest: Manifest) -> str:
    stem = modality.value if modality is Modality.IMAGE else f"{modality}-{shape_text(shape)}"
    taken = {group.name for group in manifest.groups}
    names = [stem, *(f"{stem}-{place}" for place in range(2, len(taken) + 2))]
    return next(name for name in names if name not in taken)
