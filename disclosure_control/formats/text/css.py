"""What a style hides: declarations that leave a text unseen, and which elements a style sheet gives them to."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from PIL import ImageColor

_UNSEEN: Final = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(hidden|collapse)|content-visibility\s*:\s*hidden"
    r"|(?<![\w-])opacity\s*:\s*(0?\.0\d*|0)\s*%?\s*($|[;!])|filter\s*:\s*opacity\(\s*0"
    r"|font-size\s*:\s*(0?\.\d+|[01](\.\d+)?)\s*(px|pt|%)?\s*($|[;!])|font-size\s*:\s*0|font\s*:[^;]*\b[01]px"
    r"|(left|top|right|bottom|text-indent|margin(-\w+)?)\s*:\s*-\s*\d{3,}"
    r"|transform\s*:[^;]*(scale[xy]?\(\s*0?\.?0*\s*[,)]|translate\w*\([^;]*-\s*\d{3,})"
    r"|clip(-path)?\s*:\s*(rect\(\s*(0|1px)|inset\(\s*(50|100)%|circle\(\s*0|polygon\(\s*0)"
    r"|(?<![\w-])(max-)?(width|height)\s*:\s*[01](px|pt|%)?\s*($|[;!])|text-fill-color\s*:\s*transparent"
    r"|z-index\s*:\s*-\d+",
    re.IGNORECASE,
)
_DECLARATION: Final = re.compile(r"(?:^|[;\s])(color|background|background-color)\s*:\s*([^;!]+)", re.IGNORECASE)
_RULE: Final = re.compile(r"([^{}]+)\{([^{}]*)\}")
_COMMENT: Final = re.compile(r"/\*(.*?)(?:\*/|$)", re.DOTALL)
_ESCAPED: Final = re.compile(r"\\([0-9a-fA-F]{1,6})\s?")
_SAID: Final = re.compile(r"content\s*:\s*([^;}]*[\w][^;}]*)|url\(([^)]*)\)|--[\w-]+\s*:\s*([^;}]*)")
_SIMPLE: Final = re.compile(r"(?P<tag>[a-z][\w-]*|\*)?(?P<name>[.#][\w-]+)?", re.IGNORECASE)
_SHEET: Final = re.compile(r"<style\b[^>]*>(.*?)(?:</style|$)", re.DOTALL | re.IGNORECASE)
_MAX_RULES: Final = 20_000
_NEAR: Final = 48  # a distance of colours that nobody tells apart


@dataclass(frozen=True)
class Sheet:
    """What the style sheets of a page say to simple selectors: a tag, a class, an id."""

    rules: Mapping[str, str]

    def of(self, tag: str, attributes: Mapping[str, str | None]) -> str:
        """All declarations for an element, its own last."""
        names = [f".{name}" for name in (attributes.get("class") or "").split()]
        names += [f"#{attributes['id']}"] if attributes.get("id") else []
        keys = ["*", tag, *names, *(tag + name for name in names)]
        own = unescaped(attributes.get("style") or "")
        return ";".join([*(self.rules[key] for key in keys if key in self.rules), own])


def sheet_of(page: str) -> Sheet:
    """The style sheets of a page in one."""
    rules: dict[str, str] = {}
    for source in _SHEET.findall(page):
        for selectors, declarations in _RULE.findall(unescaped(_COMMENT.sub("", source)))[:_MAX_RULES]:
            for selector in selectors.split(","):
                matched = _SIMPLE.fullmatch(selector.strip())
                if matched and selector.strip():
                    rules[selector.strip()] = f"{rules.get(selector.strip(), '')};{declarations}"
    return Sheet(rules)


def hides(declarations: str, *, on_white: bool) -> bool:
    """Whether text with these declarations is not seen; ``on_white`` where nothing around it has a ground.

    >>> hides("color: #fff", on_white=True), hides("color: white; background: navy", on_white=True)
    (True, False)
    """
    if not declarations.strip("; "):
        return False
    if _UNSEEN.search(declarations):
        return True
    said = {name.lower(): value for name, value in _DECLARATION.findall(declarations)}
    if "transparent" in said.get("color", "").lower():
        return True
    ink = _colour(said.get("color", ""))
    ground = _colour(said.get("background-color", said.get("background", "")))
    if ground is None and not has_ground(declarations) and on_white:
        ground = (255, 255, 255)
    return ink is not None and ground is not None and sum(abs(a - b) for a, b in zip(ink, ground, strict=True)) < _NEAR


def has_ground(declarations: str) -> bool:
    """Whether these declarations give what is inside a ground of its own."""
    return "background" in declarations.lower()


def said_in(source: str) -> str:
    """What a style sheet itself says: its comments, the texts it draws, its addresses."""
    parts = [*_COMMENT.findall(source), *(" ".join(groups) for groups in _SAID.findall(unescaped(source)))]
    return " ".join(part.strip() for part in parts if re.search(r"\w\w", part))


def unescaped(source: str) -> str:
    """A style without the escapes of CSS, which spell any word in other letters."""
    return _ESCAPED.sub(lambda match: chr(min(int(match[1], 16), 0x10FFFF)), source)


def _colour(text: str) -> tuple[int, ...] | None:
    first = re.match(r"\s*(#\w+|\w+\([^)]*\)|\w+)", text)
    try:
        return ImageColor.getrgb(first[1])[:3] if first else None
    except ValueError:
        return None
