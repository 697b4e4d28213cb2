"""An API that takes pictures as base64: picture_api.py MODEL.onnx PORT."""

# ruff: noqa: ANN401 (JSON and messages of any form)

import base64
import io
import sys
from typing import Annotated, Any

import numpy as np
import onnxruntime
import uvicorn
from fastapi import FastAPI, Header, HTTPException
from PIL import Image

app = FastAPI()
session = onnxruntime.InferenceSession(sys.argv[1])
[given] = session.get_inputs()


@app.get("/health")
def health() -> dict[str, bool]:
    """Whether it is ready."""
    return {"ready": True}


@app.post("/classify")
def classify(request: dict[str, Any], x_key: Annotated[str, Header()] = "") -> dict[str, Any]:
    """Scores of every picture, best first and with names, in an order of its own."""
    if x_key != "open-sesame":
        raise HTTPException(401, f"the key {x_key!r} is wrong")
    pictures = request["pictures"]
    files = [base64.b64decode(one["png"].partition(",")[2]) for one in pictures]
    pixels = np.stack([np.asarray(Image.open(io.BytesIO(file)).convert("L")) for file in files])
    [scores] = session.run(None, {given.name: _fed(pixels)})
    odds = np.exp(scores - scores.max(axis=1, keepdims=True))
    odds /= odds.sum(axis=1, keepdims=True)
    answers = [
        {
            "id": picture["id"],
            "classes": [
                {"label": f"class-{place}", "score": float(row[place])}
                for place in np.argsort(-row)
            ],
        }
        for picture, row in zip(pictures, odds, strict=True)
    ]
    return {"answers": answers[::-1]}


def _fed(pixels: Any) -> Any:
    """Grey pictures as the example models want them."""
    sizes = [size if isinstance(size, int) else len(pixels) for size in given.shape]
    return (pixels.astype(np.float32) / 255).reshape(len(pixels), *sizes[1:])


uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[2]), log_level="warning")
