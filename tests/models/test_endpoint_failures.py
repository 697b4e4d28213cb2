"""Every way an endpoint can fail: one paragraph that names it, the reason and the next step."""

# ruff: noqa: ANN401 (JSON and messages of any form)

import dataclasses
import datetime as dt
import socket
from collections.abc import Callable, Iterator
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.models.fake_server import ITEMS, OIP, Fake, Reply, serving

from modelkin.errors import BrokenModelError, ModelkinError, PredictionError, UsageError
from modelkin.models.endpoints import web
from modelkin.models.opened import OpenedModel, adopt, open_model
from modelkin.records import Collected, EndpointOptions, Modality, Pool
from modelkin.responses.collect import collect

FAST = EndpointOptions(backoff=0.001, timeout=5.0, tries=4)
PATHS = {
    "openinference": "/v2/models/tiny",
    "tfserving": "/v1/models/tiny",
    "mlflow": "/invocations",
    "torchserve": "/predictions/tiny",
    "json": "/score",
}
TEMPLATES = {"mlflow": '{"shape": [4]}', "torchserve": '{"shape": [4]}', "json": ITEMS}


@pytest.fixture
def fake() -> Iterator[Fake]:
    with serving() as running:
        yield running


def make_pool(n: int = 40) -> Pool:
    rows = np.random.default_rng(0).normal(size=(n, 4)).astype(np.float32)
    return Pool(
        name=f"test/d4/n{n}/s0",
        modality=Modality.VECTOR,
        shape=(4,),
        digest=f"{n:064d}",
        parts=("a",) * n,
        read=lambda start, stop: rows[start:stop],
    )


def opened(fake: Fake, adapter: str = "openinference", **changes: Any) -> OpenedModel:
    options = dataclasses.replace(FAST, template=TEMPLATES.get(adapter, ""), **changes)
    return adopt(open_model(fake.url + PATHS[adapter], endpoint=options), (4,))


def ask(model: OpenedModel, folder: Path, n: int = 40) -> Collected:
    return collect(model, make_pool(n), cache=folder)


def require_scores(fake: Fake, found: Collected) -> None:
    """Every answer is the one to its own query."""
    expected = fake.model(make_pool().read(0, 40)).astype(np.float64)
    np.testing.assert_allclose(found.responses.values.astype(np.float64), expected, rtol=1e-12)


def said(error: ModelkinError, fake: Fake) -> str:
    """The message, which must be one paragraph that names the endpoint and a next step."""
    text = str(error)
    assert "\n" not in text
    assert fake.url.removeprefix("http://") in text
    assert len(error.hint) > 20
    return text


@pytest.mark.parametrize("adapter", PATHS)
def test_all_adapters_give_the_same_scores(fake: Fake, tmp_path: Path, adapter: str) -> None:
    model = opened(fake, adapter)
    found = ask(model, tmp_path)
    require_scores(fake, found)
    assert fake.sent == found.asked_now == found.responses.asked == 40
    assert model.wire is not None
    assert model.wire.sent == 40
    assert max(fake.rows) == (1 if adapter == "torchserve" else 8)


@pytest.mark.parametrize("adapter", PATHS)
def test_a_server_that_was_down_is_asked_everything_afterwards(
    fake: Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, adapter: str
) -> None:
    model = opened(fake, adapter)
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        closed = f"http://127.0.0.1:{unused.getsockname()[1]}/infer"
    protocol: Any = model.model.__dict__["_protocol"]
    url = protocol._url
    monkeypatch.setattr(protocol, "_url", closed)
    with pytest.raises(PredictionError, match=r"cannot be reached .*\(4 tries\)") as caught:
        ask(model, tmp_path)
    said(caught.value, fake)
    monkeypatch.setattr(protocol, "_url", url)
    found = ask(model, tmp_path)
    assert (found.lost, found.asked_now, fake.sent) == (0, 40, 40)


def test_unreachable_at_opening() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/v2/models/tiny"
    with pytest.raises(BrokenModelError, match="cannot be reached"):
        open_model(url, endpoint=FAST)


@pytest.mark.parametrize("path", ["/v2/models/none", "/v1/models/none"])
def test_missing_model(fake: Fake, path: str) -> None:
    with pytest.raises(BrokenModelError) as caught:
        open_model(fake.url + path, endpoint=FAST)
    said(caught.value, fake)
    assert "model's name" in caught.value.hint


@pytest.mark.parametrize("adapter", PATHS)
@pytest.mark.parametrize(
    ("fault", "match", "hint"),
    [
        (Reply({"error": "no"}, status=401), "answered 401", "--header"),
        (Reply({"error": "no"}, status=404), "answered 404", "--adapter"),
        (Reply({"error": "column y"}, status=400), "answered 400: .*column y", "inspect"),
        (Reply(b"", status=302, headers={"Location": "/x"}), "somewhere else", "redirects"),
        (Reply(b'{"outputs": [{"na'), "JSON cut short", "curl"),
        (Reply({"other": 1}), "answered", "curl"),
        (Reply(b"[" * 100_000), "no JSON", "curl"),
    ],
)
def test_what_does_not_pass_is_not_tried_again(
    fake: Fake, tmp_path: Path, adapter: str, fault: Reply, match: str, hint: str
) -> None:
    if adapter in {"json", "torchserve"} and fault.body == {"other": 1}:
        pytest.skip("any JSON is an answer there")
    model = opened(fake, adapter)
    fake.faults = [None, fault]
    with pytest.raises(PredictionError, match=match) as caught:
        ask(model, tmp_path)
    said(caught.value, fake)
    assert hint in caught.value.hint
    assert len(fake.rows) == 2
    first, failed = fake.rows
    again = ask(model, tmp_path)
    assert again.asked_now == 40 - first - failed
    assert (again.lost, fake.sent) == (failed, 40)


def test_busy_with_retry_after_is_waited_for(
    fake: Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    monkeypatch.setattr("tenacity.nap.time.sleep", waited.append)
    soon = format_datetime(dt.datetime.now(dt.UTC) + dt.timedelta(seconds=30), usegmt=True)
    fake.faults = [
        Reply(status=429, headers={"Retry-After": "7"}),
        Reply(status=503, headers={"Retry-After": soon}),
    ]
    found = ask(opened(fake), tmp_path)
    first, second = (wait for wait in waited if wait)
    assert first == 7
    assert 25 < second <= 30
    assert found.lost == 16
    assert (fake.sent, found.responses.asked, found.asked_now) == (40, 40, 40)


def test_a_wait_without_end_is_refused(fake: Fake, tmp_path: Path) -> None:
    fake.faults = [Reply(status=429, headers={"Retry-After": "86400"})]
    with pytest.raises(PredictionError, match="asks to wait 86400 s") as caught:
        ask(opened(fake), tmp_path)
    assert "--rate" in caught.value.hint


def test_two_failures_then_fine_and_the_budget_counts_them(fake: Fake, tmp_path: Path) -> None:
    fake.faults = [Reply({"error": "oops"}, status=500)] * 2
    found = ask(opened(fake), tmp_path)
    assert fake.rows == [8, 8, 8, 8, 8]
    assert (found.responses.asked, found.lost, len(found.responses)) == (40, 16, 24)
    assert ask(opened(fake), tmp_path).asked_now == 0, "the budget is spent for good"
    assert fake.sent == 40


def test_failure_for_good_names_the_tries_and_never_exceeds(fake: Fake, tmp_path: Path) -> None:
    fake.faults = [Reply({"error": "oops"}, status=500)] * 4
    with pytest.raises(PredictionError, match=r"answered 500: .*oops.* \(4 tries\)") as caught:
        ask(opened(fake), tmp_path)
    said(caught.value, fake)
    found = ask(opened(fake), tmp_path)
    assert (fake.sent, found.lost, found.asked_now) == (40, 32, 8)


def test_retries_stop_at_the_budget(fake: Fake, tmp_path: Path) -> None:
    fake.faults = [None] * 4 + [Reply(status=500)] * 9
    found = ask(opened(fake), tmp_path)
    assert (fake.sent, found.lost) == (40, 8)


def test_timeout(fake: Fake, tmp_path: Path) -> None:
    fake.faults = [Reply(delay=1.0)]
    found = ask(opened(fake, timeout=0.2), tmp_path)
    assert (found.lost, fake.sent) == (8, 40)
    fake.faults = [Reply(delay=1.0)] * 2
    with pytest.raises(
        PredictionError, match=r"no whole answer within 0.2 s \(2 tries\)"
    ) as caught:
        ask(opened(fake, timeout=0.2, tries=2), tmp_path / "other")
    assert "--timeout" in caught.value.hint


def test_connection_broken_off(fake: Fake, tmp_path: Path) -> None:
    fake.faults = [Reply(b'{"outputs"', cut=True)]
    assert ask(opened(fake), tmp_path).lost == 8


def test_huge_body(fake: Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = opened(fake)
    monkeypatch.setattr(web, "_MOST_BYTES", 2**20)
    fake.faults = [Reply(b"[" + b"1," * 2**20)]
    with pytest.raises(PredictionError, match="more than 1 MiB") as caught:
        ask(model, tmp_path)
    said(caught.value, fake)


def _oip(change: Callable[[dict[str, Any]], object]) -> Callable[[Any], Any]:
    def changed(answer: Any) -> Any:
        change(answer["outputs"][0])
        return answer

    return changed


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (_oip(lambda t: t.update(name="other")), "tensors other, not probabilities"),
        (_oip(lambda t: t.update(shape=[4, 2])), "do not fit"),
        (_oip(lambda t: t.update(datatype="COMPLEX")), "do not fit"),
        (_oip(lambda t: t.update(data=["a"])), "instead of numbers"),
        (_oip(lambda t: t.update(shape=[1, 3], data=t["data"][:3])), "for 8 queries"),
        (lambda answer: answer | {"id": "another"}, "another request"),
        (lambda answer: answer | {"outputs": []}, "tensors none"),
    ],
)
def test_schema_mismatch(
    fake: Fake, tmp_path: Path, change: Callable[[Any], Any], match: str
) -> None:
    fake.change = change
    with pytest.raises(PredictionError, match=match):
        ask(opened(fake), tmp_path)


@pytest.mark.parametrize("adapter", ["tfserving", "mlflow", "json"])
def test_wrong_number_of_answers(fake: Fake, tmp_path: Path, adapter: str) -> None:
    key = "results" if adapter == "json" else "predictions"
    fake.change = lambda answer: {key: answer[key][:-1]}
    with pytest.raises(PredictionError, match=r"7 answers to 8 queries|other ids") as caught:
        ask(opened(fake, adapter), tmp_path)
    said(caught.value, fake)


def test_nan_and_null_are_left_out(fake: Fake, tmp_path: Path) -> None:
    def spoiled(answer: Any) -> Any:
        answer["predictions"][0] = [None] * 3
        answer["predictions"][1][1] = float("nan")
        return answer

    fake.change = spoiled
    assert ask(opened(fake, "tfserving"), tmp_path).unusable == 10


def test_answers_in_another_order(fake: Fake, tmp_path: Path) -> None:
    fake.change = lambda answer: {"results": answer["results"][::-1]}
    found = ask(opened(fake, "json"), tmp_path)
    require_scores(fake, found)


@pytest.mark.parametrize("refusal", [413, 400])
@pytest.mark.parametrize("adapter", ["openinference", "json"])
def test_batches_are_halved_until_they_are_taken(
    fake: Fake, tmp_path: Path, adapter: str, refusal: int
) -> None:
    fake.most, fake.refusal = 3, refusal
    found = ask(opened(fake, adapter), tmp_path)
    assert fake.rows[:4] == [8, 4, 2, 2]
    assert (fake.sent, found.lost) == (40, 12)
    assert set(fake.rows[2:]) == {2}


def test_one_query_that_is_too_large(fake: Fake, tmp_path: Path) -> None:
    fake.most = 0
    with pytest.raises(PredictionError, match="answered 413") as caught:
        ask(opened(fake, max_batch=1), tmp_path)
    assert "smaller size" in caught.value.hint


def test_a_server_that_says_one_thing_to_everything(fake: Fake, tmp_path: Path) -> None:
    fake.model = lambda rows: np.full((len(rows), 3), 1 / 3)
    with pytest.raises(PredictionError, match="one and the same answer"):
        ask(opened(fake), tmp_path)


def test_rate_is_kept(fake: Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr("modelkin.models.endpoints.dispatch.time.sleep", waits.append)
    ask(opened(fake, rate=2.0), tmp_path)
    assert sum(wait > 0.3 for wait in waits) >= 4


def test_fixed_batch_size_of_the_metadata(fake: Fake, tmp_path: Path) -> None:
    fake.metadata = OIP | {"inputs": [{"name": "x", "datatype": "FP64", "shape": [1, 4]}]}
    ask(opened(fake, max_batch=32), tmp_path)
    assert set(fake.rows) == {1}


SECRET = "Bearer s3cr3t-t0ken"  # noqa: S105 (made up)


def test_secrets_reach_the_server_and_nothing_else(
    fake: Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    headers = (("Authorization", "MY_TOKEN"),)
    with pytest.raises(UsageError, match="'MY_TOKEN', which is not set"):
        opened(fake, headers=headers)
    monkeypatch.setenv("MY_TOKEN", SECRET)
    fake.key = SECRET
    model = opened(fake, headers=headers)
    ask(model, tmp_path)
    assert fake.seen["Authorization"] == SECRET
    kept = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert b"t0ken" not in kept
    assert "t0ken" not in f"{model} {vars(model.model)} {model.format} {model.format.params}"


def test_secrets_that_a_server_echoes_are_blotted_out(
    fake: Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_TOKEN", SECRET)
    headers = (("Authorization", "MY_TOKEN"),)
    model = opened(fake, headers=headers)
    for body in ({"error": f"refused {SECRET}"}, {"error": "refused s3cr3t-t0ken"}):
        for status in (200, 400, 500):
            fake.faults = [Reply(json_bytes(body) + b"{", status=status)] * 4
            with pytest.raises(PredictionError) as caught:
                ask(model, tmp_path / f"{status}{len(str(body))}")
            assert "t0ken" not in f"{caught.value} {caught.value.hint}"
            assert "[secret]" in str(caught.value)


def json_bytes(body: Any) -> bytes:
    return Reply(body).content


@pytest.mark.parametrize(
    "url", ["http://me:pw@127.0.0.1/v2/models/m", "http://127.0.0.1/v2/models/m?api_key=abc123"]
)
def test_secrets_in_urls_are_refused_without_showing_them(url: str) -> None:
    with pytest.raises(UsageError) as caught:
        open_model(url, endpoint=FAST)
    assert "abc123" not in str(caught.value)
    assert "pw" not in str(caught.value).replace("password", "")
    assert "env:VARIABLE" in caught.value.hint
