"""No attack on hub, relay or gateway is without an entry in the table of controls, and no entry without its test."""

import ast
from collections import Counter
from pathlib import Path

from tests.attack.hub_config.controls import BOTH_WAYS, ELSEWHERE, NO_ATTACKS, WITHOUT

HERE = Path(__file__).parent


def functions_here() -> Counter[str]:
    trees = [ast.parse(path.read_text()) for path in HERE.glob("test_*.py") if path != Path(__file__)]
    found = (node for tree in trees for node in tree.body if isinstance(node, ast.FunctionDef))
    return Counter(node.name for node in found if node.name.startswith("test_"))


def test_each_attack_has_one_entry_and_each_entry_its_test():
    attacks = [*ELSEWHERE, *BOTH_WAYS, *WITHOUT, *NO_ATTACKS]
    controls = set(ELSEWHERE.values())
    assert Counter(attacks) + Counter(controls) == functions_here()
