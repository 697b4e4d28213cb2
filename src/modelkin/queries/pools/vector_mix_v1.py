"""The first mixture of rows."""

from dataclasses import dataclass
from typing import ClassVar

from modelkin.protocols import PoolRecipe, Portion
from modelkin.queries.generators.heavy_tailed_rows import HeavyTailedRows
from modelkin.queries.generators.normal_rows import NormalRows
from modelkin.queries.generators.sparse_rows import SparseRows
from modelkin.queries.generators.stepped_rows import SteppedRows
from modelkin.queries.generators.twin_rows import TwinRows
from modelkin.queries.generators.uniform_rows import UniformRows
from modelkin.records import Modality


@dataclass(frozen=True)
class VectorMixV1(PoolRecipe):
    """Rows for standardized columns: 36 % normal at three scales, 20 % uniform, 32 % odd ones.

    The rest, 12 %, are twins.
    """

    name: ClassVar[str] = "vector_mix_v1"
    modality: ClassVar[Modality] = Modality.VECTOR

    def mixture(self) -> tuple[Portion, ...]:
        """One round: 47 groups, 50 queries."""
        return (
            Portion("normal-.3", NormalRows(sd=0.3), 5),
            Portion("normal-1", NormalRows(sd=1.0), 8),
            Portion("normal-3", NormalRows(sd=3.0), 5),
            Portion("uniform-0-1", UniformRows(low=0.0, high=1.0), 5),
            Portion("uniform-2", UniformRows(low=-2.0, high=2.0), 5),
            Portion("heavy-tailed", HeavyTailedRows(), 5),
            Portion("sparse", SparseRows(), 6),
            Portion("stepped", SteppedRows(), 5),
            Portion("twins", TwinRows(), 3),
        )
