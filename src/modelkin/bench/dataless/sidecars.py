"""How each classifier is fed, in the JSON beside it: ``modelkin`` takes the zoo as it is."""

import json

from modelkin.bench.dataless.image_set import SIZE
from modelkin.bench.dataless.member import Kind
from modelkin.bench.dataless.zoo import Zoo
from modelkin.models.sidecar import sidecar_path

_FED = {
    Kind.CNN: {"convention": "[0,1]"},
    Kind.SVM: {"shape": [SIZE, SIZE, 1], "convention": "[0,255]"},
}


def write_sidecars(zoo: Zoo) -> None:
    """State the range of pixels, and the shape that pipelines of scikit-learn leave open."""
    for member in zoo.members:
        fed = _FED.get(member.kind)
        if fed is not None and zoo.built(member):
            path = sidecar_path(zoo.model(member))
            path.write_text(json.dumps({"preprocessing": fed}) + "\n", encoding="utf-8")
