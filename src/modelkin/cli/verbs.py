"""The table of verbs, in the order of ``modelkin --help``."""

from modelkin.cli import (
    bench,
    challenge,
    commit,
    compare,
    dataset,
    derive,
    inspect,
    keygen,
    parts,
    pool,
    record,
    references,
    scan,
    schema,
    sign,
    undecided,
    verify,
)
from modelkin.cli import fingerprint as fingerprinting
from modelkin.cli import map as mapping
from modelkin.cli.verb import Verb

_JUDGE = "Judge models"
_PREPARE = "Prepare a judgement"
_MANY = "Many models"
_DISPUTE = "Prove and dispute"
_ABOUT = "About modelkin"

VERBS = (
    Verb(
        _JUDGE,
        "compare",
        compare.compare,
        "Does the suspect derive from the source?",
        (
            "compare a.onnx b.tflite --references honest/ --html report.html",
            "compare a.onnx http://127.0.0.1:8000/predict --references honest/",
            "compare a.onnx b.onnx c.onnx --references honest/ --access label",
        ),
    ),
    Verb(
        _JUDGE,
        "dataset",
        dataset.dataset,
        "Was the suspect trained on this data set?",
        ("dataset a.onnx --trained-on mine/ --others others/ --pool images/",),
    ),
    Verb(
        _JUDGE,
        "scan",
        scan.scan,
        "Which models are inside these apps, and whose kin are they?",
        ("scan app.apk --list", "scan apps/ --zoo zoo/ --flag flawed --html scan.html"),
    ),
    Verb(
        _PREPARE,
        "inspect",
        inspect.inspect,
        "What a model is, how it is fed, what loading it runs.",
        ("inspect model.onnx", "inspect model.onnx --write model.json"),
    ),
    Verb(
        _PREPARE,
        "record",
        record.record,
        "Keep a model's answers as a file that stands in for it.",
        ("record model.onnx --out answers.parquet --queries 500",),
    ),
    Verb(
        _PREPARE,
        "derive",
        derive.derive,
        "Make copies of your own model, to see which are found.",
        ("derive source.onnx --out copies/ --kinds int8,pruned",),
    ),
    Verb(
        _PREPARE,
        "references",
        references.references,
        "Train honest models for the source's classes.",
        ("references source.onnx --train 19 --out honest/ --data labelled/",),
    ),
    Verb(
        _PREPARE,
        "pool",
        pool.pool,
        "Make a pool of queries, look at it, or export it.",
        ("pool image-mix-v1 --shape 64x64 --queries 100 --sheet sheet.png",),
    ),
    Verb(
        _PREPARE,
        "undecided",
        undecided.undecided,
        "Find where a model wavers that no pool moves.",
        ("undecided suspect.tflite --out suspect.points",),
    ),
    Verb(
        _MANY,
        "fingerprint",
        fingerprinting.fingerprint,
        "Record models into a zoo, each once.",
        ("fingerprint models/*.onnx --zoo zoo/", "fingerprint a.onnx --zoo zoo/ --family acme"),
    ),
    Verb(
        _MANY,
        "map",
        mapping.map_,
        "Distances, map, tree and clusters of a zoo.",
        ("map --zoo zoo/ --html map.html --csv models.csv",),
    ),
    Verb(
        _DISPUTE,
        "verify",
        verify.verify,
        "Recompute a verdict from its evidence file, without any model.",
        ("verify evidence.zip", "verify evidence.zip --key owner.pub"),
    ),
    Verb(
        _DISPUTE,
        "challenge",
        challenge.challenge,
        "Does a verdict stand on fresh queries?",
        ("challenge evidence.zip --suspect suspect.onnx --json challenge.json",),
    ),
    Verb(
        _DISPUTE,
        "commit",
        commit.commit,
        "Fix models and settings before the queries are known.",
        ("commit source.onnx --references honest/ --out commitment.json",),
    ),
    Verb(
        _DISPUTE, "keygen", keygen.keygen, "Make a key that signs evidence.", ("keygen owner.key",)
    ),
    Verb(
        _DISPUTE,
        "sign",
        sign.sign,
        "Sign an evidence file.",
        ("sign evidence.zip --key owner.key",),
    ),
    Verb(
        _ABOUT,
        "parts",
        parts.parts,
        "List every format, pool, method and other part.",
        ("parts", "parts method"),
    ),
    Verb(
        _ABOUT,
        "schema",
        schema.schema,
        "Print the JSON schema of a verb's results.",
        ("schema compare",),
    ),
    Verb(
        _ABOUT,
        "bench",
        bench.bench,
        "Measure one of the project's own figures.",
        ("bench labels --small --markdown labels.md",),
    ),
)
