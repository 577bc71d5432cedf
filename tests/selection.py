"""The tests that a change can reach: ``make changed``, or ``python tests/selection.py [BASE]``.

A module of tests is reached when it leads to a changed file: by imports (grimp's graph of the three packages), by the
fixtures that it names, and by what a text starts or loads by name: ``import_module("a.b")``, ``-m a.b``, ``a.py``.
Where that is not certain it counts as reached. What is in no package is looked up in ``ELSEWHERE``.
"""

import ast
import os
import re
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import Final

import grimp

ROOT: Final = Path(__file__).resolve().parents[1]
PACKAGES: Final = ("tre", "disclosure_control", "hub_config")
EVERYTHING: Final = "*"
# What a changed file that is in no package leads to: the tests of a folder, those that name a folder, or all.
ELSEWHERE: Final = {
    "pyproject.toml": EVERYTHING,
    "requirements.lock": EVERYTHING,
    "package.json": EVERYTHING,
    "package-lock.json": EVERYTHING,
    "infra/local/*": EVERYTHING,
    "tests/conftest.py": EVERYTHING,
    "docs/**": "docs",
    "*.md": "docs",
    "notebooks/**": "notebooks",
    "infra/**": "infra",
    "benchmarks/**": "benchmarks",
}
ALWAYS: Final = "tests/architecture/"
RUN: Final = " (run)"  # a package's own module, for what it does when one in it is imported

Edges = dict[str, set[str]]


class Reach:
    """Which files of tests lead to which files of ours; every name is a path from the root."""

    def __init__(self, root: Path = ROOT, packages: Iterable[str] = PACKAGES) -> None:
        """Look at the files under ``root``."""
        self._root = root
        self._packages = tuple(packages)

    @cached_property
    def tests(self) -> list[str]:
        """Every module of tests."""
        return sorted(str(path.relative_to(self._root)) for path in (self._root / "tests").rglob("test_*.py"))

    def selected(self, changed: Iterable[str]) -> dict[str, list[str]]:
        """The modules of tests that lead to one of the changed files, each with the way from it to that file."""
        targets, every = self._targets(changed)
        if every:
            return {test: [every] for test in self.tests}
        return {test: way for test in self.tests if (way := self._way(test, targets))}

    def _targets(self, changed: Iterable[str]) -> tuple[set[str], str]:
        targets: set[str] = set()
        for name in changed:
            kind = next((kind for pattern, kind in ELSEWHERE.items() if _matches(name, pattern)), "")
            if kind == EVERYTHING:
                return set(), name
            targets |= {name, *self._beside(name)}
            if kind:
                targets |= {file for file, text in self._texts.items() if re.search(rf"[\"'/]{kind}[\"'/]", text)}
                targets |= {test for test in self.tests if test.startswith(ALWAYS)}
        return targets, ""

    def _beside(self, name: str) -> set[str]:
        """The modules of the package in which a template, list or policy lies; of a folder of tests, its modules."""
        path = PurePosixPath(name)
        if path.suffix == ".py" and path.parts[0] != "tests":
            return set()
        if path.parts[0] == "tests" and (path.name.startswith("test_") or len(path.parts) == 2):
            return set()
        for folder in path.parents:
            inside = {file for file in self._texts if PurePosixPath(file).parent == folder}
            if inside and folder.parts[:1] in {(package,) for package in (*self._packages, "tests")}:
                return inside if path.name != "conftest.py" else {f for f in self.tests if f.startswith(f"{folder}/")}
        return set()

    def _way(self, test: str, targets: set[str]) -> list[str]:
        """The shortest way from a test to a target, or none."""
        came_from: dict[str, str] = {test: ""}
        waiting = deque([test])
        while waiting:
            file = waiting.popleft()
            if file.removesuffix(RUN) in targets:
                way = [file]
                while came_from[way[-1]]:
                    way.append(came_from[way[-1]])
                return way[::-1]
            for following in sorted(self._edges.get(file, ())):
                if following not in came_from:
                    came_from[following] = file
                    waiting.append(following)
        return []

    @cached_property
    def _texts(self) -> Mapping[str, str]:
        folders = [self._root / name for name in (*self._packages, "tests")]
        files = (path for folder in folders for path in folder.rglob("*.py") if "node_modules" not in path.parts)
        return {str(path.relative_to(self._root)): path.read_text(encoding="utf-8") for path in files}

    @cached_property
    def _trees(self) -> Mapping[str, ast.Module]:
        return {file: ast.parse(text) for file, text in self._texts.items()}

    @cached_property
    def _modules(self) -> Mapping[str, str]:
        """The file of each module, by its dotted name."""
        names = {}
        for file in self._texts:
            parts = PurePosixPath(file).with_suffix("").parts
            names[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = file
        return names

    @cached_property
    def _edges(self) -> Edges:
        edges: Edges = {file: set() for file in self._texts}
        imported: Edges = {file: set() for file in self._texts}
        graph = grimp.build_graph(*self._packages, exclude_type_checking_imports=True, cache_dir=None)
        # What a package's own module imports for types alone, it loads by name when it is asked.
        lazy = grimp.build_graph(*self._packages, cache_dir=None)
        for module in graph.modules & set(self._modules):
            file = self._modules[module]
            imported[file] = self._files(graph.find_modules_directly_imported_by(module))
            edges[file] |= imported[file]
            if file.endswith("/__init__.py"):
                edges[file] |= self._files(lazy.find_modules_directly_imported_by(module))
        for file, tree in self._trees.items():
            edges[file] |= self._files(self._named(file, tree))
            if file.startswith("tests/"):
                names = {name for node in ast.walk(tree) for name in self._imported(node)}
                edges[file] |= self._files(name for name in names if not name.endswith("conftest"))
                edges[file] |= self._fixtures(file, tree)
            edges[file].discard(file)
        for file in [file for file in edges if file.endswith("/__init__.py")]:
            # A package's own module runs before those in it, which do not ask for what it would load by name.
            edges[f"{file}{RUN}"] = imported[file]
            inside = file.removesuffix("__init__.py")
            for other in self._texts:
                if other.startswith(inside) and other != file:
                    edges[other].add(f"{file}{RUN}")
        return edges

    def _files(self, modules: Iterable[str]) -> set[str]:
        return {self._modules[name] for name in modules if name in self._modules}

    def _named(self, file: str, tree: ast.Module) -> Iterator[str]:
        """The modules that strings of a file name."""
        folder = PurePosixPath(file).parts[0]
        for text in _strings(tree):
            for match in re.finditer(rf"\b(?:{'|'.join(self._packages)})(?:\.\w+)+\.?", text):
                parts = match[0].rstrip(".").split(".")
                yield from (".".join(parts[:end]) for end in range(2, len(parts) + 1))
                if match[0].endswith("."):  # the last part is filled in when it runs
                    yield from (name for name in self._modules if name.rpartition(".")[0] == ".".join(parts))
            for script in re.findall(r"(\w+)\.py\b", text):
                yield from (n for n in self._modules if n.startswith(f"{folder}.") and n.rpartition(".")[2] == script)
        for node in ast.walk(tree):
            if isinstance(node, ast.List):
                said = [part.value if isinstance(part, ast.Constant) else "" for part in node.elts]
                yield from (f"{after}.__main__" for option, after in pairwise(said) if option == "-m")

    def _imported(self, node: ast.AST) -> Iterator[str]:
        """The modules of ours that a statement imports."""
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        if isinstance(node, ast.ImportFrom) and node.module:
            inside = [f"{node.module}.{alias.name}" for alias in node.names]
            names = [name if name in self._modules else str(node.module) for name in inside]
        yield from (name for name in names if name in self._modules)

    def _fixtures(self, file: str, tree: ast.Module) -> set[str]:
        """What the fixtures lead to that a module names and the folders above it define."""
        words = _words(tree)
        reached: set[str] = set()
        for folder in PurePosixPath(file).parents:
            conftest = str(folder / "conftest.py")
            if conftest not in self._texts or conftest == file:
                continue
            above = self._trees[conftest]
            origins = {alias: name for node in above.body for alias, name in _aliases(node)}
            defined = {node.name: node for node in above.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
            waiting = [name for name in words if name in defined]
            seen = set(waiting)
            while waiting:
                used = _words(defined[waiting.pop()])
                words |= used  # a fixture of a folder further up
                reached |= {self._modules[origins[n]] for n in used if origins.get(n) in self._modules}
                waiting += (new := {name for name in used if name in defined} - seen)
                seen |= new
        return reached


def _matches(name: str, pattern: str) -> bool:
    """Whether a path fits: ``**`` at the end is everything below a folder, ``*`` a name in it."""
    if pattern.endswith("**"):
        return name.startswith(pattern[:-2])
    return PurePosixPath(name).match(pattern) and name.count("/") == pattern.count("/")


def _aliases(node: ast.AST) -> Iterator[tuple[str, str]]:
    """Each name that a statement imports, and the module that it is or stands in."""
    if isinstance(node, ast.Import):
        yield from ((alias.asname or alias.name, alias.name) for alias in node.names)
    if isinstance(node, ast.ImportFrom) and node.module:
        for alias in node.names:
            yield alias.asname or alias.name, node.module
            yield alias.asname or alias.name, f"{node.module}.{alias.name}"


def _strings(tree: ast.AST) -> Iterator[str]:
    """The strings of a piece of code that are not there to be read by people alone."""
    prose = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            yield node.value


def _words(tree: ast.AST) -> set[str]:
    """The names that a piece of code uses; fixtures are arguments, or words in a mark."""
    words: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Name():
                words.add(node.id)
            case ast.arg():
                words.add(node.arg)
            case ast.Constant(value=str()) if str(node.value).isidentifier():
                words.add(str(node.value))
    return words


def changed_files(base: str, root: Path = ROOT) -> list[str]:
    """What differs from ``base``, and what git does not know yet."""

    def git(*words: str) -> list[str]:
        done = subprocess.run(["git", *words], cwd=root, capture_output=True, text=True, check=True)
        return done.stdout.splitlines()

    point = git("merge-base", base, "HEAD")[0]
    return sorted({*git("diff", "--name-only", point), *git("ls-files", "--others", "--exclude-standard")})


def main(arguments: list[str]) -> int:
    """Say what is reached and why, and run it; the words after the base go to pytest."""
    base, *words = arguments or ["HEAD"]
    changed = changed_files(base)
    selected = Reach().selected(changed)
    for test, way in selected.items():
        print(f"{test}\n    {' -> '.join(way[1:]) or 'changed itself'}")  # noqa: T201
    print(f"{len(changed)} files differ from {base}; {len(selected)} modules of tests are reached.", flush=True)  # noqa: T201
    if not selected:
        return 0
    run = [sys.executable, "-m", "pytest", *words, *selected]
    # Where all that is reached is heavy, nothing is left to run.
    ended = subprocess.run(run, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False).returncode
    return 0 if ended == 5 else ended


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
