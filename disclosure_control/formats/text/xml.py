"""XML of strangers: parsed without entities and external parts, within limits, comments kept."""

from typing import Final
from xml.etree.ElementTree import Comment, Element, ParseError, ProcessingInstruction, TreeBuilder

import defusedxml
from defusedxml.ElementTree import DefusedXMLParser

from disclosure_control.core.errors import Unreadable

MAX_ELEMENTS: Final = 400_000
MAX_DEPTH: Final = 200


class _Builder(TreeBuilder):
    """Builds a tree, and stops before it is too large or too deep."""

    def __init__(self) -> None:
        super().__init__(insert_comments=True, insert_pis=True)
        self._elements = self._depth = 0

    def start(self, tag, attrs):  # type: ignore[no-untyped-def]
        self._elements += 1
        self._depth += 1
        if self._elements > MAX_ELEMENTS or self._depth > MAX_DEPTH:
            raise Unreadable("The file has too many or too deep elements.", rule="artefact.too-big")
        return super().start(tag, attrs)

    def end(self, tag):  # type: ignore[no-untyped-def]
        self._depth -= 1
        return super().end(tag)


def parse(content: bytes) -> Element:
    """The root of an XML document.

    Raises:
        Unreadable: it is not XML, declares entities, refers to other files, or is too large.
    """
    parser = DefusedXMLParser(target=_Builder(), forbid_dtd=False, forbid_entities=True, forbid_external=True)
    try:
        parser.feed(content)
        root: Element = parser.close()
    except defusedxml.DefusedXmlException as error:
        raise Unreadable("The file declares entities or refers to others.", rule="artefact.active-content") from error
    except (ParseError, ValueError, LookupError) as error:
        raise Unreadable("The file is not XML that can be read.") from error
    return root


def is_comment(element: Element) -> bool:
    """Whether this is a comment or an instruction to a program, which no reader sees."""
    return element.tag in (Comment, ProcessingInstruction)  # type: ignore[comparison-overlap]


def local(name: object) -> str:
    """A tag or attribute without its namespace.

    >>> local("{http://www.w3.org/2000/svg}path")
    'path'
    """
    return name.rpartition("}")[2] if isinstance(name, str) else ""


def texts_in(root: Element) -> str:
    """All text and attributes of a tree in one."""
    parts: list[str] = []
    for element in root.iter():
        parts += [element.text or "", element.tail or "", *map(str, element.attrib.values())]
    return " ".join(part.strip() for part in parts if part.strip())
