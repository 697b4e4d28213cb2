"""Frozen dataclasses that the stages exchange; nothing here computes a comparison."""

from modelkin.records.batch import Batch
from modelkin.records.collected import Collected
from modelkin.records.columns import ColumnKind, ColumnSpec
from modelkin.records.dataset import DatasetReport, Effect, Role, Share, UseDecision, UseScore
from modelkin.records.decision import Decision, Null, NullScore
from modelkin.records.draw import Draw
from modelkin.records.endpoint import EndpointOptions
from modelkin.records.fingerprint import Fingerprint
from modelkin.records.limits import Limits
from modelkin.records.outcomes import Failed, Skipped
from modelkin.records.parity import Parity, ParityLevel
from modelkin.records.pool import Pool
from modelkin.records.power import CopyFound, KindPower, Power
from modelkin.records.precision import Precision
from modelkin.records.preprocessing import Origin, Preprocessing
from modelkin.records.report import (
    Exhibit,
    ModelCard,
    PartCoverage,
    PoolInfo,
    Report,
    RunInfo,
)
from modelkin.records.responses import Responses
from modelkin.records.selection import Anytime, Selection, Stop
from modelkin.records.signature import Signature, TensorSpec
from modelkin.records.similarity import Similarity
from modelkin.records.steadiness import Steadiness, SteadinessKind
from modelkin.records.suspicion import Suspicion
from modelkin.records.swap import Chair, Swap
from modelkin.records.vocabulary import (
    Access,
    AnyArray,
    BoolArray,
    FloatArray,
    IntArray,
    Modality,
    NullKind,
    OutputKind,
    Relation,
    Verdict,
)

__all__ = [
    "Access",
    "AnyArray",
    "Anytime",
    "Batch",
    "BoolArray",
    "Chair",
    "Collected",
    "ColumnKind",
    "ColumnSpec",
    "CopyFound",
    "DatasetReport",
    "Decision",
    "Draw",
    "Effect",
    "EndpointOptions",
    "Exhibit",
    "Failed",
    "Fingerprint",
    "FloatArray",
    "IntArray",
    "KindPower",
    "Limits",
    "Modality",
    "ModelCard",
    "Null",
    "NullKind",
    "NullScore",
    "Origin",
    "OutputKind",
    "Parity",
    "ParityLevel",
    "PartCoverage",
    "Pool",
    "PoolInfo",
    "Power",
    "Precision",
    "Preprocessing",
    "Relation",
    "Report",
    "Responses",
    "Role",
    "RunInfo",
    "Selection",
    "Share",
    "Signature",
    "Similarity",
    "Skipped",
    "Steadiness",
    "SteadinessKind",
    "Stop",
    "Suspicion",
    "Swap",
    "TensorSpec",
    "UseDecision",
    "UseScore",
    "Verdict",
]
