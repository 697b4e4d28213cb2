"""Whether a pickle holds an estimator, read from its opcodes; nothing is imported or run."""

import io
import pickle
import pickletools
import zlib

_LEARNERS = frozenset(
    {
        "sklearn", "xgboost", "lightgbm", "catboost", "torch", "keras", "tensorflow", "statsmodels",
        "imblearn", "transformers", "sentence_transformers", "gensim", "hmmlearn", "interpret",
        "surprise", "prophet", "spacy", "fastai", "onnx", "jax", "flax",
    }
)  # fmt: skip
_LONGEST = 64 * 2**20
_TEXTS = frozenset({"SHORT_BINUNICODE", "BINUNICODE", "UNICODE", "BINUNICODE8"})
_PUTS = frozenset({"MEMOIZE", "PUT", "BINPUT", "LONG_BINPUT"})
_KEPT = 2


def learner_of(buffer: bytes | memoryview) -> str | None:
    """The machine-learning package whose classes a pickle names first, or None.

    A joblib file is a pickle with raw arrays between its opcodes, perhaps squeezed by zlib; what
    comes before the first array is read.

    Args:
        buffer: the file; its first 64 MiB are looked at.
    """
    content = bytes(buffer[:_LONGEST])
    if content[:1] == b"\x78":
        try:
            content = zlib.decompressobj().decompress(content, _LONGEST)
        except zlib.error:
            return None
    return next((name for name in _modules(content) if name in _LEARNERS), None)


def _modules(content: bytes) -> list[str]:
    found: list[str] = []
    texts: list[str] = []
    try:
        for opcode, argument, _ in pickletools.genops(io.BytesIO(content)):
            if opcode.name in _TEXTS:
                texts = [*texts[1 - _KEPT :], str(argument)]
            elif opcode.name == "GLOBAL":
                found.append(str(argument).partition(".")[0].partition(" ")[0])
            elif opcode.name == "STACK_GLOBAL" and texts:
                found.append(texts[0].partition(".")[0])
            elif opcode.name not in _PUTS:
                continue
    except (ValueError, IndexError, pickle.UnpicklingError, EOFError, OverflowError):
        pass  # raw arrays are no opcodes; what was found before them counts
    return found
