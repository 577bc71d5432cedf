"""Every rule has its page, and what the page says fires and does not fire is what happens."""

import contextlib
import io
import re
from pathlib import Path

import pytest

from disclosure_control.core.rules.registry import RULES

pytestmark = pytest.mark.usefixtures("one_worker")

PAGES = Path(__file__).parents[2] / "docs" / "rules"
# Pages that do not have examples yet; a page that gains them leaves this list.
BLOCKS = re.compile(r"(?s)```python\n(.*?)```")


def blocks(name: str) -> list[str]:
    return BLOCKS.findall((PAGES / f"{name}.md").read_text(encoding="utf-8"))


def test_every_rule_has_a_page_and_every_page_a_rule() -> None:
    assert {path.stem for path in PAGES.glob("*.md")} == {*RULES, "README"}


def test_only_the_listed_pages_have_no_examples() -> None:
    assert all(len(blocks(rule)) == 2 for rule in RULES)


@pytest.mark.parametrize("rule", sorted(RULES))
def test_a_page_says_what_the_table_says_and_its_examples_run(
    rule: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = (PAGES / f"{rule}.md").read_text(encoding="utf-8")
    known = RULES[rule]
    assert page.startswith(f"# {rule}\nUsual outcome: **{known.outcome.label}**. {known.meaning}\n")
    assert f"What to do: {known.todo}\n" in page
    (first,) = blocks("README")
    fires, quiet = blocks(rule)
    monkeypatch.delenv("SDC_POLICY", raising=False)
    for example, expected in ((fires, True), (quiet, False)):
        folder = tmp_path / str(expected)
        folder.mkdir()
        monkeypatch.chdir(folder)
        told: dict[str, object] = {}
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compile(first + example, f"{rule}.md", "exec"), told)  # noqa: S102 - our own page
        assert (rule in told["rules"]) is expected  # type: ignore[operator]
