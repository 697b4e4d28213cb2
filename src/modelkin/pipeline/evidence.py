"""What is needed to recompute or dispute a verdict."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from modelkin.pipeline.binding import Bound
from modelkin.pipeline.commitment import committed_selection
from modelkin.pipeline.concluding import Conclusion
from modelkin.pipeline.material import Material
from modelkin.pipeline.options import CompareOptions
from modelkin.pipeline.power import stated_power
from modelkin.pipeline.stated import stated_result
from modelkin.records import Report
from modelkin.report.as_json import render_json


@dataclass(frozen=True, kw_only=True, eq=False)
class Evidence(Material):
    """What an evidence file holds: the material of a judgement, and what was made of it.

    Attributes:
        stated: verdict, relation, p-value, similarities and null scores as first reported.
        report: the full report, as JSON.
        asked: how much of the answers was seen.
        bound: the commitment that the run held to, or None.
    """

    stated: dict[str, Any]
    report: str
    asked: Mapping[str, Any] = field(default_factory=dict)
    bound: Bound | None = None


def evidence_of(
    material: Material, conclusion: Conclusion, report: Report, options: CompareOptions
) -> Evidence:
    """Evidence of a run.

    Args:
        material: that it judged.
        conclusion: that it came to.
        report: that it made.
        options: of the compare.
    """
    return Evidence(
        source=material.source,
        suspect=material.suspect,
        references=material.references,
        terms=material.terms,
        crafted=material.crafted,
        copies=material.copies,
        top_k=material.top_k,
        replayed=material.replayed,
        stated=stated_result(conclusion.judgement) | stated_power(conclusion.power),
        report=render_json(report),
        asked=asked_how(options),
        bound=options.bound,
    )


def asked_how(options: CompareOptions) -> dict[str, Any]:
    """How much of the answers a compare was told to see, so that it can be asked again."""
    return {
        "access": options.access,
        "top_k": options.top_k,
        "round": options.decimals,
        "queries": options.queries,
        **({"selection": committed_selection(options)} if options.select else {}),
    }
