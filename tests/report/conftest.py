"""Sample reports of every sort that the renderers must bear."""

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from modelkin.records import (
    Access,
    AnyArray,
    Chair,
    CopyFound,
    Decision,
    Draw,
    Exhibit,
    Failed,
    KindPower,
    Modality,
    ModelCard,
    Null,
    NullKind,
    NullScore,
    Origin,
    OutputKind,
    Parity,
    ParityLevel,
    PartCoverage,
    PoolInfo,
    Power,
    Precision,
    Preprocessing,
    Relation,
    Report,
    RunInfo,
    Similarity,
    Skipped,
    Steadiness,
    SteadinessKind,
    Suspicion,
    Swap,
    Verdict,
)

HOSTILE = (
    "<script>alert(1)</script>\"'[red]x[/]\n\x1b[31mred\x1b[0m\u202eevil {{ 7*7 }} </style>\udcff"
)
_FAMILIES = ("resnet", "vgg", "mobile", "dense", "vit", "squeeze", "regnet", "mixer")


def rating(method: str, value: float, distance: float | None = None) -> Similarity:
    return Similarity(
        method=method,
        params="{}",
        a="garden_birds_v2",
        b="feather_scan_int8",
        value=value,
        low=value - 0.031,
        high=min(value + 0.024, 1.0),
        confidence=0.95,
        n_queries=560,
        distance=distance,
        distance_low=None if distance is None else distance * 0.9,
        distance_high=None if distance is None else distance * 1.1,
    )


def references() -> Null:
    values = [0.28 + 0.011 * (n * 7 % 24) for n in range(24)]
    return Null(
        kind=NullKind.N2,
        scores=tuple(
            NullScore(
                reference=f"{_FAMILIES[n % 8]}_{n // 8}",
                family=_FAMILIES[n % 8],
                value=v - 0.4,
                similarity=v,
                null=NullKind.N3 if n % 8 in {2, 5} else NullKind.N2,
            )
            for n, v in enumerate(values)
        ),
        cohort=8,
    )


def swap() -> Swap:
    return Swap(
        level=0.125,
        similarity=0.93,
        queries=560,
        chairs=tuple(
            Chair(
                reference=score.reference,
                family=score.family,
                nearest="vgg_0",
                nearest_similarity=0.5,
                suspect_similarity=0.4,
                p_value=(1 + n % 8) / 8,
            )
            for n, score in enumerate(references().scores)
        ),
    )


def card(name: str, *, inferred: bool = False) -> ModelCard:
    fed = Preprocessing(
        modality=Modality.IMAGE,
        shape=(96, 96),
        layout="NHWC",
        mean=(0.5, 0.5, 0.5) if inferred else (0.485, 0.456, 0.406),
        std=(0.5, 0.5, 0.5) if inferred else (0.229, 0.224, 0.225),
        dtype="uint8" if inferred else "float32",
        scale=0.0078125 if inferred else None,
        zero_point=128 if inferred else None,
        tensor_shape=(96, 96, 3),
        convention="[-1,1]" if inferred else "imagenet",
        origin=Origin.INFERRED if inferred else Origin.FILE,
        margin=0.37 if inferred else None,
        considered=(("[-1,1]", 0.81), ("[0,1]", 0.44), ("[0,255]", 0.02)) if inferred else (),
    )
    parts = (
        ("dead-leaves", 240, 41, 0.081, 0.0),
        ("fractals", 160, 33, 0.113, 0.004),
        ("strokes", 160, 28, 0.2, 0.0),
    )
    return ModelCard(
        name=name,
        location=f"models/{name}.tflite",
        format="tflite" if inferred else "onnx",
        digest="9f2c" * 16,
        access=Access.SCORES,
        output=OutputKind.PROBABILITIES,
        n_outputs=48,
        classes_seen=31,
        preprocessing=fed,
        asked=640,
        asked_now=640 if inferred else 0,
        probes=64 if inferred else 0,
        seconds=4.21,
        coverage=(
            *(
                PartCoverage(part=p, n=n, classes=c, constant=k, one_hot=h, saturated=False)
                for p, n, c, k, h in parts
            ),
            PartCoverage(part="noise", n=80, classes=1, constant=1.0, one_hot=0.96, saturated=True),
        ),
    )


def picture(seed: int, side: int = 32) -> AnyArray:
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:side, 0:side]
    layers = [
        np.sin(x * rng.uniform(0.05, 0.6) + y * rng.uniform(0.05, 0.6) + rng.uniform(0, 6))
        for _ in range(3)
    ]
    return np.asarray(np.stack(layers, axis=2) * 127 + 128).astype(np.uint8)


def exhibit(seed: int, disagreement: float, content: AnyArray | None = None) -> Exhibit:
    names = ("robin", "great tit", "long-tailed tit", "house sparrow", "wren", "blackbird")
    top = 0.4 + seed * 7 % 13 / 26
    moved = seed if disagreement < 0.5 else seed + 1
    mine = tuple((names[(seed + k) % 6], top * 0.4**k) for k in range(3))
    theirs = tuple((names[(moved + k) % 6], top * 0.9 * 0.45**k) for k in range(3))
    return Exhibit(
        query=f"a41c09d2e7b3-{seed:06d}",
        part=("dead-leaves", "fractals", "strokes")[seed % 3],
        content=picture(seed) if content is None else content,
        source=mine,
        suspect=theirs,
        disagreement=disagreement,
        typical=disagreement < 0.5,
    )


def found_copy(name: str, kind: str, similarity: float) -> CopyFound:
    return CopyFound(
        copy=name,
        kind=kind,
        similarity=similarity,
        method="null-contrastive-agreement",
        p_value=1 / 9 if similarity > 0.8 else 0.5,
        found=similarity > 0.8,
    )


def related() -> Report:
    decider = rating("null-contrastive-agreement", 0.931)
    return Report(
        run=RunInfo(
            versions={"modelkin": "0.1.0", "numpy": "2.3.1", "onnxruntime": "1.22.0"},
            command="modelkin compare garden_birds_v2.onnx feather_scan_int8.tflite --seed 7",
            started="2026-02-03T10:11:12Z",
            seconds=73.4,
            seed=7,
        ),
        source=card("garden_birds_v2"),
        suspect=card("feather_scan_int8", inferred=True),
        pool=PoolInfo(
            name="image-mix-v1:96x96:640:7",
            digest="a41c09d2e7b3" + "5d" * 26,
            n=640,
            parts={"dead-leaves": 240, "fractals": 160, "strokes": 160, "noise": 80},
            used=560,
            dropped={"noise": "both models answer with one constant class"},
        ),
        label_sets="same: both have 48 outputs and agree on held-out queries",
        similarities=(
            decider,
            rating("functional-distance", 0.88, distance=0.1234567890123),
            rating("centred-kernel-alignment", 0.99983),
        ),
        parity=Parity(
            level=ParityLevel.DRIFT,
            unit="probability",
            tolerance=0.083,
            typical=0.004,
            labels_changed=3,
            n=560,
            by_output=(("class 3", 0.083), ("class 0", 0.02)),
            worst=(("image-mix-v1/32x32/n560/s0#0123456789ab-000003", 0.083),),
        ),
        precision=Precision(
            method="functional-distance",
            wanted=0.05,
            value=0.1234567890123,
            low=0.1017,
            high=0.1498,
            confidence=0.95,
            queries=560,
        ),
        power=Power(
            alpha=0.12,
            queries=560,
            kinds=(
                KindPower(kind="pruned", copies=2, found=1, low=0.5, median=0.7, high=0.9),
                KindPower(kind="int8", copies=1, found=1, low=0.99, median=0.99, high=0.99),
            ),
            copies=(
                found_copy("pruned-0.3.onnx", "pruned", 0.9),
                found_copy("pruned-0.7.onnx", "pruned", 0.5),
                found_copy("int8-static.onnx", "int8", 0.99),
            ),
            skipped=(Skipped(subject="copy pruned-0.9.onnx", reason="lost its function"),),
        ),
        decision=Decision(
            similarity=decider,
            verdict=Verdict.RELATED,
            relation=Relation.MODIFIED,
            p_value=1 / 9,
            alpha=0.12,
            null=references(),
            score=0.7342,
            rule="conformal-families",
            reason="The suspect is more like the source than every one of 8 independent families.",
            e_value=5120.25,
        ),
        exhibits=(
            *(exhibit(n, 1.0 - 0.08 * n) for n in range(6)),
            *(exhibit(n, 0.11) for n in range(6, 12)),
        ),
        skipped=(Skipped(subject="label-agreement", reason="scores are shown, which say more"),),
        failed=(
            Failed(
                subject="references/broken.onnx",
                error="BrokenModelError",
                reason="the graph ends inside a node",
                hint="download it again",
            ),
        ),
        warnings=(
            "The preprocessing of the suspect was inferred; pass --preprocessing if you know it.",
            "8 families support no p-value below 0.111.",
        ),
        draw=Draw(
            commitment="c0ffee" * 10 + "abcd",
            kind="beacon",
            announced="drand quicknet round 9000000",
            beacon="beac0" * 12 + "abcd",
            nonces=(),
            seed=4425330595521996638,
            opened=False,
        ),
        swap=swap(),
        suspicions=(
            Suspicion(
                reference="vgg_1",
                other=None,
                similarity=0.91,
                next_similarity=0.52,
                deviations=8.25,
            ),
        ),
        left_out=("resnet_9",),
        steadiness=Steadiness(
            kind=SteadinessKind.STEADY,
            planned=5,
            asked=5,
            near=0.0,
            far=0.0,
            note="5 queries asked a second time were answered alike",
        ),
    )


def no_evidence() -> Report:
    base = related()
    decider = rating("null-contrastive-agreement", 0.44)
    spent = replace(base.precision, low=0.05) if base.precision else None
    decision = replace(
        base.decision,
        similarity=decider,
        verdict=Verdict.NO_EVIDENCE,
        relation=None,
        p_value=4 / 9,
        e_value=None,
        adjusted_for=12,
        reason="3 of 8 independent families are at least as similar to the source.",
    )
    return replace(
        base,
        decision=decision,
        precision=spent,
        similarities=(decider,),
        warnings=(),
        failed=(),
        skipped=(),
    )


def inconclusive() -> Report:
    base = related()
    decision = replace(
        base.decision,
        verdict=Verdict.INCONCLUSIVE,
        relation=None,
        p_value=None,
        e_value=None,
        null=None,
        reason="There are no references to judge the similarity against.",
    )
    plain = tuple(replace(one, typical=False) for one in base.exhibits)
    return replace(base, decision=decision, precision=None, exhibits=plain)


def identical() -> Report:
    base = inconclusive()
    decider = replace(rating("identity", 1.0, distance=0.0), low=None, high=None)
    decision = replace(
        base.decision,
        similarity=decider,
        verdict=Verdict.RELATED,
        relation=Relation.IDENTICAL,
        reason="All 560 answers are the same bit for bit, over 61 classes.",
    )
    return replace(base, decision=decision, similarities=(decider,))


def vectors() -> Report:
    base = related()
    rng = np.random.default_rng(3)
    rows = tuple(
        replace(
            exhibit(n, 1.0 - n / 8, rng.normal(size=width).astype(np.float32)),
            source=(("output 1", 3.25), ("output 2", -1.5)),
            suspect=(("output 1", 3.0), ("output 2", -1.25)),
        )
        for n, width in enumerate((1, 5, 30, 400))
    )
    fed = replace(
        base.source.preprocessing,
        modality=Modality.VECTOR,
        shape=(400,),
        layout="ND",
        mean=tuple(float(v) for v in rng.normal(size=400)),
        std=(1.0,) * 400,
    )
    cards = [
        replace(one, preprocessing=fed, output=OutputKind.VECTORS)
        for one in (base.source, base.suspect)
    ]
    return replace(base, source=cards[0], suspect=cards[1], exhibits=rows, swap=None)


def hostile() -> Report:
    base = related()
    null = references()
    scores = tuple(replace(one, reference=HOSTILE, family=HOSTILE) for one in null.scores)
    return replace(
        base,
        run=replace(base.run, command=HOSTILE, versions={HOSTILE: HOSTILE}),
        source=replace(base.source, name=HOSTILE, location=f"http://x/{HOSTILE}"),
        suspect=replace(base.suspect, name=HOSTILE * 20, location=HOSTILE),
        pool=replace(base.pool, name=HOSTILE, parts={HOSTILE: 3}, dropped={HOSTILE: HOSTILE}),
        parity=replace(base.parity, diagnosis=HOSTILE) if base.parity else None,
        precision=replace(base.precision, method=HOSTILE) if base.precision else None,
        decision=replace(base.decision, reason=HOSTILE, null=replace(null, scores=scores)),
        exhibits=tuple(
            replace(one, query=HOSTILE, part=HOSTILE, source=((HOSTILE, 0.5),))
            for one in base.exhibits[:2]
        ),
        failed=(Failed(subject=HOSTILE, error=HOSTILE, reason=HOSTILE, hint=HOSTILE),),
        skipped=(Skipped(subject=HOSTILE, reason=HOSTILE),),
        warnings=(HOSTILE,),
        draw=replace(base.draw, announced=HOSTILE) if base.draw else None,
        swap=Swap(
            level=0.125,
            similarity=0.9,
            queries=3,
            chairs=tuple(
                replace(one, reference=HOSTILE, nearest=HOSTILE, family=HOSTILE)
                for one in swap().chairs
            ),
        ),
        left_out=(HOSTILE,),
        steadiness=replace(base.steadiness, note=HOSTILE) if base.steadiness else None,
    )


def undefined() -> Report:
    base = related()
    bad = replace(rating("broken", math.nan), low=math.nan, high=math.inf, distance=-math.inf)
    null = references()
    scores = (replace(null.scores[0], value=math.nan), *null.scores[1:])
    decision = replace(
        base.decision,
        similarity=bad,
        score=math.nan,
        verdict=Verdict.INCONCLUSIVE,
        relation=None,
        p_value=math.nan,
        e_value=math.inf,
        null=replace(null, scores=scores),
    )
    lost = (
        replace(base.precision, value=math.nan, low=math.nan, high=math.inf)
        if base.precision
        else None
    )
    strange = replace(
        exhibit(1, math.nan, np.array([math.nan, math.inf, 0.0])),
        source=(("a", math.nan),),
        suspect=(),
    )
    return replace(
        base, decision=decision, precision=lost, similarities=(bad,), exhibits=(strange,)
    )


def empty() -> Report:
    base = inconclusive()
    cards = [
        replace(one, coverage=(), n_outputs=0, asked=0, asked_now=0, probes=0, seconds=0.0)
        for one in (base.source, base.suspect)
    ]
    null = Null(kind=NullKind.N0, scores=())
    return replace(
        base,
        run=replace(base.run, versions={}, command=""),
        source=replace(cards[0], name=""),
        suspect=cards[1],
        pool=replace(base.pool, n=0, parts={}, used=0, dropped={}),
        label_sets="",
        similarities=(),
        parity=None,
        decision=replace(base.decision, null=null, reason=""),
        exhibits=(),
        skipped=(),
        failed=(),
        warnings=(),
    )


SAMPLES: dict[str, Callable[[], Report]] = {
    "related": related,
    "no-evidence": no_evidence,
    "inconclusive": inconclusive,
    "identical": identical,
    "vectors": vectors,
    "hostile": hostile,
    "undefined": undefined,
    "empty": empty,
}


@pytest.fixture(params=sorted(SAMPLES))
def report(request: pytest.FixtureRequest) -> Report:
    """Every sample in turn."""
    name: str = request.param
    return SAMPLES[name]()


@pytest.fixture
def sample() -> Callable[[str], Report]:
    """Make one sample by name."""
    return lambda name: SAMPLES[name]()
