"""A page as a browser has it: one tree by the algorithm of the WHATWG (HTML Standard, section 13.2), by JustHTML.

Everything else about pages works on this tree, so that what is read and what is rebuilt cannot differ.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final
from xml.etree.ElementTree import Element as XmlElement

from justhtml.parser.context import FragmentContext
from justhtml.parser.engine import ParseEngine, compile_raw_engine_plan

from disclosure_control.core.errors import Unreadable

MAX_DEPTH: Final = 250  # browsers stop at 512
_MAX_TAGS: Final = 600_000
_MAX_TREE: Final = 2_000_000  # elements and texts: formatting that is left open is made again in every block
HTML: Final = "html"
_XHTML: Final = "http://www.w3.org/1999/xhtml"

Node = Any  # a node of JustHTML: element, text, comment, instruction, doctype or the root


@dataclass
class Words:
    """A text of the page, with the line where it begins."""

    text: str
    line: int


@dataclass
class Shown:
    """An element that is shown, with the name under which it is rebuilt."""

    tag: str
    line: int = 1
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Shown | Words"] = field(default_factory=list)


def parse(text: str, *, fragment: bool = False) -> Node:
    """The root of a page, or of a part of one as a notebook shows it.

    Raises:
        Unreadable: it has too many elements, or they are nested too deeply.
    """
    if text.count("<") > _MAX_TAGS:
        raise Unreadable("The page has too many elements.", rule="artefact.too-big")
    # The engine itself: asked for places, JustHTML's own door keeps the ends of tags too, and then takes malformed
    # comments for text (3.16). A test compares both.
    root = ParseEngine(
        text,
        fragment=fragment,
        fragment_context=FragmentContext("div") if fragment else None,
        scripting_enabled=True,
        plan=compile_raw_engine_plan(fragment, scripting_enabled=True),
        collect_errors=False,
        max_errors=1,
        iframe_srcdoc=False,
        track_node_locations=True,
        track_tag_spans=False,
    ).parse()
    _check_size(root)
    return root


def _check_size(root: Node) -> None:
    level, size = [root], 0
    for _ in range(MAX_DEPTH):
        level = [inner for node in level for inner in children(node)]
        size += len(level)
        if size > _MAX_TREE:
            raise Unreadable("The page has too many elements.", rule="artefact.too-big")
        if not level:
            return
    raise Unreadable("The page is nested too deeply.", rule="artefact.too-big")


def children(node: Node) -> list[Node]:
    """What is inside a node, a template's content too."""
    content = getattr(node, "template_content", None)
    return [*(node.children or ()), *((content.children or ()) if content is not None else ())]


def descendants(root: Node) -> Iterator[Node]:
    """Every node of a tree in the order of the page."""
    stack = [root]
    while stack:
        node = stack.pop()
        yield node
        stack += reversed(children(node))


def is_element(node: Node) -> bool:
    """Whether a node is an element, rather than text, a comment or the page itself."""
    return node.name[:1] not in ("#", "!")


def line_of(node: Node, fallback: int) -> int:
    """The line where a node begins; elements that a parser adds have none."""
    return node.origin_line or fallback


def text_in(node: Node) -> str:
    """All text inside a node, as it stands."""
    return "".join(inner.data or "" for inner in descendants(node) if inner.name == "#text")


def as_xml(root: Node) -> tuple[XmlElement, dict[int, XmlElement]]:
    """The elements of a tree for libraries that know ElementTree, and which one stands for which node."""
    made: dict[int, XmlElement] = {}
    top = XmlElement(f"{{{_XHTML}}}html")
    pairs = [(node, top) for node in children(root) if is_element(node)]
    if len(pairs) == 1 and pairs[0][0].name == "html":
        made[id(pairs[0][0])] = top
        top.attrib.update({name: value or "" for name, value in pairs[0][0].attrs.items()})
        pairs = [(node, top) for node in children(pairs[0][0]) if is_element(node)]
    stack = list(reversed(pairs))
    while stack:
        node, above = stack.pop()
        xml = XmlElement(f"{{{_XHTML}}}{node.name}", {name: value or "" for name, value in node.attrs.items()})
        if any(inner.name == "#text" and inner.data for inner in children(node)):
            xml.text = "-"  # it is not empty; no selector asks what a text says
        made[id(node)] = xml
        above.append(xml)
        stack += [(inner, xml) for inner in reversed(children(node)) if is_element(inner)]
    return top, made
