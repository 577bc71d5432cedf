"""The pictures and drawings of a page: each decoded, read and encoded again, or left out and named."""

import base64
import re
from typing import Final
from xml.etree.ElementTree import Element as XmlElement
from xml.etree.ElementTree import tostring

from disclosure_control.core.content import ContentBuilder, FileContent
from disclosure_control.core.errors import Unreadable
from disclosure_control.core.finding import refusal
from disclosure_control.formats.documents.html_tree import Node, Shown, Words
from disclosure_control.formats.nesting import NestedFiles

_PICTURE: Final = re.compile(r"data:image/(png|jpeg|jpg|gif|webp);base64,(.*)", re.DOTALL)
_INNER: Final = re.compile(rb'href="(data:image/png;base64,[^"]*)"')
_NAME: Final = re.compile(r"[A-Za-z_][\w.-]*")
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NAMESPACES: Final = {
    "svg": "http://www.w3.org/2000/svg",
    "math": "http://www.w3.org/1998/Math/MathML",
    "html": "http://www.w3.org/1999/xhtml",
}
_XLINK: Final = "http://www.w3.org/1999/xlink"


class Pictures:
    """Reads the pictures of one page, in the order in which they stand."""

    def __init__(self, reading: ContentBuilder, inside: NestedFiles) -> None:
        self._reading = reading
        self._inside = inside
        self._pictures = self._drawings = 0

    def picture(self, node: Node) -> list[Shown | Words]:
        """A picture as it is rebuilt; nothing where it lies elsewhere or cannot be read."""
        matched = _PICTURE.match((node.attrs.get("src") or "").strip())
        if matched is None:
            return []
        self._pictures += 1
        try:
            content = base64.b64decode(matched[2])
        except ValueError:
            content = b""
        part = self._examined(f"picture.{matched[1]}", content, f"picture {self._pictures}")
        if part is None or part.clean is None:
            return []
        return [_image(f"data:{part.media_type};base64,{base64.b64encode(part.clean).decode()}")]

    def drawing(self, node: Node) -> list[Shown | Words]:
        """A drawing as the picture that is seen; nothing where it cannot be read."""
        self._drawings += 1
        source = tostring(_xml_of(node), encoding="utf-8")
        part = self._examined("drawing.svg", source, f"drawing {self._drawings}")
        inner = _INNER.search(part.clean or b"") if part is not None else None
        return [_image(inner[1].decode())] if inner else []

    def _examined(self, name: str, content: bytes, where: str) -> FileContent | None:
        try:
            part = self._inside.examine(name, content)
        except Unreadable as error:
            self._reading.findings.append(refusal(error, where))
            return None
        self._reading.absorb(part, where)
        return part


def _image(address: str) -> Shown:
    return Shown("img", attributes={"src": address})


def _xml_of(root: Node) -> XmlElement:
    """A drawing that stands in a page as a drawing of its own, by rules that XML has and HTML has not."""
    top = _element(root)
    stack = [(root, top)]
    while stack:
        node, xml = stack.pop()
        last: XmlElement | None = None
        for inner in node.children or ():
            if inner.name == "#text":
                text = _NOT_XML.sub("", inner.data or "")
                if last is None:
                    xml.text = (xml.text or "") + text
                else:
                    last.tail = (last.tail or "") + text
            elif inner.name[:1] not in "#!":
                last = _element(inner)
                xml.append(last)
                stack.append((inner, last))
    return top


def _element(node: Node) -> XmlElement:
    name = node.name if _NAME.fullmatch(node.name) else "unknown"
    xml = XmlElement(f"{{{_NAMESPACES.get(node.namespace, _NAMESPACES['svg'])}}}{name}")
    for key, value in node.attrs.items():
        said = _NOT_XML.sub("", value or "")
        if key == "xlink:href":
            xml.set(f"{{{_XLINK}}}href", said)
        elif _NAME.fullmatch(key) and key != "xmlns":
            xml.set(key, said)
    return xml
