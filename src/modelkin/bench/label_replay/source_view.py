"""What an examiner knows about the candidates before a suspect is asked."""

from dataclasses import dataclass

from modelkin.answers.label_candidates import LabelCandidates
from modelkin.bench.label_replay.recorded import LabelArray
from modelkin.records import FloatArray


@dataclass(frozen=True, kw_only=True, eq=False)
class SourceView:
    """Candidates as one source and the references see them, in random order.

    Attributes:
        predicted: (candidates,) the source's labels.
        truth: (candidates,) true labels.
        p0: (candidates,) chance that an honest model agrees with the source.
        changed: (kinds, candidates) share of the source's variants of a kind that do not.
        known: what a selector sees: labels of source, references and own copies.
    """

    predicted: LabelArray
    truth: LabelArray
    p0: FloatArray
    changed: FloatArray
    known: LabelCandidates

    def first(self, n: int) -> "SourceView":
        """The same for the first candidates only."""
        return SourceView(
            predicted=self.predicted[:n],
            truth=self.truth[:n],
            p0=self.p0[:n],
            changed=self.changed[:, :n],
            known=self.known,
        )
