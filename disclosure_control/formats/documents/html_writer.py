"""What a page shows, written so that a browser makes the same tree of it again.

Where one element inside another would be taken apart by a parser (a block in a paragraph, a row without its table), it
is written as a plain block. Blanks are written as they are shown.
"""

import html
import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final

from disclosure_control.formats.documents.html_text import INLINE
from disclosure_control.formats.documents.html_tree import Shown, Words
from disclosure_control.formats.text.invisible import visible

_BLANKS: Final = re.compile(r"[ \t\n\r\f]+")
_LINE_ENDS: Final = re.compile(r"[ \t]+(?=\n)")
_VOID: Final = frozenset({"br", "hr", "img"})
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_SECTIONS: Final = frozenset({"thead", "tbody", "tfoot"})
# What may be directly inside these, and nothing else may.
_INSIDE: Final = {
    "table": _SECTIONS | {"caption"},
    **dict.fromkeys(_SECTIONS, frozenset({"tr"})),
    "tr": frozenset({"td", "th"}),
}
# Where these must be directly inside; elsewhere they become plain blocks.
_OUTSIDE: Final = {
    **dict.fromkeys(_SECTIONS | {"caption"}, frozenset({"table"})),
    "tr": _SECTIONS,
    **dict.fromkeys(("td", "th"), frozenset({"tr"})),
    "li": frozenset({"ul", "ol"}),
    **dict.fromkeys(("dt", "dd"), frozenset({"dl"})),
}


def normal(shown: Sequence[Shown | Words], above: str = "") -> list[Shown | Words]:
    """The same page in a form that no parser takes apart."""
    kept: list[Shown | Words] = []
    for part in shown:
        if isinstance(part, Words):
            if kept and isinstance(kept[-1], Words):
                kept[-1] = Words(kept[-1].text + part.text, kept[-1].line)
            elif part.text:
                kept.append(Words(part.text, part.line))
            continue
        tag = _tag(part, above)
        inner = normal(part.children, tag)
        if tag in _INSIDE:
            outside = [one for one in inner if not (isinstance(one, Shown) and one.tag in _INSIDE[tag])]
            inner = [one for one in inner if isinstance(one, Shown) and one.tag in _INSIDE[tag]]
            kept += [one for one in outside if not (isinstance(one, Words) and not one.text.strip())]
        if tag == "p" and _has_block(inner):
            tag = "div"
        if tag not in INLINE or inner or tag in _VOID:
            kept.append(Shown(tag, part.line, part.attributes, inner))
    return kept


def _tag(part: Shown, above: str) -> str:
    if part.tag in _OUTSIDE and above not in _OUTSIDE[part.tag]:
        return "div"
    return "div" if part.tag in _HEADINGS and above in _HEADINGS else part.tag


def _has_block(shown: Sequence[Shown | Words]) -> bool:
    return any(
        isinstance(part, Shown) and part.tag != "br" and (part.tag not in INLINE or _has_block(part.children))
        for part in shown
    )


def write(shown: Sequence[Shown | Words]) -> str:
    """A page in normal form as HTML."""
    blanks = _Blanks()
    blanks.settle(shown)
    return "".join(_written(shown, pre=False)).strip("\n")


class _Blanks:
    """Leaves of a page's blanks those that are shown: one between words, none at the ends of a block."""

    def __init__(self) -> None:
        self._last: Words | None = None  # the text before, in the same block

    def settle(self, shown: Sequence[Shown | Words]) -> None:
        self._inside(shown)
        self._end()

    def _inside(self, shown: Sequence[Shown | Words]) -> None:
        for part in shown:
            if isinstance(part, Words):
                self._words(part)
            elif part.tag == "pre":
                self._end()
                _settle_lines(part)
            elif part.tag == "img":
                continue
            elif part.tag in INLINE:
                self._inside(part.children)
            else:
                self._end()
                self._inside(part.children)
                self._end()

    def _words(self, words: Words) -> None:
        words.text = _BLANKS.sub(" ", _normal_text(_BLANKS.sub(" ", words.text)))
        if self._last is None or self._last.text.endswith(" "):
            words.text = words.text.lstrip(" ")
        if words.text:
            self._last = words

    def _end(self) -> None:
        if self._last is not None:
            self._last.text = self._last.text.rstrip(" ")
        self._last = None


def _settle_lines(pre: Shown) -> None:
    """Blanks of a text that keeps its lines: none at their ends, no empty lines before and after."""
    first = True
    for words in _words_of(pre.children):
        text = words.text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", " ")
        text = _LINE_ENDS.sub("", _normal_text(text))
        words.text = text.lstrip("\n") if first else text
        first = first and not words.text
    if pre.children and isinstance(pre.children[-1], Words):
        pre.children[-1].text = pre.children[-1].text.rstrip(" \t\n")


def _words_of(shown: Sequence[Shown | Words]) -> Iterator[Words]:
    for part in shown:
        if isinstance(part, Words):
            yield part
        else:
            yield from _words_of(part.children)


def _normal_text(text: str) -> str:
    return unicodedata.normalize("NFC", visible(text))


def _written(shown: Sequence[Shown | Words], *, pre: bool) -> Iterator[str]:
    for part in shown:
        if isinstance(part, Words):
            yield _escaped(part.text)
            continue
        tag = "div" if pre and part.tag == "pre" else part.tag  # a parser drops the line end that a pre begins with
        inner = "".join(_written(part.children, pre=pre or tag == "pre"))
        if tag in INLINE and not inner and tag not in _VOID:
            continue
        end = "" if pre or tag in INLINE else "\n"
        attributes = "".join(f' {name}="{html.escape(value)}"' for name, value in sorted(part.attributes.items()))
        start = f"<{tag}{attributes}>"
        yield f"{start}{end}" if tag in _VOID else f"{start}{inner}</{tag}>{end}"


def _escaped(text: str) -> str:
    """A text in HTML; a mark that would join the bracket before it is written as its number."""
    escaped = html.escape(text, quote=False)
    return f"&#{ord(escaped[0])};{escaped[1:]}" if escaped and unicodedata.combining(escaped[0]) else escaped
