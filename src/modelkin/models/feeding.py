"""Canonical queries put into a model's own tensors, by tables made once."""

import functools
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from modelkin.errors import SignatureError
from modelkin.records import AnyArray, ColumnSpec, Modality, Preprocessing

_Array = npt.NDArray[Any]
_BYTES = 256
_TIE = 1e-3
_PIECE = 1 << 16


class Feeder:
    """Feeds queries as one preprocessing says.

    Pictures go through: resizing (boxes down, bicubic up, only where sizes differ), grey or
    channel order, a table of 256 values a channel, then layout. The values are exactly
    float32((k / 255 - mean) / std); quantized ones are rounded with ties upwards, so that [-1,1]
    at a step of 1/127.5 hands on the byte itself, as apps do.

    Args:
        preprocessing: the way to the model's tensor.

    Raises:
        SignatureError: mean, std or layout do not fit the channels.
    """

    def __init__(self, preprocessing: Preprocessing) -> None:
        self._to = preprocessing
        self._dtype = np.dtype(preprocessing.dtype)
        if preprocessing.modality is not Modality.IMAGE:
            return
        channels = 1 if preprocessing.channels == "GRAY" else 3
        widths = {len(preprocessing.mean), len(preprocessing.std)}
        if widths - {1, channels} or (preprocessing.layout == "NHW" and channels != 1):
            raise SignatureError(
                f"{len(preprocessing.mean)} means and {len(preprocessing.std)} deviations in "
                f"layout {preprocessing.layout} do not fit {preprocessing.channels} pictures",
                hint="give one mean and std, or one a channel; layout NHW is for GRAY",
            )
        width = max(widths)
        means = np.broadcast_to(preprocessing.mean, width)
        stds = np.broadcast_to(preprocessing.std, width)
        steps = [
            self._stored((np.arange(_BYTES) / 255 - m) / s)
            for m, s in zip(means, stds, strict=True)
        ]
        self._tables: list[_Array] = steps
        self._line = _as_line(steps[0], means[0], stds[0]) if width == 1 else None

    def tensors(self, queries: AnyArray) -> tuple[AnyArray, ...]:
        """Make the input tensors; the queries are left unchanged.

        Args:
            queries: (n, height, width, 3) uint8 pictures, or (n, columns) float rows.

        Returns:
            One array an input tensor, batch axis first.
        """
        if self._to.modality is Modality.IMAGE:
            return (self._pictures(queries),)
        rows = self._rows(queries)
        if self._to.layout == "COLUMNS":
            columns = np.ascontiguousarray(rows.T)
            return tuple(one.reshape(len(rows), *self._to.tensor_shape) for one in columns)
        sizes = self._to.tensor_shape
        return (rows if -1 in sizes or not sizes else rows.reshape(len(rows), *sizes),)

    def _pictures(self, queries: _Array) -> _Array:
        pixels = _resized(queries, self._to.shape)
        if self._to.channels == "GRAY":
            pixels = _grey(pixels)[..., None]
        elif self._to.channels == "BGR":
            pixels = np.stack([pixels[..., channel] for channel in (2, 1, 0)], axis=-1)
        if self._to.layout == "NCHW":
            pixels = np.moveaxis(pixels, -1, 1)
        values = self._looked_up(np.ascontiguousarray(pixels))
        if self._to.layout == "NHW":
            return values[..., 0]
        if self._to.layout == "N":
            sizes = self._to.tensor_shape
            return values.reshape(len(values), *(sizes if sizes and -1 not in sizes else (-1,)))
        return values

    def _looked_up(self, pixels: _Array) -> _Array:
        if self._line is not None:
            return self._line(pixels)
        if len(self._tables) == 1:
            return self._tables[0].take(pixels, mode="clip")
        values = np.empty(pixels.shape, dtype=self._dtype)
        axis = 1 if self._to.layout == "NCHW" else pixels.ndim - 1
        step = max(1, _PIECE // max(1, pixels[:1].size))  # small temporaries stay in the cache
        for start in range(0, len(pixels), step):
            for channel, table in enumerate(self._tables):
                where: Any = (slice(start, start + step), *[slice(None)] * (axis - 1), channel)
                values[where] = table.take(pixels[where], mode="clip")
        return values

    def _rows(self, queries: _Array) -> _Array:
        if self._to.order:
            queries = queries[:, list(self._to.order)]
        identity = set(self._to.mean) == {0.0} and set(self._to.std) == {1.0}
        if identity and self._to.scale is None and self._dtype.kind == "f":
            return queries.astype(self._dtype, copy=False)
        rows = (queries.astype(np.float64) - np.array(self._to.mean)) / np.array(self._to.std)
        for place, column in enumerate(self._to.columns):
            rows[:, place] = _in_column(rows[:, place], column)
        # models that take 64 bits see the same values as those that take 32
        return self._stored(rows.astype(np.float32) if self._to.columns else rows)

    def _stored(self, values: _Array) -> _Array:
        """Reals as the tensor stores them."""
        if self._dtype.kind == "b":
            return np.asarray(values > 0)
        if self._dtype.kind not in "iu":
            return values.astype(self._dtype)
        scaled = values if self._to.scale is None else values / self._to.scale
        limits = np.iinfo(self._dtype)
        rounded = np.floor(scaled + (0.5 + _TIE)) + (self._to.zero_point or 0)
        stored: _Array = np.clip(rounded, float(limits.min), float(limits.max)).astype(self._dtype)
        return stored


def to_tensors(preprocessing: Preprocessing, queries: AnyArray) -> tuple[AnyArray, ...]:
    """Feed queries; the tables of recent preprocessings are kept.

    Args:
        preprocessing: the way to the model's tensor.
        queries: (n, height, width, 3) uint8 pictures, or (n, columns) float rows.

    Returns:
        One array an input tensor, batch axis first.
    """
    return _feeder(preprocessing).tensors(queries)


@functools.lru_cache(maxsize=64)
def _feeder(preprocessing: Preprocessing) -> Feeder:
    return Feeder(preprocessing)


def _in_column(values: _Array, column: ColumnSpec) -> _Array:
    """Values that the column can hold; outside the range, categories start again."""
    if column.categories:
        codes = np.array([column.code_of[name] for name in column.categories])
        return np.asarray(codes[np.floor(values + 0.5).astype(np.int64) % len(codes)])
    if column.known and column.kind == "integer":
        return np.asarray(np.floor(values + 0.5))
    return values


class _Line:
    """A table that plain arithmetic reproduces in every bit, which is faster than looking up."""

    def __init__(self, dtype: np.dtype[Any], offset: float, divisor: float) -> None:
        self._dtype = dtype
        self._offset = self._dtype.type(offset)
        self._divisor = self._dtype.type(divisor)

    def __call__(self, pixels: _Array) -> _Array:
        values = pixels.astype(self._dtype)
        if self._offset:
            np.subtract(values, self._offset, out=values)
        if self._divisor != 1:
            np.divide(values, self._divisor, out=values)
        return values


def _as_line(table: _Array, mean: float, std: float) -> _Line | None:
    every = np.arange(_BYTES, dtype=np.uint8)
    if np.array_equal(table, every) and table.dtype == np.uint8:
        return _Line(table.dtype, 0, 1)
    if table.dtype != np.float32:
        return None
    line = _Line(table.dtype, round(255 * mean, 6), round(255 * std, 6))
    return line if np.array_equal(line(every), table) else None


def _resized(queries: _Array, shape: tuple[int, ...]) -> _Array:
    height, width = shape
    if queries.shape[1:3] == (height, width):
        return queries
    shrinks = height <= queries.shape[1] and width <= queries.shape[2]
    how = Image.Resampling.BOX if shrinks else Image.Resampling.BICUBIC
    resized = np.empty((len(queries), height, width, 3), dtype=np.uint8)
    for position, picture in enumerate(queries):
        resized[position] = np.asarray(Image.fromarray(picture).resize((width, height), how))
    return resized


def _grey(pixels: _Array) -> _Array:
    """Luma as Pillow defines it (ITU-R 601-2), of all pictures in one call."""
    n, height, width, _ = pixels.shape
    stacked = Image.fromarray(np.ascontiguousarray(pixels).reshape(n * height, width, 3))
    return np.asarray(stacked.convert("L")).reshape(n, height, width)
