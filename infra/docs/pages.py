"""The pages that people wrote, with their links as the site needs them.

On a code host a page may link to any file of the repository; on the site a file that is no page is shown as one, below
``source/``. Nothing else of a page is changed.
"""

import os
import re
from pathlib import Path, PurePosixPath

# Pages at the root of the repository, and where they stand on the site.
ROOT_PAGES = {
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "reporting.md",
    "benchmarks/README.md": "benchmarks.md",
    "LICENSE": "source/LICENSE.md",
}
LINK = re.compile(r"(\]\()(?!https?:|mailto:|#)([^)#\s]+)((?:#[^)\s]*)?\))")
ITEM = re.compile(r"(?:[-*]|\d+\.) ")
LANGUAGES = {".py": "python", ".toml": "toml", ".yaml": "yaml", ".yml": "yaml", ".sh": "sh", ".txt": "text"}


def gather(root: Path) -> dict[str, str]:
    """Every written page and every file that one links to, by its path on the site.

    Args:
        root: the repository.

    Returns:
        Markdown by path below the site's sources.

    Raises:
        FileNotFoundError: a page links to a file that is not there.
    """
    places = {path.relative_to(root).as_posix(): path.relative_to(root / "docs").as_posix()
              for path in sorted((root / "docs").rglob("*.md"))}  # fmt: skip
    places |= ROOT_PAGES
    sources: set[str] = set()
    site = {}
    for path, place in places.items():
        if place.startswith("source/"):
            sources.add(path)
            continue
        site[place] = _with_links(root, path, place, places, sources)
    return site | {_source_place(path): _source_page(root, path) for path in sorted(sources)}


def _with_links(root: Path, path: str, place: str, places: dict[str, str], sources: set[str]) -> str:
    def on_the_site(link: re.Match[str]) -> str:
        target = _resolved(path, link[2])
        if target.startswith("docs/") and target not in places and (root / target).is_file():
            there = target.removeprefix("docs/")  # a picture
        elif target in places:
            there = places[target]
        elif (root / target).is_file():
            sources.add(target)
            there = _source_place(target)
        else:
            raise FileNotFoundError(f"{path} links to {link[2]}, which is not there.")
        return link[1] + os.path.relpath(there, PurePosixPath(place).parent) + link[3]

    return LINK.sub(on_the_site, spaced((root / path).read_text(encoding="utf-8")))


def spaced(text: str) -> str:
    """The page with an empty line before each list and table, which code hosts do without and Python-Markdown needs.

    >>> spaced("Two things:\\n- one\\n- two\\n")
    'Two things:\\n\\n- one\\n- two\\n'
    """
    lines: list[str] = []
    fenced = False
    for line in text.splitlines():
        before = lines[-1] if lines else ""
        fenced ^= line.lstrip().startswith("```")
        begins = ITEM.match(line) or line.startswith("|")
        goes_on = not before.strip() or ITEM.match(before) or before.startswith(("|", "#", " "))
        if begins and not goes_on and not fenced:
            lines.append("")
        lines.append(line)
    return "\n".join(lines) + "\n"


def _resolved(path: str, link: str) -> str:
    return os.path.normpath(PurePosixPath(path).parent / link)


def _source_place(path: str) -> str:
    return f"source/{path}.md"


def _source_page(root: Path, path: str) -> str:
    text = (root / path).read_text(encoding="utf-8")
    return f"# {path}\n\n~~~~{LANGUAGES.get(Path(path).suffix, 'text')}\n{text.rstrip()}\n~~~~\n"
