"""What a reader sees of a page, taken from its tree; all that is not seen is named, read and left out.

Whatever is on no list is taken for a word's part: its name goes, what is inside stays. Programs, frames and forms go,
pictures are decoded and encoded again, drawings become pictures.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from disclosure_control.core.content import ContentBuilder, TextKind
from disclosure_control.core.finding import make_finding
from disclosure_control.core.location import Location
from disclosure_control.formats.documents.html_pictures import Pictures
from disclosure_control.formats.documents.html_style import UNSEEN, Styles
from disclosure_control.formats.documents.html_tree import Node, Shown, Words, children, is_element, line_of, text_in
from disclosure_control.formats.text.css import Paint, said_in
from disclosure_control.formats.text.plain_text import without_packed

_KEPT_WORDS: Final = (
    "h1 h2 h3 h4 h5 h6 p br hr div span pre code blockquote ul ol li dl dt dd table caption thead tbody tfoot tr "
    "th td b strong em i u s sub sup small figure figcaption img section article header footer main"
)
_LINES_WORDS: Final = (
    "address aside center details dialog dir fieldset form frameset hgroup legend menu nav optgroup option search "
    "select summary"
)
# Elements under the name with which they are rebuilt.
_REBUILT: Final = {
    **{tag: tag for tag in _KEPT_WORDS.split()},
    **dict.fromkeys(_LINES_WORDS.split(), "div"),
    **dict.fromkeys(("xmp", "plaintext", "listing", "textarea"), "pre"),
}
_BESIDE_WORDS: Final = "title iframe embed head frame base link meta area map param source track col"
_BESIDE: Final = frozenset(_BESIDE_WORDS.split())  # left out, with what is inside
_ACTIVE_WORDS: Final = "script iframe object embed form applet base meta link frame"
_ACTIVE: Final = frozenset(_ACTIVE_WORDS.split())
_SPANS: Final = frozenset({"colspan", "rowspan"})
_MAX_SPAN: Final = 3  # digits
_LONGEST_PROGRAM: Final = 2_000_000


@dataclass
class Filtered:
    """What a page shows, what else was read in it, and its programs with their places."""

    shown: list[Shown | Words] = field(default_factory=list)
    unseen: list[list[Shown | Words]] = field(default_factory=list)
    scripts: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class _Around:
    """What is around an element: its colours, the line, whether it is unseen already."""

    line: int = 1
    paint: Paint = field(default_factory=Paint)
    unseen: bool = False


class Filter:
    """Goes through the tree of one page; ``frame`` reads a page that lies inside it."""

    def __init__(
        self, styles: Styles, pictures: Pictures, reading: ContentBuilder, frame: Callable[[str, Location], None]
    ) -> None:
        self._styles = styles
        self._pictures = pictures
        self._reading = reading
        self._frame = frame
        self._sheets = 0
        self._result = Filtered()

    def run(self, root: Node) -> Filtered:
        """What the page shows and what it does not, with everything that is not seen named."""
        self._result.shown = self._inside(root, _Around())
        if self._styles.unknown:
            why = "A style sheet hides elements by selectors that are not read here; the rebuilt page shows them."
            self._reading.findings.append(
                make_finding("artefact.hidden-content", "the style sheets", why, rules=self._styles.unknown)
            )
        return self._result

    def _inside(self, node: Node, around: _Around) -> list[Shown | Words]:
        shown: list[Shown | Words] = []
        for inner in children(node):
            line = line_of(inner, around.line)
            if is_element(inner):
                shown += self._element(inner, _Around(line, around.paint, around.unseen))
            elif inner.name == "#text":
                shown.append(Words(inner.data or "", line))
            else:
                self._beside_text(inner, line)
        return shown

    def _beside_text(self, node: Node, line: int) -> None:
        """A comment, an instruction or a document type."""
        if node.name == "!doctype":
            said = " ".join(str(getattr(node.data, name, "") or "") for name in ("name", "public_id", "system_id"))
            if said.strip().lower() != "html":
                self._reading.text(Location(line=line, note=": the document's type"), said, TextKind.CODE)
            return
        kind = "a comment" if node.name == "#comment" else "an instruction"
        self._reading.hidden(Location(line=line, note=f": {kind}"), text=str(node.data or ""))

    def _element(self, node: Node, around: _Around) -> list[Shown | Words]:
        self._attributes(node, around.line)
        if node.name in ("script", "style"):
            self._source(node)
            return []
        paint = self._styles.paint(node, around.paint)
        hidden = self._styles.hide(node) or (paint.is_unseen and _has_words(node))
        if hidden and not around.unseen:
            words = f" ({node.name})" if node.name in _REBUILT or node.name in UNSEEN else ""
            self._reading.hidden(Location(line=around.line, note=f": an element that is not seen{words}"))
        if node.name == "iframe":
            self._frame(node.attrs.get("srcdoc") or "", Location(line=around.line, note=": a page in a frame"))
        if node.name in ("svg", "img") and not (hidden or around.unseen):
            return self._pictures.drawing(node) if node.name == "svg" else self._pictures.picture(node)
        shown = self._rebuilt(node, self._inside(node, _Around(around.line, paint, around.unseen or hidden)), around)
        if hidden or node.name in _BESIDE or node.name in ("svg", "img"):
            self._result.unseen.append(shown)
            return []
        return shown

    def _rebuilt(self, node: Node, inner: list[Shown | Words], around: _Around) -> list[Shown | Words]:
        tag = _REBUILT.get(node.name) if node.namespace == "html" else None
        if tag is None or node.name == "img":
            return inner
        spans = {
            name: value
            for name, value in node.attrs.items()
            if name in _SPANS and value and value.isascii() and value.isdecimal() and len(value) <= _MAX_SPAN
        }
        return [Shown(tag, around.line, spans if tag in ("td", "th") else {}, inner)]

    def _attributes(self, node: Node, line: int) -> None:
        attributes = node.attrs
        harmless = attributes.get("type") == "application/json" or (
            node.name == "meta" and "http-equiv" not in attributes
        )
        if node.name in _ACTIVE and not harmless:
            self._reading.findings.append(
                make_finding("artefact.active-content", Location(line=line, note=f": {node.name}"))
            )
        tag = node.name if node.name in _REBUILT or node.name in _ACTIVE | _BESIDE | UNSEEN else "an element"
        for name, value in attributes.items():
            said = value or ""
            if name.startswith("on"):
                self._reading.findings.append(
                    make_finding("artefact.active-content", Location(line=line, note=f": a program in {tag}"))
                )
            if name == "style":
                said = said_in(said)
            if name == "charset" and said.lower() == "utf-8":
                continue
            if (name != "src" or not said.startswith("data:")) and len(said) > 2:
                self._reading.text(
                    Location(line=line, note=f", attribute of {tag}"), without_packed(said), TextKind.CODE
                )

    def _source(self, node: Node) -> None:
        """What a program or a style sheet says."""
        source = text_in(node)
        if node.name == "style":
            self._sheets += 1
            said = said_in(source)
            if said:
                self._reading.hidden(f"style sheet {self._sheets}", "A style sheet holds texts of its own.", said)
        elif source.strip():
            where = f"script {len(self._result.scripts) + 1}"
            self._result.scripts.append((where, source))
            if len(source) < _LONGEST_PROGRAM:
                self._reading.text(where, without_packed(source), TextKind.CODE)


def _has_words(node: Node) -> bool:
    return any(inner.name == "#text" and (inner.data or "").strip() for inner in children(node))
