"""A scan as a CycloneDX 1.6 bill of materials for machine learning."""

import datetime as dt
import json
import uuid
from collections.abc import Iterable
from typing import Any

from modelkin.apps.output.wording import kin_text, weights_text
from modelkin.apps.scan_report import Kin, ScannedApp, ScannedModel, ScanReport
from modelkin.models.extras import require
from modelkin.records import Verdict
from modelkin.report.formatting import plain

EXTRA = "apps"
_NOTE = "related by behaviour; which of the two came first is not shown"
_NAMESPACE = uuid.UUID("6f0f2bd0-7a8b-5d0c-9a55-3d8a1f6c2c11")


def require_sbom() -> None:
    """Refuse early what cannot be written in the end.

    Raises:
        MissingDependencyError: cyclonedx-python-lib is not installed.
    """
    require("cyclonedx.output.json", EXTRA, what="a bill of materials")


def scan_sbom(report: ScanReport) -> str:
    """The apps and models as components; kin that was shown stands in their pedigree.

    Equal scans give equal serial numbers.

    Raises:
        MissingDependencyError: cyclonedx-python-lib is not installed.
    """
    require_sbom()
    return _Writer().write(report)


class _Writer:
    """Makes records of the library, which is imported only where it is needed."""

    def __init__(self) -> None:
        self._model = require("cyclonedx.model", EXTRA)
        self._component = require("cyclonedx.model.component", EXTRA)
        self._bom = require("cyclonedx.model.bom", EXTRA)

    def write(self, report: ScanReport) -> str:
        models = {one.name: self._of_model(one) for one in report.models}
        apps = [self._of_app(one) for one in report.apps]
        scanner = self._component.Component(
            name="modelkin",
            type=self._component.ComponentType.APPLICATION,
            version=report.run.versions.get("modelkin", ""),
            bom_ref="modelkin",
        )
        tools = require("cyclonedx.model.tool", EXTRA).ToolRepository(components=[scanner])
        about = json.dumps(
            [[one.name, one.digest] for one in report.apps]
            + [[one.name, one.digest] for one in report.models]
        )
        bom = self._bom.Bom(
            serial_number=uuid.uuid5(_NAMESPACE, about),
            metadata=self._bom.BomMetaData(
                tools=tools, timestamp=dt.datetime.fromisoformat(report.run.started)
            ),
            components=[*apps, *models.values()],
        )
        for app, record in zip(report.apps, apps, strict=True):
            held = [models[one.name] for one in report.models if app.name in one.apps]
            bom.register_dependency(record, held)
        output = require("cyclonedx.output.json", EXTRA).JsonV1Dot6(bom)
        text: str = output.output_as_string(indent=2)
        return text + "\n"

    def _of_app(self, app: ScannedApp) -> Any:  # noqa: ANN401 (the library's)
        identity = app.identity
        about = {
            "modelkin:sort": identity.sort,
            "modelkin:file": plain(app.name),
            "modelkin:signer:sha256": identity.signer,
        }
        return self._component.Component(
            name=plain(identity.package or app.name),
            type=self._component.ComponentType.APPLICATION,
            version=plain(identity.version) or None,
            bom_ref=f"app:{app.name}",
            hashes=self._hashes(app.digest),
            properties=self._properties(about),
        )

    def _of_model(self, model: ScannedModel) -> Any:  # noqa: ANN401
        related = [one for one in model.judged if one.verdict is Verdict.RELATED]
        about = {"modelkin:kind": model.kind, "modelkin:size": str(model.size)}
        about |= {f"modelkin:part:{name}:sha256": digest for name, digest in model.parts.items()}
        places = [("modelkin:place", plain(place)) for place in model.places]
        judged = [(f"modelkin:compared:{one.where}", kin_text(one)) for one in model.judged]
        cues = [
            ("modelkin:weights", f"{plain(one.name)}: {weights_text(one.weights)}")
            for one in model.cues
            if one.weights is not None
        ]
        pedigree = None
        if related:
            unique = {(one.where, one.name): one for one in related}.values()
            pedigree = self._component.Pedigree(
                ancestors=[self._of_kin(model, one) for one in unique if one.where == "zoo"],
                variants=[self._of_kin(model, one) for one in unique if one.where == "app"],
                notes=_NOTE,
            )
        return self._component.Component(
            name=plain(model.name),
            type=self._component.ComponentType.MACHINE_LEARNING_MODEL,
            description=model.title,
            bom_ref=f"model:{model.kind}:{model.digest}:{model.name}",
            hashes=self._hashes(model.digest),
            pedigree=pedigree,
            properties=[*self._properties(about), *self._properties([*places, *judged, *cues])],
        )

    def _of_kin(self, model: ScannedModel, kin: Kin) -> Any:  # noqa: ANN401
        about = {
            "modelkin:verdict": kin.verdict,
            "modelkin:relation": kin.relation or "",
            "modelkin:method": kin.method,
            "modelkin:similarity": _text(kin.similarity),
            "modelkin:p-value": _text(kin.p_value),
            "modelkin:p-adjusted": _text(kin.p_adjusted),
            "modelkin:families": str(kin.families),
            "modelkin:reason": plain(kin.reason),
        }
        return self._component.Component(
            name=plain(kin.name),
            type=self._component.ComponentType.MACHINE_LEARNING_MODEL,
            bom_ref=f"kin:{model.digest}:{model.name}:{kin.where}:{kin.name}",
            properties=self._properties(about),
        )

    def _hashes(self, digest: str) -> list[Any]:
        algorithm = self._model.HashAlgorithm.SHA_256
        return [self._model.HashType(alg=algorithm, content=digest)] if digest else []

    def _properties(self, about: dict[str, str] | Iterable[tuple[str, str]]) -> list[Any]:
        pairs = about.items() if isinstance(about, dict) else about
        return [self._model.Property(name=name, value=value) for name, value in pairs if value]


def _text(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}"
