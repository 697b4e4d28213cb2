"""Opening the models that are added to a zoo, before any of them is asked."""

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from modelkin.errors import ModelkinError, ModelNotFoundError, PoolError, UnknownFormatError
from modelkin.models.opened import OpenedModel, adopt, is_open, open_model
from modelkin.pipeline.feeding import named_reals
from modelkin.pipeline.loading import pool_of, recorded_ids, reference_locations
from modelkin.pipeline.progress import Progress
from modelkin.queries.naming import parse_pool_name
from modelkin.records import Modality, Skipped
from modelkin.zoo.add_options import AddOptions
from modelkin.zoo.manifest import Manifest
from modelkin.zoo.tally import Tally

_LARGEST = 224  # the usual size of phone models; a hostile one could name any


def locations(patterns: Sequence[str]) -> dict[str, str]:
    """Location to short name of all that the patterns stand for, each once.

    Raises:
        ModelNotFoundError: a pattern matches nothing.
    """
    try:
        return reference_locations(patterns)
    except ModelNotFoundError as error:
        raise ModelNotFoundError(
            str(error).replace("the references", "the models"), hint=error.hint
        ) from error


def open_all(
    locations: Mapping[str, str], options: AddOptions, tally: Tally, progress: Progress
) -> list[OpenedModel]:
    """Open every model and let go of it again; what cannot be opened is tallied."""
    found = []
    with progress.task("opening models", len(locations)) as advance:
        for location, name in locations.items():
            try:
                opened = open_model(
                    location,
                    format_name=options.format_name,
                    allow_code=options.allow_code,
                    override=options.override,
                    limits=options.limits,
                    cache=options.cache,
                    endpoint=options.endpoint,
                )
                opened.close()
                found.append(replace(_shaped(opened, options), name=name))
            except UnknownFormatError as error:
                tally.skipped.append(Skipped(subject=name, reason=str(error)))
                tally.errors.append(error)
            except ModelkinError as error:
                tally.fail(name, error)
            advance(1)
    return found


def _shaped(opened: OpenedModel, options: AddOptions) -> OpenedModel:
    """Recorded answers, which accept anything, are asked in the shape of their pool."""
    for name in filter(None, (pool_of(recorded_ids(opened)), options.pool)):
        with contextlib.suppress(PoolError):  # a folder or table, whose name tells no shape
            shape = parse_pool_name(name).shape
            if shape is not None:
                return adopt(opened, shape)
    return opened


def picture_shape(
    opened: Iterable[OpenedModel],
    manifest: Manifest,
    pool: str | None,
    *,
    least: tuple[int, ...] | None = None,
) -> tuple[int, ...] | None:
    """The shape of the zoo's pictures, None without any model of pictures.

    Shrinking would average noise away, so small ones win. Equal reals are cut and never shrunk,
    while repeating would show a large model a pattern, so there the large ones win, up to 224.

    Args:
        opened: the first models.
        manifest: of the zoo, which may have pictures already.
        pool: what pictures are asked; None is the modality's default.
        least: the size of further models that will be asked the same, where large ones win.
    """
    for group in manifest.groups:
        if group.modality is Modality.IMAGE:
            return group.shape
    shapes = [
        model.preprocessing.shape
        for model in opened
        if model.preprocessing is not None
        and model.preprocessing.modality is Modality.IMAGE
        and not is_open(model)
    ]
    if pool is not None and named_reals(pool) and shapes:
        shapes += [least] if least is not None else []
        sides = (min(_LARGEST, max(shape[axis] for shape in shapes)) for axis in (0, 1))
        return (*sides, 3)
    return min(shapes, key=lambda shape: shape[0] * shape[1], default=None)


def deciding_first(opened: Iterable[OpenedModel]) -> list[OpenedModel]:
    """Models that know their columns first, since the first one's values are put to all."""

    def unknown(model: OpenedModel) -> bool:
        fed = model.preprocessing
        return fed is None or not any(column.known for column in fed.columns)

    return sorted(opened, key=unknown)
