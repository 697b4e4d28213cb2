"""The zoo on disk: models, logs and what became of each."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from modelkin.bench.dataless.member import Kind, Member

_RECIPES = 1  # raised when a recipe changes, so that older models are not taken for new ones


@dataclass(frozen=True, kw_only=True)
class Zoo:
    """A folder with the models of a grammar.

    Attributes:
        folder: holds ``models/``, ``logs/``, ``sets/``, ``queries/`` and ``answers/``.
        members: every model that belongs there.
        makers: GANs beside them, whose samples are queries.
        shorten: factor on the training lengths.
    """

    folder: Path
    members: tuple[Member, ...]
    makers: tuple[Member, ...] = ()
    shorten: float = 1.0

    def model(self, member: Member) -> Path:
        """Its file; of a GAN, that of the generator."""
        return self.folder / "models" / f"{member.name}{member.kind.suffix}"

    def critic(self, member: Member) -> Path:
        """File of a GAN's critic."""
        return self.folder / "models" / f"{member.name}.critic.onnx"

    def recipe(self, member: Member) -> dict[str, Any]:
        """All that decides what a model becomes."""
        return {"recipes": _RECIPES, "shorten": self.shorten, **asdict(member)}

    def log(self, member: Member) -> dict[str, Any] | None:
        """What its training wrote, or None when it is not built by the present recipe."""
        path = self._log_path(member)
        if not path.is_file():
            return None
        try:
            log: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            return None
        if log.get("recipe") != self.recipe(member):
            return None
        files = [self.model(member)]
        if member.kind is Kind.GAN:
            files.append(self.critic(member))
        return log if "failed" in log or all(file.is_file() for file in files) else None

    def built(self, member: Member) -> bool:
        """Whether it can be asked."""
        log = self.log(member)
        return log is not None and "failed" not in log

    def keep(self, member: Member, log: Mapping[str, Any]) -> None:
        """Write down how a training went; the last step of building a model."""
        path = self._log_path(member)
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{path.name}.part")
        content = {"recipe": self.recipe(member), **log}
        part.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
        part.replace(path)

    def holes(self) -> dict[str, str]:
        """Models that are not there, with the reason."""
        found = {}
        for member in (*self.members, *self.makers):
            log = self.log(member)
            if log is None:
                found[member.name] = "not built yet"
            elif "failed" in log:
                found[member.name] = str(log["failed"])
        return found

    def _log_path(self, member: Member) -> Path:
        return self.folder / "logs" / f"{member.name}.json"
