"""The models of the study on disk."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from modelkin.bench.heads.head import Head, Tuning
from modelkin.bench.modelreuse.entry import Entry
from modelkin.bench.modelreuse.zoo import Zoo

_RECIPES = 1  # raised when a recipe changes, so that older models are not taken for new ones


@dataclass(frozen=True, kw_only=True)
class HeadZoo:
    """A folder of heads, over the backbones of a ModelReuse zoo.

    Attributes:
        folder: holds ``models/``, ``logs/``, ``answers/`` and ``sets/``.
        bases: the zoo of the backbones.
        heads: every model that belongs there.
    """

    folder: Path
    bases: Zoo
    heads: tuple[Head, ...]

    def base(self, head: Head) -> Entry:
        """Its backbone."""
        return self.bases.by_name[head.backbone]

    def model(self, head: Head) -> Path:
        """Its ONNX file."""
        if head.tuning is Tuning.ORIGINAL:
            return self.bases.model(self.base(head))
        return self.folder / "models" / f"{head.name}.onnx"

    def answers(self, head: Head, key: str) -> Path:
        """What it answered to one set of queries."""
        return self.folder / "answers" / key / f"{head.name}.npy"

    def crafted(self, backbone: str, key: str) -> Path:
        """Queries made for the original model of a backbone."""
        return self.folder / "queries" / key / f"{backbone}.npy"

    def log(self, head: Head) -> dict[str, Any] | None:
        """What its training wrote, or None when it is not built by the present recipe."""
        path = self._log_path(head)
        if not path.is_file():
            return None
        try:
            log: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            return None
        same = log.get("recipe") == json.loads(json.dumps(self._recipe(head)))
        return log if same and self.model(head).is_file() else None

    def keep(self, head: Head, log: Mapping[str, Any]) -> None:
        """Write down how a training went; the last step of making a model."""
        path = self._log_path(head)
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{path.name}.part")
        part.write_text(json.dumps({"recipe": self._recipe(head), **log}), encoding="utf-8")
        part.replace(path)

    def _recipe(self, head: Head) -> dict[str, Any]:
        return {"recipes": _RECIPES, "shorten": self.bases.shorten, **asdict(head)}

    def _log_path(self, head: Head) -> Path:
        return self.folder / "logs" / f"{head.name}.json"
