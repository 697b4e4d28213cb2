"""A custom model in KServe's Python server: kserve_server.py CLASSIFIER.joblib HTTP_PORT."""

# ruff: noqa: ANN401, ARG002 (JSON and messages of any form)

import sys
from typing import Any

import joblib
import kserve
import numpy as np
from kserve.utils.utils import get_predict_response


class Classifier(kserve.Model):
    """Probabilities of a scikit-learn classifier."""

    def __init__(self, path: str) -> None:
        super().__init__("classifier")
        self.model = joblib.load(path)
        self.ready = True

    def predict(self, payload: Any, headers: Any = None, response_headers: Any = None) -> Any:
        """Answer both of KServe's protocols."""
        if isinstance(payload, dict):
            rows = np.array(payload["instances"])
            return {"predictions": self.model.predict_proba(rows).tolist()}
        rows = payload.inputs[0].as_numpy()
        return get_predict_response(payload, self.model.predict_proba(rows), self.name)


if __name__ == "__main__":
    server = kserve.ModelServer(http_port=int(sys.argv[2]), enable_grpc=False, workers=1)
    server.start([Classifier(sys.argv[1])])
