"""What the styles of a page leave unseen: by style sheets, by style attributes, and by what HTML itself hides."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from disclosure_control.formats.documents.html_tree import Node, as_xml, descendants, text_in
from disclosure_control.formats.text.css import Declaration, Paint, colour_of, declarations, hides, painted, rules
from disclosure_control.formats.text.css_cascade import Cascade

# Elements that no browser shows, whatever their style.
_UNSEEN_WORDS: Final = "template noscript datalist noframes noembed canvas video audio"
UNSEEN: Final = frozenset(_UNSEEN_WORDS.split())
_UNSEEN_DRAWN: Final = frozenset({"annotation", "annotation-xml", "desc", "metadata"})  # in formulas and drawings
_NEVER: Final = frozenset({"html", "body", "head", "script", "style"})  # named by what is inside them


@dataclass(frozen=True)
class Styles:
    """The styles of one page, by the identity of its nodes."""

    declared: Mapping[int, list[Declaration]]
    unknown: int

    def hide(self, node: Node) -> bool:
        """Whether an element is not seen, its colours aside."""
        if node.name in _NEVER:
            return False
        names = node.attrs
        return (
            node.name in (UNSEEN if node.namespace == "html" else _UNSEEN_DRAWN)
            or "hidden" in names
            or "popover" in names
            or (node.name == "dialog" and "open" not in names)
            or (node.name == "input" and (names.get("type") or "").strip().lower() == "hidden")
            or self._hides(node)
        )

    def paint(self, node: Node, around: Paint) -> Paint:
        """The colours of an element inside one with those colours."""
        ink, ground = around.ink, around.ground
        if "bgcolor" in node.attrs or "background" in node.attrs:
            ground, _ = colour_of(node.attrs.get("bgcolor") or "")
        if node.name in ("font", "body"):
            ink = colour_of(node.attrs.get("color") or node.attrs.get("text") or "")[0] or ink
        if (ink, ground) != (around.ink, around.ground):
            around = Paint(ink, ground)
        declared = self._of(node)
        return painted(declared, around) if declared else around

    def _hides(self, node: Node) -> bool:
        declared = self._of(node)
        return bool(declared) and hides(declared)

    def _of(self, node: Node) -> list[Declaration]:
        own = node.attrs.get("style")
        return [*self.declared.get(id(node), ()), *(declarations(own) if own else ())]


def styles_of(root: Node) -> Styles:
    """The styles of a page.

    Raises:
        Unreadable: its style sheets are too long, too deep or too many.
    """
    sheets = [text_in(node) for node in descendants(root) if node.name == "style"]
    if not sheets:
        return Styles({}, 0)
    cascade = Cascade(rule for sheet in sheets for rule in rules(sheet))
    top, made = as_xml(root)
    declared = cascade.declarations(top)
    return Styles({node: declared[xml] for node, xml in made.items() if xml in declared}, cascade.unknown)
