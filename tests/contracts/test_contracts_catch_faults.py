"""The proof that every check of every contract can fail.

Each kind has a sound part, which passes, and faulty ones, which break one thing each
(``faulty/<kind>s.py``); every check must reject at least one of them.
"""

import inspect
from pathlib import Path
from typing import Any

import pytest
from tests.contracts.faulty import (
    components,
    crafters,
    fingerprints,
    formats,
    generators,
    measures,
    methods,
    pools,
    rules,
    selectors,
)
from tests.contracts.faulty.heavy_format import HeavyFormat

from modelkin.errors import ModelkinError
from modelkin.responses.collect import collect
from modelkin.testing import (
    CrafterContract,
    FingerprintContract,
    FormatContract,
    GeneratorContract,
    MeasureContract,
    MethodContract,
    PoolContract,
    RuleContract,
    SelectorContract,
)
from modelkin.testing.component_contract import ComponentContract
from modelkin.testing.measure_contract import draw_probabilities

KINDS: dict[type[ComponentContract], Any] = {
    ComponentContract: components,
    CrafterContract: crafters,
    FingerprintContract: fingerprints,
    FormatContract: formats,
    GeneratorContract: generators,
    MeasureContract: measures,
    MethodContract: methods,
    PoolContract: pools,
    RuleContract: rules,
    SelectorContract: selectors,
}
FAULTS: list[tuple[type[ComponentContract], str, Any]] = [
    (FormatContract, "test_importing_it_imports_no_framework", HeavyFormat),
    *((contract, *fault) for contract, kind in KINDS.items() for fault in kind.FAULTS),
]
REJECTIONS = (AssertionError, ModelkinError, pytest.fail.Exception)
COST = "test_cost_is_one_run_of_the_pool"
NAME = "test_name_is_that_of_file_and_class"


def checks(contract: type[ComponentContract]) -> set[str]:
    """Its own checks, without those that all parts share."""
    own = {name for name in dir(contract) if name.startswith("test_")}
    return own - (set() if contract is ComponentContract else checks(ComponentContract))


def run(contract: type[ComponentContract], check: str, part: Any, folder: Path) -> None:  # noqa: ANN401
    """Call one check as pytest would, but with this part."""
    test = getattr(contract(), check)
    wanted = set(inspect.signature(test).parameters)
    given: dict[str, Any] = {"part": part, "tmp_path": folder, "draws": (draw_probabilities,)}
    if contract is FormatContract:
        file = folder / "tiny.toy"
        file.write_bytes(formats.MARK)
        given["model_file"] = str(file)
        given["model"] = part().load(str(file)) if "model" in wanted else None
    test(**{name: given[name] for name in wanted})


@pytest.mark.parametrize(
    ("contract", "check"),
    [(contract, check) for contract in KINDS for check in sorted(checks(contract) - {NAME})],
)
def test_sound_parts_pass(contract: type[ComponentContract], check: str, tmp_path: Path) -> None:
    run(contract, check, KINDS[contract].Sound, tmp_path)


@pytest.mark.parametrize(("contract", "check", "part"), FAULTS)
def test_faulty_parts_are_rejected(
    contract: type[ComponentContract],
    check: str,
    part: Any,  # noqa: ANN401 (a class of any kind)
    tmp_path: Path,
) -> None:
    with pytest.raises(REJECTIONS):
        run(contract, check, part, tmp_path)


@pytest.mark.parametrize("contract", KINDS)
def test_every_check_rejects_something(contract: type[ComponentContract]) -> None:
    proven = {check for tested, check, _ in FAULTS if tested is contract} | {COST}
    assert checks(contract) <= proven


def test_cost_check_counts_what_is_asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def collect_twice(*args: Any, **options: Any) -> Any:  # noqa: ANN401 (passed on)
        collect(*args, **options)
        return collect(*args, **options, fresh=True)

    monkeypatch.setattr("modelkin.testing.method_contract.collect", collect_twice)
    with pytest.raises(AssertionError):
        run(MethodContract, COST, methods.Sound, tmp_path)
