"""A second pool for a model that the first one hardly moves: where it is undecided."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from modelkin.answers.coverage import measure_coverage
from modelkin.answers.scales import log_probability_values
from modelkin.errors import IncompatibleError, PoolError
from modelkin.models.as_reals import AsReals
from modelkin.models.black_box import BlackBox
from modelkin.models.inference import infer_preprocessing
from modelkin.models.opened import OpenedModel, open_model
from modelkin.pipeline.feeding import recorded
from modelkin.pipeline.progress import Progress
from modelkin.queries.canvas import Pixels
from modelkin.queries.folders import list_pictures, read_picture
from modelkin.queries.undecided.keeping import POINTS_ENDING, read_points, write_points
from modelkin.queries.undecided.points import UndecidedPoints
from modelkin.queries.undecided.searching import BUDGET, find_points
from modelkin.records import Pool, Responses

LEAST_LIVE = 0.25
"""Below this share of queries in parts that move a model, the pool says too little about it."""
_VERSION = "1"
_SHOWN = 24


@dataclass(frozen=True, kw_only=True, eq=False)
class Search:
    """Points of one model, and where they are kept.

    Attributes:
        points: found; maybe none.
        path: of their file.
    """

    points: UndecidedPoints
    path: Path


def live_share(responses: Responses) -> float:
    """Share of the queries in parts of the pool that do not saturate the model."""
    parts = measure_coverage(responses)
    whole = sum(part.n for part in parts)
    return sum(part.n for part in parts if not part.saturated) / whole if whole else 0.0


def search_points(
    opened: OpenedModel,
    shape: tuple[int, ...],
    *,
    seed: int,
    cache: Path,
    answered: tuple[Pool, Responses] | None = None,
    pictures: Pixels | None = None,
    budget: int = BUDGET,
) -> Search:
    """Search where a picture model is undecided; the same search is not made twice.

    Args:
        opened: the model, its preprocessing settled.
        shape: (height, width, 3) of a query.
        seed: of the search.
        cache: folder that keeps the points.
        answered: a pool, and the model's answers to it: the search begins with the queries on
            which it was least decided, too.
        pictures: (m, h, w, 3) further pictures to begin with.
        budget: most queries to the model.

    Raises:
        IncompatibleError: the model takes no pictures, or shows no scores.
        PoolError: the points cannot be kept.
    """
    subject = AsReals(opened)
    begin = [] if pictures is None else [pictures]
    if answered is not None:
        begin.append(least_decided(*answered))
    shown = np.concatenate(begin) if begin else None
    about = hashlib.sha256(f"{_VERSION} {subject.digest} {shape} {seed} {budget}".encode())
    if shown is not None:
        about.update(np.ascontiguousarray(shown).tobytes())
    path = cache / "undecided" / f"{about.hexdigest()[:32]}.npz"
    if path.exists():
        try:
            return Search(points=read_points(path)[0], path=path)
        except PoolError:
            path.unlink(missing_ok=True)
    oracle = BlackBox(subject)
    points = find_points(oracle.log_probabilities, shape, seed=seed, pictures=shown, budget=budget)
    write_points(points, path, model=opened.file_digest)
    return Search(points=points, path=path)


def least_decided(pool: Pool, responses: Responses) -> Pixels:
    """(m, h, w, 3) queries on which the model was least decided; none where it never wavered."""
    scores = log_probability_values(responses.values, responses.kind, responses.step)
    usual = int(np.bincount(scores.argmax(axis=1)).argmax())
    leads = scores[:, usual] - np.delete(scores, usual, axis=1).max(axis=1)
    order = np.argsort(leads, kind="stable")[:_SHOWN]
    rows = responses.index[order[leads[order] < np.median(leads)]]
    found = [pool.read(int(row), int(row) + 1) for row in rows]
    return np.concatenate(found) if found else np.zeros((0, *pool.shape), dtype=np.uint8)


def search_cost(pool: str | None, opened: OpenedModel) -> int:
    """Queries that finding the points of a pool cost this very model; 0 for any other.

    Args:
        pool: as the user named it.
        opened: one side of a compare.
    """
    if pool is None or Path(pool).suffix != POINTS_ENDING or not Path(pool).is_file():
        return 0
    points, digest = read_points(Path(pool))
    return points.asked if digest == opened.file_digest else 0


def find_for(
    model: str,
    out: Path,
    *,
    pictures: Path | None,
    budget: int,
    seed: int,
    allow_code: bool,
    cache: Path,
    progress: Progress,
) -> UndecidedPoints:
    """Search points for a model file and write them.

    Args:
        model: its location.
        out: file of the points, ending in ``.points``.
        pictures: folder of pictures to begin with, or None.
        budget: most queries to the model.
        seed: of the search.
        allow_code: open files whose loading runs code.
        cache: folder that keeps searches.
        progress: told when it is done.

    Raises:
        PoolError: no point was found, or the file cannot be written.
        ModelkinError: the model cannot be opened or takes no pictures.
    """
    if out.suffix != POINTS_ENDING:
        raise PoolError(f"'{out}' is no {POINTS_ENDING} file", hint=f"name it {out.stem}.points")
    opened = infer_preprocessing(open_model(model, allow_code=allow_code, cache=cache), cache=cache)
    try:
        if recorded(opened) or opened.wire is not None or opened.signature.metered:
            raise IncompatibleError(
                f"'{opened.name}' cannot be searched: every query to it counts, or it is a table",
                hint="search the model file itself",
            )
        shape = (*opened.fed.shape[:2], 3)
        begin = None
        if pictures is not None:
            begin = np.stack([read_picture(path, shape) for path, _ in list_pictures(pictures)])
        with progress.task("searching undecided points", 1) as advance:
            found = search_points(
                opened, shape, seed=seed, cache=cache, pictures=begin, budget=budget
            )
            advance(1)
    finally:
        opened.close()
    if not len(found.points):
        raise PoolError(
            f"'{opened.name}' answered {found.points.asked} queries and wavered on none",
            hint="give pictures of what it tells apart (--pictures FOLDER); a model of one answer "
            "cannot be compared",
        )
    write_points(found.points, out, model=opened.file_digest)
    return found.points
