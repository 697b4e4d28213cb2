"""Own heads on trained backbones: kin, siblings and strangers, told apart by their answers."""

from modelkin.bench.heads.bench import run

__all__ = ["run"]
