"""No attack of this folder is without an entry in the table of controls, and no entry without its test or attempt."""

import ast
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

from tests.attack.sandbox.controls import ALSO_CONTROLS, BOTH_WAYS, BY_TABLE, ELSEWHERE, NO_ATTACKS
from tests.attack.sandbox.table import NAMES

HERE = Path(__file__).parent


def functions_here() -> Counter[str]:
    trees = [ast.parse(path.read_text()) for path in HERE.glob("test_*.py") if path != Path(__file__)]
    found = (node for tree in trees for node in tree.body if isinstance(node, ast.FunctionDef))
    return Counter(node.name for node in found if node.name.startswith("test_"))


def test_each_attack_has_one_entry_and_each_entry_its_test():
    attacks = [*BY_TABLE, *ELSEWHERE, *BOTH_WAYS, *NO_ATTACKS]
    controls = {*ELSEWHERE.values(), *ALSO_CONTROLS}
    assert Counter(attacks) + Counter(controls) == functions_here()


def test_what_looks_in_from_outside_names_attempts_of_the_table():
    named = {name for names in BY_TABLE.values() for name in names}
    assert named <= set(NAMES)
    assert all(BY_TABLE.values())


def test_each_attempt_that_is_written_is_made_with_its_defence_off():
    listed = "import json, main; print(json.dumps(list(main.ATTEMPTS)))"
    said = subprocess.run(
        [sys.executable, "-B", "-c", listed], cwd=HERE / "attempts", capture_output=True, text=True, check=True
    )
    assert set(json.loads(said.stdout)) == set(NAMES)
