"""A zoo from Python."""

from collections.abc import Sequence
from pathlib import Path

from modelkin.pipeline.caching import default_cache
from modelkin.pipeline.progress import Progress, Silent
from modelkin.records import Access, Responses
from modelkin.zoo.add_options import AddOptions
from modelkin.zoo.added import Added
from modelkin.zoo.adding import add_models
from modelkin.zoo.folder import ZooFolder
from modelkin.zoo.group import Group
from modelkin.zoo.mapping import draw_maps, make_sheets, require_drawing
from modelkin.zoo.member import Member
from modelkin.zoo.zoo_map import ZooMap, ZooSheets


class Zoo:
    """A folder of recorded answers: every model is asked once, then all pairs cost no query.

    Args:
        path: the folder; made by the first ``add``.
    """

    def __init__(self, path: str | Path) -> None:
        self._folder = ZooFolder(Path(path))

    @property
    def path(self) -> Path:
        """The folder."""
        return self._folder.path

    @property
    def members(self) -> tuple[Member, ...]:
        """The recorded models, by name; empty where there is no zoo yet."""
        return self._folder.open_to_write().members

    @property
    def groups(self) -> tuple[Group, ...]:
        """What the models were asked: one pool for each kind of question."""
        return self._folder.open_to_write().groups

    def add(
        self,
        models: Sequence[str | Path] | str | Path,
        *,
        pool: str | Path | None = None,
        queries: int | None = None,
        seed: int | None = None,
        family: str | None = None,
        access: Access | str | None = None,
        top_k: int = 5,
        decimals: int | None = None,
        allow_code: bool = False,
        fresh: bool = False,
        cache: Path | None = None,
        progress: Progress | None = None,
    ) -> Added:
        """Ask models that are not recorded yet, and keep their answers.

        Args:
            models: files, folders, patterns, URLs, ``module:function``.
            pool: pool name, folder or table; None takes the zoo's, or the modality's mixture.
            queries: queries put to each model; None takes the zoo's number, or 500.
            seed: seed of the pool; None takes the zoo's, or 0.
            family: independent family of these models; None takes what the JSON beside each says.
            access: keep no more of the answers than this.
            top_k: with top-k access, how many scores.
            decimals: keep scores rounded to so many places.
            allow_code: load files that run code when loaded.
            fresh: ask again even where answers are recorded.
            cache: folder of pools and answers; None takes ``$MODELKIN_CACHE`` or the user's.
            progress: told how far the work is.

        Raises:
            UsageError: another pool is wanted than the zoo's, or the folder holds other things.
            ModelkinError: all models fail for one reason; otherwise see ``Added.failed``.
        """
        options = AddOptions(
            cache=cache or default_cache(),
            pool=None if pool is None else str(pool),
            queries=queries,
            seed=seed,
            family=family,
            access=None if access is None else Access(access),
            top_k=top_k,
            decimals=decimals,
            allow_code=allow_code,
            fresh=fresh,
        )
        named = [models] if isinstance(models, (str, Path)) else models
        patterns = [str(model) for model in named]
        return add_models(self._folder, patterns, options, progress or Silent())

    def answers(self, name: str) -> Responses:
        """The recorded answers of one model.

        Raises:
            KeyError: the zoo has no model of that name.
            StoreError: they cannot be read.
        """
        manifest = self._folder.read()
        member = {one.name: one for one in manifest.members}[name]
        return self._folder.answers(member, manifest.group(member.group))

    def distances(self, method: str | None = None) -> ZooSheets:
        """Rate all pairs that can be compared; needs no extra.

        Args:
            method: name; None takes the one that fits.

        Raises:
            UsageError: the folder is no zoo, or the method asks queries of its own.
        """
        return make_sheets(self._folder, method, Silent())

    def map(
        self,
        method: str | None = None,
        *,
        clusters: int | None = None,
        cut: float | None = None,
        progress: Progress | None = None,
    ) -> ZooMap:
        """Map all models: distances, layout, tree and clusters; needs the extra ``map``.

        Args:
            method: name; None takes the one that fits.
            clusters: wanted number of clusters; None chooses by silhouette.
            cut: distance at which to cut the tree instead.
            progress: told how far the reading is.

        Raises:
            MissingDependencyError: the extra ``map`` is not installed.
            UsageError: the folder is no zoo, or an option makes no sense.
        """
        require_drawing(clusters, cut)
        sheets = make_sheets(self._folder, method, progress or Silent())
        return draw_maps(sheets, count=clusters, height=cut)
