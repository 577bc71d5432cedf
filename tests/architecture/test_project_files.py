"""The files by which others find, cite, build and release this project."""

import datetime
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml
from check_jsonschema.cli.main_command import main as check_jsonschema
from click.testing import CliRunner

from infra import release
from infra.release import UNRELEASED, CannotRelease, cut_changelog

ROOT = Path(__file__).parents[2]
DAY = datetime.date(2026, 12, 1)
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def is_valid(schema: str, *paths: Path) -> bool:
    """What check-jsonschema says of files, by a schema that it carries."""
    return CliRunner().invoke(check_jsonschema, ["--builtin-schema", schema, *map(str, paths)]).exit_code == 0


def test_a_workflow_is_one(tmp_path: Path):
    assert is_valid("github-workflows", *WORKFLOWS)
    assert is_valid("github-workflows-require-timeout", *WORKFLOWS)
    broken = tmp_path / "ci.yml"
    broken.write_text(WORKFLOWS[0].read_text(encoding="utf-8").replace("runs-on:", "runs-at:"))
    assert not is_valid("github-workflows", broken)


def test_workflows_hold_no_secret_and_ask_for_little():
    assert len(WORKFLOWS) == 3
    for path in WORKFLOWS:
        text = path.read_text(encoding="utf-8")
        assert "secrets." not in text
        assert yaml.safe_load(text)["permissions"] == {}, "each job asks for what it needs"


def test_the_citation_is_one_and_is_checked(tmp_path: Path):
    citation = ROOT / "CITATION.cff"
    assert is_valid("citation-file-format", citation)
    broken = tmp_path / "CITATION.cff"
    broken.write_text(citation.read_text(encoding="utf-8").replace("authors:", "writers:"))
    assert not is_valid("citation-file-format", broken)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert yaml.safe_load(citation.read_text(encoding="utf-8"))["license"] == project["license"]


def test_hooks_run_what_this_environment_has():
    for repository in yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]:
        assert repository["repo"] == "local"
        for hook in repository["hooks"]:
            assert (ROOT / hook["entry"].split()[0]).exists(), hook["id"]


def test_the_changelog_has_the_form_that_a_release_cuts():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    headings = re.findall(r"(?m)^## (.*)$", text)
    assert headings[0] == "[Unreleased]"
    assert all(re.fullmatch(r"\[\d+\.\d+\.\d+\] - \d{4}-\d{2}-\d{2}", heading) for heading in headings[1:])
    assert set(re.findall(r"(?m)^### (.*)$", text)) <= {
        "Added",
        "Changed",
        "Deprecated",
        "Removed",
        "Fixed",
        "Security",
    }


@pytest.mark.parametrize("version", ["1.2", "v1.2.0", "1.2.0rc1", "1.1.0", "1.0.9"])
def test_no_version_that_is_none_or_not_above_the_last(version: str):
    with pytest.raises(CannotRelease):
        cut_changelog(f"# C\n{UNRELEASED}- New.\n\n## [1.1.0] - 2026-11-01\n- Old.\n", version, DAY)


def test_nothing_unreleased_is_no_release():
    with pytest.raises(CannotRelease, match="Nothing is unreleased"):
        cut_changelog(f"# C\n{UNRELEASED}\n## [1.1.0] - 2026-11-01\n- Old.\n", "1.2.0", DAY)


def git(folder: Path, *arguments: str) -> str:
    told = ["git", "-c", "user.name=A", "-c", "user.email=a@example.org", *arguments]
    return subprocess.run(told, cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


def test_a_release_is_one_commit_with_its_tag(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "A")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", "a@example.org")
    git(tmp_path, "init", "--quiet")
    (tmp_path / "CHANGELOG.md").write_text(f"# C\n{UNRELEASED}- New.\n")
    (tmp_path / "CITATION.cff").write_text("version: 0.0.0\ndate-released: 2020-01-01\n")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message", "first")
    release.release(tmp_path, "0.1.0", DAY)
    assert git(tmp_path, "describe") == "v0.1.0"
    assert (tmp_path / "CHANGELOG.md").read_text() == f"# C\n{UNRELEASED}\n## [0.1.0] - 2026-12-01\n- New.\n"
    assert (tmp_path / "CITATION.cff").read_text() == "version: 0.1.0\ndate-released: 2026-12-01\n"
    with pytest.raises(CannotRelease, match="There is a tag"):
        release.release(tmp_path, "0.1.0", DAY)
    (tmp_path / "new.txt").write_text("x")
    with pytest.raises(CannotRelease, match="not committed"):
        release.release(tmp_path, "0.2.0", DAY)
