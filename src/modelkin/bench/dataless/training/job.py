"""Building one model, in a process of its own."""

import time
import traceback
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from modelkin.bench.dataless.asking import answer, generated
from modelkin.bench.dataless.energy import energy_distances
from modelkin.bench.dataless.image_set import CLASSES, GreySet, load_set
from modelkin.bench.dataless.member import Kind, Member
from modelkin.bench.dataless.query_measures import LATENT
from modelkin.bench.dataless.training.classifiers import export, train
from modelkin.bench.dataless.training.gans import train_gan
from modelkin.bench.dataless.zoo import Zoo
from modelkin.bench.processes import give_way

_JUDGED = 300


def prepare() -> None:
    """Make a worker use one thread, and give way to what people do meanwhile."""
    torch.set_num_threads(1)
    give_way()


def build(zoo: Zoo, data: Path, member: Member) -> str:
    """Train, export and test one model; a failure is written down, not raised.

    Returns:
        What went wrong, or nothing.
    """
    started, worked = time.perf_counter(), time.process_time()
    try:
        log = _build(zoo, data, member)
    except Exception as error:  # noqa: BLE001 - whatever a framework raises: the rest goes on
        reason = f"{type(error).__name__}: {error}"
        zoo.keep(member, {"failed": reason, "trace": traceback.format_exc()})
        return reason
    cost = {
        "seconds": round(time.perf_counter() - started, 2),
        "cpu_seconds": round(time.process_time() - worked, 2),
    }
    zoo.keep(member, {**log, **cost})
    return ""


def _build(zoo: Zoo, data: Path, member: Member) -> dict[str, Any]:
    classes = None if member.kind is Kind.GAN else CLASSES
    images = _images(data, member.data, zoo.folder / "sets", classes)
    pictures, labels = images.half(member.half)
    path = zoo.model(member)
    path.parent.mkdir(parents=True, exist_ok=True)
    if member.kind is Kind.GAN:
        return _build_gan(zoo, member, pictures, images.test)
    losses: list[float] = []
    if member.kind is Kind.CNN:
        net, losses = train(member, pictures, labels, shorten=zoo.shorten)
        export(net, path)
    else:
        from modelkin.bench.dataless.training.support_vectors import save_machine, train_machine

        save_machine(train_machine(member, pictures, labels, shorten=zoo.shorten), path)
    answers = answer(member.kind, path, images.test[:1000])
    return {
        "accuracy": round(float((answers.argmax(1) == images.test_labels[:1000]).mean()), 4),
        "losses": [round(loss, 4) for loss in losses],
        "bytes": path.stat().st_size,
    }


def _build_gan(
    zoo: Zoo, member: Member, pictures: NDArray[np.uint8], test: NDArray[np.uint8]
) -> dict[str, Any]:
    gan = train_gan(member.arch, pictures, seed=member.seed, shorten=zoo.shorten)
    export(gan.critic, zoo.critic(member))
    export(gan.generator, zoo.model(member), latent=LATENT)
    rng = np.random.default_rng(member.seed)
    latents = rng.standard_normal((_JUDGED, LATENT)).astype(np.float32)
    made = generated(zoo.model(member), latents)
    real = [part[rng.permutation(len(part))[:_JUDGED]] for part in (test, pictures)]
    to_real = energy_distances([made, *(part.reshape(len(part), -1) for part in real)])
    return {
        "energy_to_test": round(float(to_real[0, 1]), 4),
        "energy_of_real": round(float(to_real[2, 1]), 4),
        "losses": [[round(loss, 4) for loss in pair] for pair in gan.losses],
        "bytes": zoo.model(member).stat().st_size,
    }


@cache
def _images(data: Path, name: str, folder: Path, classes: int | None) -> GreySet:
    return load_set(data, name, cache=folder, classes=classes)
