"""A recipe: queries, fingerprint, similarity."""

import abc
from collections.abc import Mapping
from typing import ClassVar

from modelkin.errors import IncompatibleError
from modelkin.protocols.component import Component
from modelkin.protocols.fingerprint_method import FingerprintMethod
from modelkin.protocols.query_crafter import QueryCrafter
from modelkin.protocols.similarity_measure import SimilarityMeasure
from modelkin.records import Fingerprint, Modality, Responses


class Method(Component, abc.ABC):
    """A named recipe: which queries, which fingerprint, which similarity.

    Attributes:
        pool_parts: pool parts it works on; empty means all.
        own_pool: it runs unasked only on a pool that has these parts.
        pools: the pool that suits it best, by modality, where that is not the usual mixture.
        crafter: what makes its queries from a pool, for one source; None asks the pool itself.
    """

    pool_parts: ClassVar[tuple[str, ...]] = ()
    own_pool: ClassVar[bool] = False
    pools: ClassVar[Mapping[Modality, str]] = {}
    crafter: QueryCrafter | None = None
    fingerprint: FingerprintMethod
    similarity: SimilarityMeasure

    def fingerprint_of(self, responses: Responses) -> Fingerprint:
        """Fingerprint one model.

        Raises:
            IncompatibleError: the responses show less than the method needs.
        """
        if not responses.access.covers(self.fingerprint.needs):
            raise IncompatibleError(
                f"method '{self.name}' needs {self.fingerprint.needs} and '{responses.model}' "
                f"shows only {responses.access}",
                hint="use a method that sees labels, such as label_agreement",
            )
        return Fingerprint(
            method=self.fingerprint.name,
            params=self.fingerprint.params,
            model=responses.model,
            pool_digest=responses.pool_digest,
            index=responses.index,
            values=self.fingerprint.extract(responses),
        )

    def rate(self, a: Fingerprint, b: Fingerprint) -> float:
        """Rate a pair of fingerprints.

        Raises:
            IncompatibleError: they come from different queries or methods.
        """
        a.require_same_queries(b)
        return self.similarity.pair(a.values, b.values)
