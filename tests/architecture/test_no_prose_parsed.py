"""What is a value stays one: no place is read back from its words, no rules from a text, no message by digging."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("disclosure_control", "tre", "hub_config")
# Evidence has the rules of a cell in one text; its format is older than the types, and this file alone knows it.
READS_THE_RECORD = "disclosure_control/evidence/serialise.py"
LOOKS_INSIDE = frozenset(
    {"split", "rsplit", "partition", "rpartition", "startswith", "endswith", "removeprefix", "removesuffix", "find"}
)
PATTERNS = frozenset({"findall", "finditer", "search", "match", "fullmatch", "split", "sub"})
WORDS_OF_PLACES = frozenset({"where"})
WORDS_OF_RULES = frozenset({"reasons"})


def modules(root: Path) -> Iterator[tuple[str, ast.Module]]:
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            yield path.relative_to(root).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def names_in(node: ast.AST) -> set[str]:
    """The attributes, names and keys that an expression reaches for."""
    inner = list(ast.walk(node))
    return {
        *(each.attr for each in inner if isinstance(each, ast.Attribute)),
        *(each.id for each in inner if isinstance(each, ast.Name)),
        *(each.value for each in inner if isinstance(each, ast.Constant) and isinstance(each.value, str)),
    }


def reads_of(words: frozenset[str], tree: ast.Module) -> Iterator[int]:
    """The lines where a text of these names is split, searched or looked into."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr in LOOKS_INSIDE and words & names_in(node.func.value):
                yield node.lineno
            if node.func.attr in PATTERNS and any(words & names_in(given) for given in node.args):
                yield node.lineno
        if isinstance(node, ast.Compare) and any(isinstance(op, ast.In | ast.NotIn) for op in node.ops):
            text = isinstance(node.left, ast.Constant | ast.JoinedStr)
            if text and any(isinstance(each, ast.Attribute) and each.attr in words for each in node.comparators):
                yield node.lineno


def readers(words: frozenset[str], root: Path = ROOT) -> set[str]:
    return {f"{name}:{line}" for name, tree in modules(root) for line in reads_of(words, tree)}


def test_no_place_is_read_back_from_its_words():
    assert readers(WORDS_OF_PLACES) == set()


def test_no_rules_are_read_back_from_their_words():
    assert {place for place in readers(WORDS_OF_RULES) if not place.startswith(READS_THE_RECORD)} == set()


def test_the_reader_of_evidence_has_one_place_that_does():
    tree = ast.parse((ROOT / READS_THE_RECORD).read_text(encoding="utf-8"))
    splits = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr == "split"]
    assert len(splits) == 1


def test_what_would_read_prose_is_found(tmp_path):
    folder = tmp_path / "tre"
    folder.mkdir()
    for code in (
        'x = finding.where.split("; ")',
        "x = _LINE.findall(finding.where)",
        'x = re.search("cell ([0-9]+)", one.where)',
        'x = "cell " not in one.where',
        'x = str(finding.where).partition(", ")',
    ):
        (folder / "module.py").write_text(code)
        assert readers(WORDS_OF_PLACES, tmp_path) == {"tre/module.py:1"}, code
    (folder / "module.py").write_text('x = str(cell["reasons"]).split(", ")')
    assert readers(WORDS_OF_RULES, tmp_path) == {"tre/module.py:1"}
    (folder / "module.py").write_text("x = [place.first.line for place in finding.locations]")
    assert readers(WORDS_OF_PLACES, tmp_path) == set()


def towers(tree: ast.Module) -> Iterator[int]:
    """Handlers that take a missing key and a wrong type for the same: what reads a message by digging needs them."""
    for node in ast.walk(tree):
        is_handler = isinstance(node, ast.ExceptHandler) and isinstance(node.type, ast.Tuple)
        if is_handler and {"KeyError", "TypeError"} <= names_in(node.type):
            yield node.lineno


def test_no_message_of_ours_is_read_by_digging():
    found = {name for name, tree in modules(ROOT) for _ in towers(tree)}
    assert found <= DIGGERS, "read it with disclosure_control.core.decoder"
    assert found >= DIGGERS, "it digs no more: take it off the list"


# These read what others write in forms of their own, or call libraries that raise whatever a stranger's bytes make
# them.
DIGGERS = frozenset(
    {
        "disclosure_control/checking/membership_inference.py",
        "disclosure_control/formats/models/safetensors_file.py",
        "disclosure_control/formats/models/skops/reader.py",
        "disclosure_control/models/regression.py",
        "hub_config/login/openid.py",
        "tre/web/previews/code.py",
        "tre/web/previews/notebook.py",
        "tre/workspace/lab.py",
        "tre/workspace/template.py",
    }
)
