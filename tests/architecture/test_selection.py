"""What ``make changed`` picks: by imports, by names in strings, by fixtures, by folders; and nothing besides."""

import subprocess
from pathlib import Path

import pytest

from tests.selection import Reach, changed_files

FILES = {
    "product_of_a_test/__init__.py": (
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from product_of_a_test.lazy import loaded\n"
    ),
    "product_of_a_test/low.py": '"""Not product_of_a_test.lazy, which is only spoken of."""\n',
    "product_of_a_test/middle.py": "from product_of_a_test import low\n",
    "product_of_a_test/high.py": "import product_of_a_test.middle\n",
    "product_of_a_test/lazy.py": "loaded = 1\n",
    "product_of_a_test/starts.py": 'COMMAND = ["python", "-m", "product_of_a_test.sub"]\n',
    "product_of_a_test/sub/__init__.py": "",
    "product_of_a_test/sub/__main__.py": "from product_of_a_test.sub.kinds import first\n",
    "product_of_a_test/sub/kinds/__init__.py": "",
    "product_of_a_test/sub/kinds/first.py": "",
    "product_of_a_test/sub/chooses.py": 'def load(name):\n    return of(f"product_of_a_test.sub.kinds.{name}")\n',
    "product_of_a_test/sub/page.html": "",
    "tests/__init__.py": "",
    "tests/conftest.py": (
        "import pytest\nfrom product_of_a_test import high, low\n\n\n"
        "@pytest.fixture\ndef tall():\n    return high\n\n\n"
        "@pytest.fixture\ndef taller(tall):\n    return tall\n\n\n@pytest.fixture\ndef small():\n    return low\n"
    ),
    "tests/helper.py": "from product_of_a_test import low\n",
    "tests/test_low.py": "from product_of_a_test import low\n",
    "tests/test_high.py": "from product_of_a_test import high\n",
    "tests/test_helped.py": "from tests import helper\n",
    "tests/test_lazy.py": "from product_of_a_test import loaded\n",
    "tests/test_starts.py": "from product_of_a_test import starts\n",
    "tests/test_chooses.py": "from product_of_a_test.sub import chooses\n",
    "tests/test_fixture.py": "def test_it(taller):\n    assert taller\n",
    "tests/test_docs.py": 'from pathlib import Path\n\nPAGES = Path("docs")\n',
    "tests/test_nothing.py": "",
    "tests/deep/conftest.py": "",
    "tests/deep/script.py": "",
    "tests/deep/test_deep.py": "",
}


@pytest.fixture
def reach(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Reach:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    return Reach(tmp_path, ["product_of_a_test"])


@pytest.mark.parametrize(
    ("changed", "reached"),
    [
        ("product_of_a_test/low.py", {"low", "high", "helped", "fixture"}),
        ("product_of_a_test/middle.py", {"high", "fixture"}),
        ("product_of_a_test/high.py", {"high", "fixture"}),
        ("product_of_a_test/lazy.py", {"lazy"}),
        ("product_of_a_test/__init__.py", {"low", "high", "helped", "lazy", "starts", "chooses", "fixture"}),
        ("product_of_a_test/sub/__main__.py", {"starts"}),
        ("product_of_a_test/sub/kinds/first.py", {"starts", "chooses"}),
        ("product_of_a_test/sub/page.html", {"starts", "chooses"}),
        ("tests/helper.py", {"helped"}),
        ("tests/test_nothing.py", {"nothing"}),
        ("tests/deep/script.py", {"deep"}),
        ("tests/deep/conftest.py", {"deep"}),
        ("docs/guide.md", {"docs"}),
        ("README.md", {"docs"}),
        (".gitignore", set()),
    ],
)
def test_a_change_reaches_what_leads_to_it_and_no_more(reach: Reach, changed: str, reached: set[str]) -> None:
    assert {Path(name).stem.removeprefix("test_") for name in reach.selected([changed])} == reached


@pytest.mark.parametrize("name", ["pyproject.toml", "requirements.lock", "infra/local/install.sh", "tests/conftest.py"])
def test_what_everything_stands_on_reaches_everything(reach: Reach, name: str) -> None:
    assert list(reach.selected(["tests/test_low.py", name])) == reach.tests


def test_the_way_is_told(reach: Reach) -> None:
    way = ["tests/test_high.py", "product_of_a_test/high.py", "product_of_a_test/middle.py"]
    assert reach.selected(["product_of_a_test/middle.py"])["tests/test_high.py"] == way


def test_of_this_repository_every_module_of_tests_reaches_itself_and_most_of_ours_is_reached() -> None:
    reach = Reach()
    assert "tests/architecture/test_selection.py" in reach.selected(["tests/selection.py"])
    for test in (reach.tests[0], reach.tests[-1]):
        assert test in reach.selected([test])
    assert len(reach.tests) > 200


def test_what_differs_is_what_was_committed_since_edited_or_added(tmp_path: Path) -> None:
    def git(*words: str) -> None:
        who = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
        subprocess.run(["git", *who, *words], cwd=tmp_path, check=True, capture_output=True)

    git("init", "-b", "main")
    for name in ("kept.py", "edited.py", "committed.py"):
        (tmp_path / name).write_text("1\n")
    git("add", ".")
    git("commit", "-m", "First")
    git("checkout", "-b", "change")
    (tmp_path / "committed.py").write_text("2\n")
    git("commit", "-am", "Second")
    (tmp_path / "edited.py").write_text("2\n")
    (tmp_path / "added.py").write_text("2\n")
    assert changed_files("main", tmp_path) == ["added.py", "committed.py", "edited.py"]
    assert changed_files("HEAD", tmp_path) == ["added.py", "edited.py"]
