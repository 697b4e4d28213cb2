"""From packages to the models in them, each once."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from modelkin.apps.found import Candidate, Findings
from modelkin.apps.identity.identifying import identify_app
from modelkin.apps.kinds.kind import KINDS
from modelkin.apps.limits import WalkLimits
from modelkin.apps.loose import companions
from modelkin.apps.scan_report import ScannedApp, ScannedModel
from modelkin.apps.vault import Vault
from modelkin.apps.walking import Walk
from modelkin.errors import ModelNotFoundError
from modelkin.pipeline.progress import Progress
from modelkin.records import Failed, Skipped


@dataclass(frozen=True)
class Gathered:
    """Everything in the packages, before any model is asked.

    Attributes:
        apps: the packages.
        models: the models, each once.
        files: of each model by its name, the main file.
        parts: of each model by its name, the files beside it by our names of them.
        locations: of each model that a format can run, where it was laid for it.
        skipped: what was left out on purpose.
        failed: what could not be read.
    """

    apps: tuple[ScannedApp, ...]
    models: tuple[ScannedModel, ...]
    files: dict[str, Path]
    parts: dict[str, dict[str, Path]]
    locations: dict[str, Path]
    skipped: tuple[Skipped, ...]
    failed: tuple[Failed, ...]


@dataclass(frozen=True)
class _One:
    main: Candidate
    parts: dict[str, Candidate]

    @property
    def identity(self) -> str:
        """The same for the same bytes, whatever they are called."""
        about = [self.main.kind, self.main.digest]
        about += [f"{name} {self.parts[name].digest}" for name in sorted(self.parts)]
        return hashlib.sha256("\n".join(about).encode()).hexdigest()


def gather(apps: Sequence[Path], vault: Vault, limits: WalkLimits, progress: Progress) -> Gathered:
    """Walk through the apps and lay out the models found.

    Args:
        apps: files and folders.
        vault: where models are kept.
        limits: how much of each app is looked into.
        progress: told after each app.

    Raises:
        ModelNotFoundError: an app is not there.
    """
    for path in apps:
        if not path.exists():
            raise ModelNotFoundError(f"there is no app '{path}'", hint="check the path")
    names = _names(apps)
    held: dict[str, list[tuple[str, _One]]] = {}
    scanned: list[ScannedApp] = []
    skipped: list[Skipped] = []
    failed: list[Failed] = []
    with progress.task("looking into apps", len(apps)) as advance:
        for path, name in zip(apps, names, strict=True):
            found = Walk(vault, limits).run(path, name)
            for one in _whole(found):
                held.setdefault(one.identity, []).append((name, one))
            scanned.append(_app(path, name, found))
            skipped += found.skipped
            failed += found.failed
            advance(1)
    models, files, parts, locations = [], {}, {}, {}
    for places in held.values():
        model = _model(places)
        main = places[0][1]
        models.append(model)
        files[model.name] = main.main.path
        parts[model.name] = {part: one.path for part, one in main.parts.items()}
        if KINDS[model.kind].runs is not None:
            locations[model.name] = _laid_out(main, vault)
    return Gathered(
        tuple(scanned), tuple(models), files, parts, locations, tuple(skipped), tuple(failed)
    )


def _whole(found: Findings) -> list[_One]:
    """Models with the files beside them; weights that belong to none are no models."""
    whole, taken = [], set()
    for main in found.candidates:
        parts = companions(main, found.loose)
        taken |= {one.trail for one in parts.values()}
        kind = main.kind
        if kind == "coreml" and "weights/weight.bin" in parts:
            kind = "coreml_package"
        whole.append(_One(replace(main, kind=kind), parts))
    whole += [_One(one, {}) for one in found.loose if one.kind and one.trail not in taken]
    return whole


def _model(places: Sequence[tuple[str, _One]]) -> ScannedModel:
    main, parts = places[0][1].main, places[0][1].parts
    trails = [str(one.main.trail) for _, one in places]
    kind = KINDS[main.kind]
    return ScannedModel(
        name=trails[0],
        places=tuple(trails),
        apps=tuple(dict.fromkeys(name for name, _ in places)),
        kind=kind.name,
        title=kind.title,
        digest=main.digest,
        parts={name: one.digest for name, one in sorted(parts.items())},
        size=main.size + sum(one.size for one in parts.values()),
    )


def _laid_out(one: _One, vault: Vault) -> Path:
    kind = KINDS[one.main.kind]
    files = {kind.file: one.main.path, **{name: part.path for name, part in one.parts.items()}}
    folder = vault.arrange(one.identity, {name: path.absolute() for name, path in files.items()})
    return folder if kind.folder else folder / kind.file


def _app(path: Path, name: str, found: Findings) -> ScannedApp:
    digest, size = "", 0
    if path.is_file():
        size = path.stat().st_size
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    return ScannedApp(
        name=name,
        digest=digest,
        size=size,
        identity=identify_app(path, found),
        files=found.files,
    )


def _names(apps: Sequence[Path]) -> list[str]:
    """Short names; those of one name get their folder, or a number."""
    short = [path.resolve().name or str(path) for path in apps]
    names: list[str] = []
    for path, name in zip(apps, short, strict=True):
        wanted = name
        if short.count(name) > 1:
            wanted = f"{path.resolve().parent.name}/{name}"
        number = 2
        unique = wanted
        while unique in names:
            unique, number = f"{wanted} ({number})", number + 1
        names.append(unique)
    return names
