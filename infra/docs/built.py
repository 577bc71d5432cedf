"""Look through a built site: every link leads somewhere, and nothing is loaded from elsewhere.

Zensical has looked at the links of the pages; this looks at what it made of them, and at what the theme adds.
"""

import re
import sys
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

# Attributes whose address a browser loads by itself. Of links, those to other sites are left to the reader.
_LOADED = {("link", "href"), ("script", "src"), ("img", "src"), ("iframe", "src"), ("source", "src"), ("video", "src")}
_NOT_LOADED = {"canonical", "next", "prev", "alternate", "edit"}  # of <link>
_STYLE_ADDRESS = re.compile(r"(?:url\(|@import\s+)[\"']?((?:https?:)?//[^\"')\s]+)")


@dataclass
class _Page(HTMLParser):
    """What a page links to, loads, and can be linked to."""

    links: list[str] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what a tag refers to."""
        values = {name: value or "" for name, value in attrs}
        self.ids |= {values[name] for name in ("id", "name") if name in values}
        for name, value in values.items():
            if tag == "link" and values.get("rel", "") in _NOT_LOADED:
                continue
            if (tag, name) in _LOADED:
                self.loads.append(value)
            elif (tag, name) == ("a", "href"):
                self.links.append(value)


def faults(site: Path) -> list[str]:
    """What is wrong with a built site.

    Args:
        site: its folder.

    Returns:
        A line a fault; none where all is well.
    """
    pages = {path: _read(path) for path in sorted(site.rglob("*.html"))}
    said = [] if pages else ["there is no page"]
    for path, page in pages.items():
        name = path.relative_to(site)
        said += [f"{name} loads {address}" for address in page.loads if urlsplit(address).netloc]
        local = [address for address in [*page.links, *page.loads] if _is_local(address)]
        said += [f"{name} links to {address}" for address in local if not _exists(site, path, address, pages)]
    for path in sorted(site.rglob("*.css")):
        styles = path.read_text(encoding="utf-8")
        said += [f"{path.relative_to(site)} loads {address}" for address in _STYLE_ADDRESS.findall(styles)]
    return said


def _read(path: Path) -> _Page:
    page = _Page()
    page.feed(path.read_text(encoding="utf-8"))
    return page


def _is_local(address: str) -> bool:
    parts = urlsplit(address)
    return not parts.scheme and not parts.netloc


def _exists(site: Path, path: Path, address: str, pages: dict[Path, _Page]) -> bool:
    parts = urlsplit(address)
    base = site if parts.path.startswith("/") else path.parent
    target = (base / unquote(parts.path).lstrip("/")).resolve() if parts.path else path
    target = target / "index.html" if target.is_dir() else target
    if not target.is_file():
        return False
    return not parts.fragment or target not in pages or unquote(parts.fragment) in pages[target].ids | {"__skip", "top"}


if __name__ == "__main__":
    problems = faults(Path(sys.argv[1]).resolve())
    sys.stderr.writelines(f"{problem}\n" for problem in problems)
    sys.exit(1 if problems else 0)
