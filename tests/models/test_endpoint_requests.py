"""What travels: single queries, columns, pictures, several inputs and outputs."""

# ruff: noqa: ANN401 (JSON of any form)

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.models.fake_server import OIP, TFS, Reply, serving, softmax
from tests.models.test_endpoint_failures import FAST, ask, require_scores

from modelkin.errors import BrokenModelError, PredictionError, SignatureError
from modelkin.models.opened import OpenedModel, open_model
from modelkin.protocols import Model
from modelkin.records import Batch, EndpointOptions


def opened(url: str, **template: Any) -> OpenedModel:
    options = EndpointOptions(backoff=0.001, tries=2, template=json.dumps(template))
    return open_model(url, endpoint=options)


def put(model: Model, *inputs: Any) -> tuple[Any, ...]:
    ids = tuple(str(row) for row in range(len(inputs[0])))
    return model.predict(Batch(ids=ids, inputs=tuple(np.asarray(one) for one in inputs)))


def test_one_query_a_request(tmp_path: Path) -> None:
    with serving() as fake:
        model = opened(f"{fake.url}/score-one", request={"x": "$query"}, response="p", shape=[4])
        require_scores(fake, ask(model, tmp_path))
        assert set(fake.rows) == {1}


def test_a_wrong_expression_is_named(tmp_path: Path) -> None:
    with serving() as fake:
        one = {"request": {"x": "$query"}, "shape": [4]}
        with pytest.raises(SignatureError, match="no JMESPath"):
            opened(f"{fake.url}/score-one", response="p[", **one)
        with pytest.raises(PredictionError, match="nothing where 'q' looks"):
            ask(opened(f"{fake.url}/score-one", response="q", **one), tmp_path)
        with pytest.raises(PredictionError, match="cannot search"):
            ask(opened(f"{fake.url}/score-one", response="abs(p)", **one), tmp_path / "b")


@pytest.mark.parametrize("path", ["/predictions/picture", "/v1/models/pictures"])
def test_pictures_travel_as_files(path: str) -> None:
    pictures = np.random.default_rng(0).integers(0, 256, (3, 2, 2, 1)).astype(np.uint8)
    with serving() as fake:
        model = opened(fake.url + path, images="png", shape=[2, 2, 1]).model
        (found,) = put(model, pictures)
        np.testing.assert_allclose(found, softmax(pictures.reshape(3, 4) / 255))


def test_columns_travel_as_a_data_frame() -> None:
    with serving() as fake:
        model = opened(f"{fake.url}/invocations", columns=["a", "b"], shape=[2]).model
        fake.faults = [Reply({"predictions": [1, 2]})]
        (found,) = put(model, np.eye(2))
        assert found.tolist() == [1, 2]
        frame = {"columns": ["a", "b"], "data": [[1.0, 0.0], [0.0, 1.0]]}
        assert fake.bodies == [{"dataframe_split": frame}]


def test_several_outputs_keep_the_order_of_the_metadata() -> None:
    scores = np.full((2, 3), 0.5)
    with serving() as fake:
        fake.metadata = json.loads(json.dumps(TFS))
        known = fake.metadata["metadata"]["signature_def"]["signature_def"]["serving_default"]
        known["outputs"]["a"] = {"dtype": "DT_INT64", "tensor_shape": {"dim": [{"size": "-1"}]}}
        model = opened(f"{fake.url}/v1/models/tiny").model
        answers = [{"p": row, "a": 7} for row in scores.tolist()]
        fake.faults = [Reply({"predictions": answers})]
        labels, found = put(model, np.zeros((2, 4)))
        assert labels.tolist() == [7, 7]
        np.testing.assert_array_equal(found, scores)
        fake.faults = [Reply({"predictions": [{"p": [1]}] * 2})]
        with pytest.raises(PredictionError, match="without the output 'a'"):
            put(model, np.zeros((2, 4)))
        fake.faults = [Reply({"predictions": {"p": [[0.1, 0.9]] * 2, "label": [1, 0]}})]
        labels, found = put(opened(f"{fake.url}/invocations").model, np.zeros((2, 4)))
        assert labels.tolist() == [1, 0]


def test_several_inputs_travel_by_name() -> None:
    columns = [{"name": name, "datatype": "FP32", "shape": [-1, 1]} for name in "ab"]
    with serving(metadata={**OIP, "inputs": columns, "outputs": []}) as fake:
        model = opened(f"{fake.url}/v2/models/tiny").model
        fake.faults = [Reply({"outputs": []})]
        with pytest.raises(PredictionError, match="tensors none"):
            put(model, np.zeros((2, 1), np.float32), np.ones((2, 1), np.float32))
        [body] = fake.bodies
        assert [(one["name"], one["data"]) for one in body["inputs"]] == [
            ("a", [0.0, 0.0]),
            ("b", [1.0, 1.0]),
        ]


def test_class_names_in_tensors_become_places() -> None:
    tensor = {"name": "class", "datatype": "BYTES", "shape": [2, 1], "data": ["bee", "ant"]}
    with serving(metadata={**OIP, "outputs": []}) as fake:
        model = opened(f"{fake.url}/v2/models/tiny", labels=["ant", "bee"]).model
        fake.faults = [Reply({"outputs": [tensor]})]
        (found,) = put(model, np.zeros((2, 4)))
        assert found.tolist() == [1, 0]


def test_a_server_with_one_model_need_not_be_told_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving() as fake:
        model = open_model(f"{fake.url}/v2", endpoint=FAST)
        require_scores(fake, ask(model, tmp_path))
        two = Reply([{"name": "b"}, {"name": "a"}])
        monkeypatch.setattr(fake, "post", lambda *_: two)
        with pytest.raises(BrokenModelError, match="it holds a, b") as caught:
            open_model(f"{fake.url}/v2", endpoint=FAST)
        assert caught.value.hint.endswith("/v2/models/a")
        monkeypatch.setattr(fake, "post", lambda *_: Reply(status=404))
        with pytest.raises(BrokenModelError, match="it lists none"):
            open_model(f"{fake.url}/v2", endpoint=FAST)
