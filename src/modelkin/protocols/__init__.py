"""What every exchangeable part promises; one file in a part folder is one part.

A part is a frozen dataclass whose class name is the CamelCase of its file name. Its docstring
opens with one summary line; methods add *Sees*, *Cost* and *Paper* lines, which the command
``modelkin parts`` prints.
"""

from modelkin.protocols.component import Component
from modelkin.protocols.decision_rule import DecisionRule
from modelkin.protocols.fingerprint_method import FingerprintMethod
from modelkin.protocols.method import Method
from modelkin.protocols.model import Model
from modelkin.protocols.model_format import ModelFormat
from modelkin.protocols.oracle import Oracle
from modelkin.protocols.pool_recipe import PoolRecipe
from modelkin.protocols.portion import Portion
from modelkin.protocols.query_crafter import QueryCrafter
from modelkin.protocols.query_generator import QueryGenerator
from modelkin.protocols.query_selector import QuerySelector
from modelkin.protocols.similarity_measure import SimilarityMeasure
from modelkin.protocols.subject import Subject
from modelkin.protocols.wired import Wired

__all__ = [
    "Component",
    "DecisionRule",
    "FingerprintMethod",
    "Method",
    "Model",
    "ModelFormat",
    "Oracle",
    "PoolRecipe",
    "Portion",
    "QueryCrafter",
    "QueryGenerator",
    "QuerySelector",
    "SimilarityMeasure",
    "Subject",
    "Wired",
]
