"""What the row generators draw has the distribution that their names say."""

import numpy as np
import pytest

from modelkin.protocols import QueryGenerator
from modelkin.queries.generators.heavy_tailed_rows import HeavyTailedRows
from modelkin.queries.generators.latent_normal import LatentNormal
from modelkin.queries.generators.normal_rows import NormalRows
from modelkin.queries.generators.sparse_rows import SparseRows
from modelkin.queries.generators.stepped_rows import SteppedRows
from modelkin.queries.generators.token_rows import TokenRows
from modelkin.queries.generators.twin_rows import TwinRows
from modelkin.queries.generators.uniform_rows import UniformRows
from modelkin.queries.randomness import keyed
from modelkin.records import FloatArray


def drawn(generator: QueryGenerator, columns: int = 20_000) -> FloatArray:
    made = generator.draw(keyed("rows"), (columns,))
    assert made.dtype == np.float32
    assert made.shape == (generator.group, columns)
    return np.asarray(made, dtype=np.float64)


@pytest.mark.parametrize("generator", [NormalRows(sd=0.3), LatentNormal(sd=0.3)])
def test_normal_rows_have_their_spread(generator: QueryGenerator) -> None:
    assert drawn(generator).std() == pytest.approx(0.3, rel=0.03)


def test_uniform_rows_fill_their_interval() -> None:
    values = drawn(UniformRows(low=-2, high=3))
    assert values.min() == pytest.approx(-2, abs=0.01)
    assert values.max() == pytest.approx(3, abs=0.01)


def test_heavy_tails_are_heavy_and_finite() -> None:
    values = drawn(HeavyTailedRows())
    assert np.isfinite(values).all()
    assert np.abs(values).max() > 20
    # quartiles of Student's t with two degrees of freedom: 0.8165
    assert np.quantile(np.abs(values), 0.5) == pytest.approx(0.8165, rel=0.03)


def test_sparse_rows_are_mostly_zero() -> None:
    values = drawn(SparseRows(least=0.1, most=0.2))
    assert 0.09 < (values != 0).mean() < 0.21


def test_stepped_rows_have_few_levels() -> None:
    assert np.unique(drawn(SteppedRows(levels=5))).tolist() == [-1, -0.5, 0, 0.5, 1]


def test_twin_rows_differ_by_the_step() -> None:
    first, second = drawn(TwinRows(step=0.125))
    assert np.abs(second - first) == pytest.approx(np.full(len(first), 0.125), abs=1e-6)


def test_token_rows_are_words_and_then_padding() -> None:
    generator = TokenRows(words=8, least=0.5)
    rows = np.concatenate([generator.draw(keyed(f"tokens {k}"), (20,)) for k in range(200)])
    assert np.unique(rows).tolist() == list(range(9))
    lengths = (rows > 0).sum(axis=1)
    assert (lengths.min(), lengths.max()) == (10, 20)
    assert all((row[:length] > 0).all() for row, length in zip(rows, lengths, strict=True))


def test_a_row_of_one_token_is_no_padding() -> None:
    assert TokenRows().draw(keyed("short"), (1,))[0, 0] >= 1
