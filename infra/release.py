"""Cut a release: ``python -m infra.release 1.2.0``, from a clean checkout.

What stands below *Unreleased* in CHANGELOG.md goes under the new version, CITATION.cff names version and date, both are
committed, and the commit is tagged, from which the package takes its version. Nothing is pushed.
"""

import datetime
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
UNRELEASED = "## [Unreleased]\n"
_VERSION = re.compile(r"\d+\.\d+\.\d+")
_HEADING = re.compile(r"^## \[(\d+)\.(\d+)\.(\d+)\]", re.MULTILINE)


class CannotRelease(Exception):
    """Why no release can be cut, in words."""


def cut_changelog(text: str, version: str, day: datetime.date) -> str:
    """The changelog with what is unreleased under a version (keepachangelog.com, 1.1.0).

    Args:
        text: the changelog, newest first.
        version: three numbers with dots; above every version that is there.
        day: the day of the release.

    Returns:
        The changelog with an empty *Unreleased* on top.

    Raises:
        CannotRelease: the version is none or not above the last, or nothing is unreleased.

    Examples:
        >>> cut_changelog("# Changelog\\n## [Unreleased]\\n- A thing.\\n", "0.1.0", datetime.date(2026, 12, 1))
        '# Changelog\\n## [Unreleased]\\n\\n## [0.1.0] - 2026-12-01\\n- A thing.\\n'
    """
    if not _VERSION.fullmatch(version):
        raise CannotRelease(f"{version!r} is no version; write it as 1.2.0.")
    newest = max((tuple(map(int, found)) for found in _HEADING.findall(text)), default=(-1,))
    if tuple(map(int, version.split("."))) <= newest:
        raise CannotRelease(f"{version} is not above {'.'.join(map(str, newest))}, which the changelog has.")
    if UNRELEASED not in text:
        raise CannotRelease("The changelog has no section '## [Unreleased]'.")
    before, after = text.split(UNRELEASED, 1)
    if not _HEADING.split(after, maxsplit=1)[0].strip():
        raise CannotRelease("Nothing is unreleased; say in the changelog what changes for those who run it.")
    return f"{before}{UNRELEASED}\n## [{version}] - {day.isoformat()}\n{after}"


def dated_citation(text: str, version: str, day: datetime.date) -> str:
    """CITATION.cff with version and date of a release.

    Args:
        text: the file, with one line each for the two.
        version: as ``cut_changelog``.
        day: the day of the release.

    Returns:
        The file with these two lines changed.
    """
    text = re.sub(r"(?m)^version: .*$", f"version: {version}", text)
    return re.sub(r"(?m)^date-released: .*$", f"date-released: {day.isoformat()}", text)


def release(root: Path, version: str, day: datetime.date) -> None:
    """Change the two files of a checkout, commit and tag.

    Args:
        root: the checkout.
        version: as ``cut_changelog``.
        day: the day of the release.

    Raises:
        CannotRelease: as ``cut_changelog``; or something is not committed, or the tag exists.
    """
    if _git(root, "status", "--porcelain"):
        raise CannotRelease("Something is not committed.")
    if _git(root, "tag", "--list", f"v{version}"):
        raise CannotRelease(f"There is a tag v{version} already.")
    changelog, citation = root / "CHANGELOG.md", root / "CITATION.cff"
    cut = cut_changelog(changelog.read_text(encoding="utf-8"), version, day)
    changelog.write_text(cut, encoding="utf-8")
    citation.write_text(dated_citation(citation.read_text(encoding="utf-8"), version, day), encoding="utf-8")
    _git(root, "add", changelog.name, citation.name)
    _git(root, "commit", "--quiet", "--message", f"Release {version}")
    _git(root, "tag", "--annotate", "--message", f"Release {version}", f"v{version}")


def _git(root: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True, text=True)  # noqa: S607
    return done.stdout.strip()


def main(arguments: list[str]) -> int:
    """Release the version that is named; returns the exit code."""
    if len(arguments) != 1:
        sys.stderr.write("Say which version: python -m infra.release 1.2.0\n")
        return 2
    try:
        release(ROOT, arguments[0], datetime.datetime.now(datetime.UTC).date())
    except CannotRelease as refused:
        sys.stderr.write(f"{refused}\n")
        return 1
    sys.stderr.write(f"Tagged v{arguments[0]}. Look at it, then: git push --follow-tags\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
