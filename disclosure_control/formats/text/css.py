"""Style sheets and style attributes, parsed by tinycss2: what they say, and whether they leave a text unseen.

Which elements a rule is for is found by ``css_cascade``.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import tinycss2
from tinycss2 import color4

from disclosure_control.core.errors import Unreadable
from disclosure_control.formats.text.css_visibility import Colour, leaves_unseen

MAX_LENGTH: Final = 3_000_000  # characters of the style sheets of a page
_MAX_NESTED: Final = 20
_WHITE: Final[Colour] = (255, 255, 255)
_NEAR: Final = 48  # a distance of colours that nobody tells apart
_FAINT: Final = 0.1  # of full ink
_WORD: Final = re.compile(r"\w\w")
_OTHER_MEDIUM: Final = re.compile(r"\s*(?:only\s+)?(?:print|speech)\b", re.IGNORECASE)
_GROUNDS: Final = ("background", "background-color", "background-image")
_SAYING: Final = ("content", "quotes", "symbols")
_NAMING: Final = ("import", "namespace", "charset")
_ADDRESSES: Final = ("url", "src", "attr", "image-set", "-webkit-image-set")
_VALUES: Final = ("ident", "number", "percentage", "dimension", "hash")


@dataclass(frozen=True)
class Declaration:
    """One declaration: its name in lower case, its value as tokens, whether it is marked as important."""

    name: str
    value: tuple[Any, ...]
    important: bool = False

    @property
    def text(self) -> str:
        """The value as CSS, without escapes that spell a word in other letters."""
        words = (token.value if token.type == "ident" else tinycss2.serialize([token]) for token in self.value)
        return "".join(words).strip()


@dataclass(frozen=True)
class Rule:
    """A rule of a style sheet: its selectors as CSS, and its declarations."""

    selectors: str
    declarations: tuple[Declaration, ...]


@dataclass(frozen=True)
class Paint:
    """The ink of a text and the ground that it stands on; None where that cannot be told, as for a picture."""

    ink: Colour | None = (0, 0, 0)
    ground: Colour | None = _WHITE

    @property
    def is_unseen(self) -> bool:
        """Whether nobody tells ink and ground apart."""
        if self.ink is None or self.ground is None:
            return False
        return sum(abs(a - b) for a, b in zip(self.ink, self.ground, strict=True)) < _NEAR


def declarations(source: str) -> list[Declaration]:
    """The declarations of a style attribute."""
    return list(_declared(tinycss2.parse_blocks_contents(source, skip_comments=True, skip_whitespace=True)))


def rules(source: str) -> Iterator[Rule]:
    """The rules of a style sheet that can be for a page on a screen, those inside other rules too.

    Raises:
        Unreadable: the style sheet is too long, or its rules are nested too deeply.
    """
    if len(source) > MAX_LENGTH:
        raise Unreadable("A style sheet is too long.", rule="artefact.too-big")
    yield from _rules(tinycss2.parse_stylesheet(source, skip_comments=True, skip_whitespace=True), "", 0)


def _rules(nodes: Iterable[Any], outer: str, depth: int) -> Iterator[Rule]:
    if depth > _MAX_NESTED:
        raise Unreadable("A style sheet is nested too deeply.", rule="artefact.too-big")
    for node in nodes:
        if node.type == "qualified-rule":
            selectors = _within(tinycss2.serialize(node.prelude).strip(), outer)
            inner = _contents(node)
            yield Rule(selectors, tuple(_declared(inner)))
            yield from _rules(inner, selectors, depth + 1)
        elif node.type == "at-rule" and node.content is not None and not _is_other_medium(node):
            inner = _contents(node)
            if outer:
                yield Rule(outer, tuple(_declared(inner)))
            yield from _rules(inner, outer, depth + 1)


def _contents(node: Any) -> list[Any]:
    contents: list[Any] = tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True)
    return contents


def _within(selectors: str, outer: str) -> str:
    """The selectors of a rule inside another (CSS Nesting 1, section 3)."""
    if not outer:
        return selectors
    return selectors.replace("&", f":is({outer})") if "&" in selectors else f":is({outer}) :is({selectors})"


def _is_other_medium(node: Any) -> bool:
    """Whether the rule is for paper alone, or gives no styles to elements at all."""
    if node.lower_at_keyword == "media":
        return bool(_OTHER_MEDIUM.match(tinycss2.serialize(node.prelude)))
    return node.lower_at_keyword in ("keyframes", "-webkit-keyframes", "font-face", "page", "counter-style", "property")


def _declared(nodes: Iterable[Any]) -> Iterator[Declaration]:
    for node in nodes:
        if node.type == "declaration":
            yield Declaration(node.lower_name, tuple(node.value), node.important)


def hides(declared: Sequence[Declaration]) -> bool:
    """Whether elements with these declarations are not seen, whatever their colours; the last one counts most.

    >>> hides(declarations("display: none")), hides(declarations("display: none; display: block"))
    (True, False)
    >>> hides(declarations(r"d\\69splay:n\\6fne")), hides(declarations("width: 1.5em; left: -1px"))
    (True, False)
    """
    ordered = [*(one for one in declared if not one.important), *(one for one in declared if one.important)]
    return leaves_unseen([(one.name, one.value) for one in ordered])


def painted(declared: Sequence[Declaration], around: Paint) -> Paint:
    """The colours of an element with these declarations, inside one with those colours."""
    ink, ground = around.ink, around.ground
    for one in declared:
        if one.name == "color":
            colour, alpha = colour_of(one.text)
            ink = ground if alpha is not None and alpha < _FAINT else colour or ink
        elif one.name in _GROUNDS:
            ground = _ground_of(one, ground)
    return Paint(ink, ground)


def _ground_of(one: Declaration, around: Colour | None) -> Colour | None:
    words = [colour_of(tinycss2.serialize([token])) for token in one.value if token.type != "whitespace"]
    if one.name == "background-image" or any(token.type in ("url", "function") for token in one.value):
        colours = [colour for colour, alpha in words if colour and alpha == 1.0]
        return colours[0] if colours and one.name != "background-image" else None
    colours = [colour for colour, alpha in words if colour and alpha is not None and alpha > _FAINT]
    return colours[-1] if colours else around


def colour_of(text: str) -> tuple[Colour | None, float | None]:
    """A colour and how much of it there is, each None where the text is no colour that is known."""
    try:
        colour = color4.parse_color(text.strip())
        if colour is None or isinstance(colour, str):
            return None, None
        red, green, blue = (min(255, max(0, round(255 * (part or 0)))) for part in colour.to("srgb").coordinates)
    except (ValueError, NotImplementedError, ArithmeticError):
        return None, None
    return (red, green, blue), colour.alpha


def said_in(source: str) -> str:
    """What a style sheet itself says: its comments, the texts it draws, its addresses and its own properties."""
    parts = list(_said(tinycss2.parse_component_value_list(source[:MAX_LENGTH])))
    return " ".join(part.strip() for part in parts if _WORD.search(part))


def _said(tokens: Sequence[Any]) -> Iterator[str]:
    """Comments and addresses wherever they stand; texts after ``content:`` or ``@import``; values of own properties."""
    said = _Said()
    for place, token in enumerate(tokens):
        said = _said_after(said, tokens, place)
        if token.type in ("comment", "url") or (token.type == "string" and (said.draws or said.own)):
            yield token.value
        elif token.type in _VALUES and said.own:
            yield tinycss2.serialize([token]).lstrip("#-")
        inner = getattr(token, "content", None) or getattr(token, "arguments", None) or ()
        yield from _said_inside(token, inner, said)


def _said_after(said: "_Said", tokens: Sequence[Any], place: int) -> "_Said":
    """What the declaration is that a token belongs to."""
    token = tokens[place]
    if token.type == "literal" and token.value == ";":
        return _Said()
    if token.type == "at-keyword":
        return _Said(draws=token.lower_value in _NAMING)
    if token.type == "ident" and _next_is_colon(tokens, place):
        return _Said(token.value.lower() in _SAYING, token.value.startswith("--"))
    return said


@dataclass(frozen=True)
class _Said:
    """What the declaration around a token is: one whose texts are drawn or name a place, or a property of its own."""

    draws: bool = False
    own: bool = False


def _said_inside(token: Any, inner: Sequence[Any], said: _Said) -> Iterator[str]:
    if said.own or said.draws or getattr(token, "lower_name", "") in _ADDRESSES:
        kinds = ("string", *_VALUES) if said.own else ("string",)
        yield from (tinycss2.serialize([part]).strip("\"'") for part in inner if part.type in kinds)
    else:
        yield from _said(inner)


def _next_is_colon(tokens: Sequence[Any], place: int) -> bool:
    after = next((token for token in tokens[place + 1 :] if token.type not in ("whitespace", "comment")), None)
    return after is not None and after.type == "literal" and after.value == ":"
