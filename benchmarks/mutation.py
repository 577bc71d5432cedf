"""Change one operator or constant of a module at a time and see whether a test notices.

Works on a copy of the package in a folder of its own; nothing in the working tree is touched. A mutant that no test
notices is printed with its line: either a test is missing, or the change makes no difference.

    python benchmarks/mutation.py disclosure_control/tables/sensitivity.py \
        --tests tests/unit/disclosure_control/tables/test_sensitivity.py tests/reference/test_handbook.py
"""

import argparse
import ast
import copy
import importlib
import multiprocessing
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

for slow in ("duckdb", "highspy", "hypothesis", "pandas", "pyarrow.parquet", "scipy.sparse.csgraph", "yaml"):
    importlib.import_module(slow)

SWAPS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.And: ast.Or, ast.Or: ast.And,
    ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}  # fmt: skip


def mutants(source: str) -> Iterator[tuple[int, str, str]]:
    """Line, what was changed, and the whole changed source, for each change."""
    tree = ast.parse(source)
    for place in range(len(list(ast.walk(tree)))):
        changed = copy.deepcopy(tree)
        node = list(ast.walk(changed))[place]
        what = change(node)
        if what:
            yield getattr(node, "lineno", 0), what, ast.unparse(changed)


def change(node: ast.AST) -> str:
    """Change one node; what was done, or nothing where there is nothing to change."""
    if isinstance(node, ast.Compare) and type(node.ops[0]) in SWAPS:
        old, node.ops[0] = node.ops[0], SWAPS[type(node.ops[0])]()  # type: ignore[assignment]
        return f"{type(old).__name__} -> {type(node.ops[0]).__name__}"
    if isinstance(node, ast.BinOp | ast.AugAssign | ast.BoolOp) and type(node.op) in SWAPS:
        before, node.op = node.op, SWAPS[type(node.op)]()  # type: ignore[assignment]
        return f"{type(before).__name__} -> {type(node.op).__name__}"
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        node.value = not node.value
        return f"-> {node.value}"
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        node.value = node.value + 1
        return f"-> {node.value}"
    return ""


def passes(folder: str, tests: list[str]) -> bool:
    """Run tests in a copy of this process, in which slow libraries are there already, and nothing of the package is."""
    arguments = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", *tests]
    child = multiprocessing.get_context("fork").Process(target=run_tests, args=(folder, arguments))
    child.start()
    child.join(120)
    if child.is_alive():
        child.kill()
    return child.exitcode == 0


def run_tests(folder: str, arguments: list[str]) -> None:
    """Run tests in a folder; the status of this process is pytest's."""
    for stream in (1, 2):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
    os.chdir(folder)
    sys.path.insert(0, folder)
    os._exit(int(pytest.main(arguments)))


def main() -> None:
    """Try the mutants, evenly spread over the module where there is no time for all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("module", type=Path)
    parser.add_argument("--tests", nargs="+", required=True)
    parser.add_argument("--seconds", type=float, default=3600.0)
    parser.add_argument("--step", type=int, default=1, help="try one mutant in so many")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for name in ("disclosure_control", "tests", "docs"):
            shutil.copytree(name, Path(folder) / name)
        shutil.copy("pyproject.toml", folder)
        target = Path(folder) / given.module
        # Written out as mutants are, so that a mutant is never noticed for its layout alone.
        target.write_text(ast.unparse(ast.parse(given.module.read_text(encoding="utf-8"))), encoding="utf-8")
        if not passes(folder, given.tests):
            sys.exit("The tests fail on the module as it is.")
        found = list(mutants(given.module.read_text(encoding="utf-8")))
        end, tried, survived = time.monotonic() + given.seconds, 0, 0
        for line, what, source in found[:: given.step]:
            if time.monotonic() > end:
                break
            target.write_text(source, encoding="utf-8")
            tried += 1
            if passes(folder, given.tests):
                survived += 1
                print(f"{given.module}:{line}: {what}", flush=True)
        print(f"{len(found)} mutants, {tried} tried, {tried - survived} noticed, {survived} not", flush=True)


if __name__ == "__main__":
    main()
