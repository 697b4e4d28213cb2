"""What broke an export: feed it differently and see whether it then answers like the original."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from modelkin.answers.kinds import choose_output, detect_kind, usable_rows
from modelkin.answers.parity import EQUIVALENT_WITHIN
from modelkin.answers.scales import probabilities
from modelkin.errors import ModelkinError
from modelkin.models.conventions import CONVENTIONS
from modelkin.models.feeding import Feeder
from modelkin.models.opened import OpenedModel
from modelkin.records import (
    AnyArray,
    Batch,
    FloatArray,
    Modality,
    Parity,
    ParityLevel,
    Pool,
    Preprocessing,
    Responses,
)

_QUERIES = 24
_BATCH = 8


def diagnose(
    parity: Parity, suspect: OpenedModel, source: Responses, pool: Pool
) -> tuple[Parity, int]:
    """Try other channel orders, normalisations and a swap of height and width on the suspect.

    Only pictures, only models that cost nothing to ask, and only answers that differ by more than
    quantization would make them.

    Args:
        parity: as measured.
        suspect: the export.
        source: the original's answers that entered.
        pool: the queries.

    Returns:
        The parity with its diagnosis, and the queries spent.
    """
    fed = suspect.fed
    broken = parity.level is ParityLevel.DIFFERENT and source.kind.classifies
    if not broken or fed.modality is not Modality.IMAGE or suspect.signature.metered:
        return parity, 0
    rows = np.linspace(0, len(source) - 1, min(_QUERIES, len(source))).astype(np.int64)
    wanted = probabilities(source.take(rows))
    pictures = np.concatenate([pool.read(int(i), int(i) + 1) for i in source.index[rows]])
    spent = 0
    for what, feeding, turned in _suspicions(fed):
        asked = pictures.transpose(0, 2, 1, 3) if turned else pictures
        spent += len(rows)
        try:
            answers = _answers(suspect, feeding, asked, source)
        except ModelkinError:
            continue
        if answers.shape == wanted.shape and _same(wanted, answers):
            found = f"{parity.diagnosis}; {what}" if parity.diagnosis else what
            return replace(parity, diagnosis=found), spent
    return parity, spent


def _suspicions(fed: Preprocessing) -> Iterator[tuple[str, Preprocessing, bool]]:
    """(what it would mean, how to feed the suspect then, whether pictures lie on their side)."""
    if fed.channels in {"RGB", "BGR"}:
        other = "BGR" if fed.channels == "RGB" else "RGB"
        swapped = replace(
            fed, channels=other, mean=tuple(reversed(fed.mean)), std=tuple(reversed(fed.std))
        )
        yield f"wrong channel order: fed {other} it answers like the original", swapped, False
    if fed.shape[0] == fed.shape[1]:
        yield "height and width are swapped in the export", fed, True
    grey = fed.channels == "GRAY"
    for convention in CONVENTIONS:
        if convention.name == "[0,1]" or (grey and len(convention.mean) > 1):
            continue
        width = max(len(fed.mean), len(fed.std), len(convention.mean), len(convention.std))
        m, s = (np.broadcast_to(values, width) for values in (fed.mean, fed.std))
        mb, sb = (np.broadcast_to(v, width) for v in (convention.mean, convention.std))
        lost = _normalised(fed, m + s * mb, s * sb)
        yield f"wrong normalisation: the export lost one to {convention.name}", lost, False
        doubled = _normalised(fed, m - mb * s / sb, s / sb)
        yield (
            f"wrong normalisation: the export has one to {convention.name} too many",
            doubled,
            False,
        )


def _normalised(fed: Preprocessing, mean: FloatArray, std: FloatArray) -> Preprocessing:
    return replace(fed, mean=tuple(mean.tolist()), std=tuple(std.tolist()), convention="custom")


def _answers(
    suspect: OpenedModel, fed: Preprocessing, pictures: AnyArray, like: Responses
) -> FloatArray:
    """(n, k) class probabilities of the suspect, fed in this way."""
    feeder, collected, step = Feeder(fed), [], None
    for start in range(0, len(pictures), _BATCH):
        inputs = feeder.tensors(pictures[start : start + _BATCH])
        batch = Batch(ids=("",) * len(inputs[0]), inputs=inputs)
        values, step = choose_output(suspect.model.predict(batch), suspect.signature)
        collected.append(values)
    values = np.concatenate(collected)
    if not usable_rows(values).all():
        return np.empty((0, 0))
    n = len(values)
    kind = detect_kind(values, step, suspect.signature.output)
    found = replace(like, values=values, kind=kind, step=step, index=np.arange(n), parts=("",) * n)
    return probabilities(found) if kind.classifies else np.empty((0, 0))


def _same(wanted: FloatArray, answers: FloatArray) -> bool:
    return float(np.abs(wanted - answers).max()) <= EQUIVALENT_WITHIN
