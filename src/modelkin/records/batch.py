"""What is put to a model at once."""

from dataclasses import dataclass

from modelkin.records.vocabulary import AnyArray


@dataclass(frozen=True, eq=False)
class Batch:
    """Queries in a model's own tensors.

    Attributes:
        ids: query ids, which recorded answers are looked up by.
        inputs: one array per input tensor, batch axis first.
    """

    ids: tuple[str, ...]
    inputs: tuple[AnyArray, ...]

    def __len__(self) -> int:
        return len(self.ids)
