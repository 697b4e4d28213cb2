"""An opened model asked in reals, so that kin with other conventions get the same tensor."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np

from modelkin.errors import IncompatibleError
from modelkin.models.feeding import Feeder
from modelkin.models.opened import OpenedModel
from modelkin.protocols import Wired
from modelkin.records import AnyArray, Batch, Modality, Preprocessing, Signature

_LARGEST_SPAN = 16.0
_VERSION = "as reals 1"
_SQUARE = 2


class AsReals:
    """A ``Subject`` whose tensor holds ``byte / 255`` itself, pixel for pixel.

    Apps feed one backbone [0,1], [-1,1] or bytes, by what their authors believed. A copy is fed
    like the original only where the *reals* in the tensor are equal, so conventions are passed
    over: float inputs get ``byte / 255``, quantized ones that value by their own scale and zero
    point, and inputs of the size of bytes get it 255 times as large. Whether a model takes bytes
    is the one thing that must be known; [0,1] or [-1,1] does not matter.

    Pictures are cut or repeated to the model's size and never scaled, which would average noise
    away or smear it.

    Args:
        opened: a picture model whose preprocessing is settled.

    Raises:
        IncompatibleError: it takes no pictures.
    """

    def __init__(self, opened: OpenedModel) -> None:
        if opened.fed.modality is not Modality.IMAGE:
            raise IncompatibleError(
                f"'{opened.name}' takes {opened.fed.modality} queries, which have no value range",
                hint="ask it a pool of its own kind",
            )
        self._opened = opened

    @property
    def name(self) -> str:
        """Short name for people."""
        return self._opened.name

    @property
    def digest(self) -> str:
        """sha256 of the model and of the way it is fed here."""
        return hashlib.sha256(f"{_VERSION} {self._bare.digest}".encode()).hexdigest()

    @property
    def signature(self) -> Signature:
        """Inputs and outputs as the model itself declares them."""
        return self._opened.signature

    @property
    def wire(self) -> Wired | None:
        """The model as one that counts what it sends, if it is behind a network."""
        return self._opened.wire

    @property
    def fed(self) -> Preprocessing:
        """How its tensor is made."""
        return self._bare.fed

    def answer(self, ids: Sequence[str], queries: AnyArray) -> tuple[AnyArray, ...]:
        """Answer canonical pictures."""
        height, width = self.fed.shape[:_SQUARE]
        tensors = self._feeder.tensors(cut_or_repeat(queries, height, width))
        return self._opened.model.predict(Batch(ids=tuple(ids), inputs=tensors))

    @cached_property
    def _bare(self) -> OpenedModel:
        return replace(self._opened, preprocessing=_bare_reals(self._opened.fed))

    @cached_property
    def _feeder(self) -> Feeder:
        return Feeder(self.fed)


def cut_or_repeat(pictures: AnyArray, height: int, width: int) -> AnyArray:
    """Pictures of another size, from the upper left corner; no pixel changes.

    Args:
        pictures: (n, h, w, 3).
        height: wanted.
        width: wanted.
    """
    if pictures.shape[1:3] == (height, width):
        return pictures
    rows = np.arange(height) % pictures.shape[1]
    columns = np.arange(width) % pictures.shape[_SQUARE]
    return np.ascontiguousarray(pictures[:, rows[:, None], columns])


def _bare_reals(fed: Preprocessing) -> Preprocessing:
    """Reals in [0, 1], or 255 times as large where the model takes the size of bytes."""
    bytes_sized = 1 / min(fed.std) > _LARGEST_SPAN
    std, name = ((1 / 255,), "[0,255]") if bytes_sized else ((1.0,), "[0,1]")
    return replace(fed, mean=(0.0,), std=std, convention=name)
