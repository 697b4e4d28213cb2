"""Addresses, adapter files, placeholders and the forms that answers come in."""

# ruff: noqa: ANN401 (JSON and messages of any form)

import json
from pathlib import Path
from typing import Any

import pytest
from tests.models.fake_server import ITEMS, TFS, serving

from modelkin.errors import (
    BrokenModelError,
    PredictionError,
    SignatureError,
    UnknownFormatError,
    UsageError,
)
from modelkin.models.endpoints.address import is_url, path_of, read_address
from modelkin.models.endpoints.dispatch import seconds_asked_for
from modelkin.models.endpoints.placeholders import filled, takes_many
from modelkin.models.endpoints.probing import adapter_name
from modelkin.models.endpoints.reading import Reader, reordered
from modelkin.models.endpoints.settings import Settings, read_adapter_file, read_settings
from modelkin.models.opened import open_model
from modelkin.records import Access, EndpointOptions, OutputKind

FAST = EndpointOptions(backoff=0.001, tries=2)


def read(answers: Any, rows: int = 2, labels: tuple[str, ...] = ()) -> Any:
    access = Access.TOP_K if labels else None
    reader = Reader("the endpoint x", Settings(labels=labels, access=access))
    outputs = reader.outputs(answers, rows)
    return outputs if len(outputs) > 1 else outputs[0].tolist()


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([[0.1, 0.9], [1, 0]], [[0.1, 0.9], [1.0, 0.0]]),
        ([1, 0], [1, 0]),
        ([[1], [0]], [[1], [0]]),
        ([True, False], [1, 0]),
        ([0.5, 1], [0.5, 1.0]),
        (["3", "-1"], [3, -1]),
        ([{"b": 0.2, "a": 0.8}, {"a": 1, "b": 0}], [[0.8, 0.2], [1.0, 0.0]]),
        ([[{"label": "b", "score": 0.2}, {"label": "a", "score": 0.8}]] * 2, [[0.8, 0.2]] * 2),
    ],
)
def test_forms_of_answers(answers: Any, expected: Any) -> None:
    assert read(answers) == expected


def test_labels_give_names_to_columns_and_places_to_names() -> None:
    assert read(["cat", "ant"], labels=("ant", "bee", "cat")) == [2, 0]
    assert read([["cat"], ["ant"]], labels=("ant", "bee", "cat")) == [2, 0]
    top = [{"cat": 0.9}, {"ant": 0.5, "bee": 0.4}]
    assert read(top, labels=("ant", "bee", "cat")) == [[0, 0, 0.9], [0.5, 0.4, 0]]
    best = [{"label": "cat", "score": 0.9}] * 2
    assert read(best, labels=("ant", "cat")) == [[0, 0.9]] * 2


def test_missing_labels_are_an_error_unless_it_is_stated_that_some_are_not_shown() -> None:
    reader = Reader("the endpoint x", Settings(labels=("ant", "bee")))
    with pytest.raises(PredictionError, match="other labels") as caught:
        reader.outputs([{"ant": 1.0}], 1)
    assert '"access": "top-k"' in caught.value.hint


def test_several_outputs_are_told_from_labels() -> None:
    scores, classes = read([{"scores": [0.1, 0.9], "class": 1}] * 2)[::-1]
    assert scores.shape == (2, 2)
    assert classes.tolist() == [1, 1]


@pytest.mark.parametrize(
    ("answers", "match"),
    [
        ({"a": 1}, "an object instead of a list"),
        (None, "nothing instead"),
        ("text", "a text instead"),
        ([1], "1 answers to 2 queries"),
        ([[1, 2], [3]], "different lengths"),
        ([[1, "a"], [3, "b"]], "instead of numbers"),
        (["cat", "dog"], r"order is not stated \('cat', 'dog'\)"),
        ([{"a": 1, "b": 0}, {"a": 1}], "other labels"),
        ([{"a": 1, "b": 0}, [1]], "changed the form"),
        ([{"a": "x"}, {"a": "y"}], "something else than numbers"),
        ([{"s": [1], "t": [1]}, {"s": [1]}], "named its outputs differently"),
    ],
)
def test_what_is_no_answer(answers: Any, match: str) -> None:
    with pytest.raises(PredictionError, match=match) as caught:
        read(answers)
    assert caught.value.hint


def test_reordering_by_id() -> None:
    assert reordered(["b", "a"], [1, 0], ["0", "1"], "x") == ["a", "b"]
    for ids in ([0, 0], [0], None, [0, 7]):
        with pytest.raises(PredictionError, match="other ids"):
            reordered(["b", "a"], ids, ["0", "1"], "x")


def test_placeholders() -> None:
    assert filled({"x": "$batch", "n": [1]}, [[1], [2]], "01") == {"x": [[1], [2]], "n": [1]}
    each = {"x": [{"id": "$id", "p": "data:,$each"}]}
    assert filled(each, ["A", "B"], "01") == {
        "x": [{"id": "0", "p": "data:,A"}, {"id": "1", "p": "data:,B"}]
    }
    assert filled({"q": "$query", "id": "$id"}, [[1.5]], "0") == {"q": [1.5], "id": "0"}
    assert [takes_many(one) for one in ({"a": "$batch"}, ["$each"], "$query")] == [
        True,
        True,
        False,
    ]
    for bad in ({"a": 1}, ["$batch", "$query"]):
        with pytest.raises(SignatureError, match="the request in the adapter file"):
            takes_many(bad)


@pytest.mark.parametrize(
    ("content", "match"),
    [
        ("[]", "no JSON object"),
        ("{", "cannot be read as JSON"),
        ('{"requst": 1}', "unknown key 'requst'"),
        ('{"shape": [0]}', "'shape'"),
        ('{"images": "gif"}', "'images'"),
        ('{"quality": 101}', "'quality'"),
        ('{"dtype": "float33"}', "'dtype'"),
        ('{"output": "scores"}', "'output'"),
        ('{"labels": [1]}', "'labels'"),
        ('{"access": "all"}', "'access'"),
        ('{"response": ""}', "'response'"),
    ],
)
def test_malformed_adapter_files(tmp_path: Path, content: str, match: str) -> None:
    path = tmp_path / "adapter.json"
    path.write_text(content)
    with pytest.raises(SignatureError, match=match) as caught:
        read_adapter_file(path)
    assert "$batch" in caught.value.hint


def test_adapter_file_and_override_say_the_same(tmp_path: Path) -> None:
    alone, inside = tmp_path / "a.json", tmp_path / "o.json"
    alone.write_text('{"shape": [2], "output": "labels"}')
    inside.write_text('{"endpoint": {"output": "labels", "shape": [2]}}')
    assert read_adapter_file(alone) == read_adapter_file(inside)
    settings = read_settings(read_adapter_file(alone))
    assert (settings.shape, settings.output) == ((2,), OutputKind.LABELS)
    assert settings.signature().access is Access.LABEL
    with serving() as fake:
        opened = open_model(f"{fake.url}/invocations", override=inside, endpoint=FAST)
    assert opened.fed.shape == (2,)


def test_addresses() -> None:
    assert read_address("https://h:1/a/b/?v=2").url == "https://h:1/a/b?v=2"
    assert path_of("file.onnx") == path_of("http://[bad/") == ""
    assert not is_url("package.module:function")
    assert not is_url("c://x")
    for bad in ("http:///a", "http://h:99999/", "http://[bad/"):
        with pytest.raises(UsageError):
            read_address(bad)


def test_retry_after() -> None:
    assert seconds_asked_for("12") == 12
    assert seconds_asked_for("Wed, 21 Oct 2015 07:28:00 GMT") == 0
    assert seconds_asked_for(None) is seconds_asked_for("soon") is None


@pytest.mark.parametrize(
    ("path", "template", "adapter", "chosen"),
    [
        ("/v2/models/tiny", "", "openinference", "by the URL's shape"),
        ("/v2/models/tiny/infer", "", "openinference", "by the URL's shape"),
        ("/v2", "", "openinference", "by the URL's shape"),
        ("/v1/models/tiny:predict", "", "tfserving", "by the URL's shape"),
        ("/invocations", "", "mlflow", "by the URL's shape"),
        ("/predictions/tiny", "", "torchserve", "by the URL's shape"),
        ("", "", "mlflow", "by asking the server"),
        ("/score", ITEMS, "json_endpoint", "by the URL's shape"),
    ],
)
def test_how_the_adapter_is_chosen(path: str, template: str, adapter: str, chosen: str) -> None:
    with serving() as fake:
        options = EndpointOptions(template=template, tries=1)
        opened = open_model(fake.url + path, endpoint=options)
    assert opened.format.name == adapter
    facts: Any = getattr(opened.model, "facts", {})
    assert facts["chosen"] == chosen


def test_what_cannot_be_chosen() -> None:
    with serving() as fake, pytest.raises(UnknownFormatError, match="which protocol") as caught:
        open_model(f"{fake.url}/somewhere", endpoint=FAST)
    assert "--adapter" in caught.value.hint
    with serving() as fake, pytest.raises(SignatureError, match="nobody says how"):
        open_model(fake.url, format_name="json", endpoint=FAST)
    with pytest.raises(UsageError, match="no adapter 'jsn'"):
        adapter_name("jsn")
    for adapter, match in (("torchserve", "/predictions/NAME"), ("tfserving", "/v1/models/NAME")):
        with serving() as fake, pytest.raises(BrokenModelError) as broken:
            open_model(fake.url, format_name=adapter, endpoint=FAST)
        assert match in broken.value.hint


def test_signature_comes_from_the_metadata() -> None:
    with serving() as fake:
        oip = open_model(f"{fake.url}/v2/models/tiny", endpoint=FAST).signature
        tfs = open_model(f"{fake.url}/v1/models/tiny", endpoint=FAST).signature
    for signature, name in ((oip, "probabilities"), (tfs, "p")):
        assert signature.metered
        assert [(one.shape, one.dtype) for one in signature.inputs] == [((None, 4), "float64")]
        assert [(one.name, one.shape) for one in signature.outputs] == [(name, (None, 3))]


@pytest.mark.parametrize("metadata", [[], {"metadata": {}}, {"metadata": {"signature_def": 1}}])
def test_metadata_of_another_form(metadata: Any) -> None:
    for path, served in (
        ("/v1/models/tiny", metadata or {"metadata": None}),
        ("/v2/models/tiny", {"inputs": [{"name": "x"}]}),
    ):
        with (
            serving(metadata=served) as fake,
            pytest.raises(BrokenModelError, match="another form"),
        ):
            open_model(fake.url + path, endpoint=FAST)


def test_the_digest_follows_url_settings_and_metadata() -> None:
    def digest(template: str = "", metadata: Any = None) -> str:
        with serving(metadata=metadata) as fake:
            url = f"{fake.url}/v1/models/tiny"
            options = EndpointOptions(template=template, tries=1)
            opened = open_model(url, endpoint=options)
            return json.dumps([opened.file_digest, getattr(opened.model, "identity", "")])

    def identity(text: str) -> str:
        return str(json.loads(text)[1])

    other = {**TFS, "model_spec": {"name": "tiny", "version": 2}}
    found = {identity(digest()), identity(digest('{"labels": ["a"]}')), identity(digest("", other))}
    assert len(found) == 3
    assert digest() != digest(), "another port is another endpoint"
