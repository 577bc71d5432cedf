"""SVG: every mark counted, every text read, and what is seen of it rebuilt as a picture.

A drawing can hide text under shapes, outside its edges, in comments and metadata, and each mark's exact place. What
would be released is the drawing as it is seen: an SVG with one picture in it.
"""

import base64
import re
from collections import Counter
from typing import Final
from xml.etree.ElementTree import Element, register_namespace, tostring

import resvg_py
from PIL import Image

from disclosure_control.core.content import ContentBuilder, FileContent, TextKind
from disclosure_control.core.errors import Unreadable
from disclosure_control.core.finding import make_finding
from disclosure_control.formats.images import png
from disclosure_control.formats.images.entropy import note_dense
from disclosure_control.formats.images.markers import note_points, shape
from disclosure_control.formats.images.raster import MAX_PIXELS, decoded, encoded, flattened, levelled
from disclosure_control.formats.nesting import NestedFiles
from disclosure_control.formats.text.css import declarations, hides, said_in
from disclosure_control.formats.text.xml import MAX_ELEMENTS, is_comment, local, parse, texts_in

MEDIA_TYPE: Final = "image/svg+xml"
_NUMBER: Final = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_ACTIVE: Final = frozenset({"script", "foreignObject", "iframe", "animate", "set", "animateTransform", "handler"})
_UNSEEN: Final = frozenset({"metadata", "desc", "title"})
_STORES: Final = frozenset({"defs", "symbol", "clipPath", "mask", "pattern", "marker"})  # drawn only where used
_TEXTS: Final = _STORES | {"text", "tspan", "textPath", "g", "a", "switch", "svg"}
_NOT_FILLED: Final = ("none", "transparent")
_MARK_NUMBERS: Final = 60  # coordinates of a path; more is a line or an area
_MARK_SIZE: Final = 8.0
_MAX_NESTED: Final = 50
_ZOOM: Final = 2.0
_LONGEST: Final = 4_000.0  # pixels of a side
_DATA_PICTURE: Final = re.compile(r"data:image/(png|jpeg|jpg|gif|webp);base64,(.*)", re.DOTALL)
_SVG: Final = "http://www.w3.org/2000/svg"
_XLINK: Final = "http://www.w3.org/1999/xlink"


def examine(content: bytes, inside: NestedFiles) -> FileContent:
    """Read an SVG that may be anybody's.

    Raises:
        Unreadable: it is not an SVG that can be drawn within the limits.
    """
    root = parse(content)
    if local(root.tag) != "svg":
        raise Unreadable("The file is XML, but no SVG.", rule="artefact.mismatch")
    reading = ContentBuilder()
    _check_expanded(root)
    _read(root, reading)
    _count(root, reading)
    _pictures(root, reading, inside)
    image = _raster(root)
    note_dense(image, "the drawing", reading)
    return reading.done(MEDIA_TYPE, _rebuilt(image))


def _check_expanded(root: Element) -> None:
    """Raise Unreadable where elements that use each other would draw more than is drawn, or themselves."""
    by_name = {element.get("id", ""): element for element in root.iter()}
    sizes: dict[Element, int] = {}

    def size(element: Element, under: frozenset[Element]) -> int:
        if element in under or len(under) > _MAX_NESTED:
            raise Unreadable("Parts of the drawing use themselves.", rule="artefact.too-big")
        if element not in sizes:
            count = 0
            for inner in element.iter():
                reference = next((value for name, value in inner.attrib.items() if local(name) == "href"), "")
                target = by_name.get(reference.removeprefix("#")) if local(inner.tag) == "use" else None
                count += 1 + (size(target, under | {element}) if target is not None else 0)
                if count > MAX_ELEMENTS:
                    raise Unreadable("The drawing draws too much.", rule="artefact.too-big")
            sizes[element] = count
        return sizes[element]

    size(root, frozenset())


def _read(root: Element, reading: ContentBuilder) -> None:
    """Texts that are seen, and whatever is not."""
    for i, element in enumerate(root.iter(), 1):
        kind = local(element.tag)
        if is_comment(element):
            reading.hidden(f"element {i}: a comment", text=element.text or "")
        elif kind in _ACTIVE:
            reading.findings.append(make_finding("artefact.active-content", f"element {i}: {kind}"))
            reading.text(f"element {i}: {kind}", texts_in(element), TextKind.CODE)
        elif kind in _UNSEEN:
            reading.hidden(f"element {i}: {kind}", text=texts_in(element))
        elif kind in ("text", "tspan") or (element.text and element.text.strip() and kind != "style"):
            reading.text(f"element {i}: {kind}", "".join(element.itertext()), TextKind.LABEL)
        if kind == "style":
            reading.text(f"element {i}: style", said_in(element.text or ""), TextKind.CODE)
        _attributes(element, i, reading)


def _attributes(element: Element, i: int, reading: ContentBuilder) -> None:
    """What attributes say rather than draw, and whether they leave a text unseen."""
    kind = local(element.tag)
    if kind in _STORES or (kind in _TEXTS and _is_invisible(element)):
        text = "".join(element.itertext()).strip()
        if text:
            reading.hidden(f"element {i}: a text that is not drawn", text=text)
    for name, value in element.attrib.items():
        if local(name).startswith(("data-", "on")) or local(name) in ("label", "aria-label"):
            reading.hidden(f"element {i}: an attribute", text=value)
        elif local(name) in ("id", "class") or (name != local(name) and local(name) not in ("href", "space", "lang")):
            reading.text(f"element {i}: an attribute", value, TextKind.CODE)


def _is_invisible(element: Element) -> bool:
    names = ("display", "visibility", "opacity", "fill-opacity", "font-size", "fill")
    presentation = [f"{name}: {element.get(name)}" for name in names if element.get(name)]
    declared = declarations(";".join([*presentation, element.get("style", "")]))
    return hides(declared) or any(
        declaration.name == "fill" and declaration.text.lower() in _NOT_FILLED for declaration in declared
    )


def _count(root: Element, reading: ContentBuilder) -> None:
    marks: Counter[object] = Counter()
    for element in root.iter():
        mark = _mark(element)
        if mark is not None:
            marks[mark] += 1
    note_points(marks, "the drawing", reading)


def _mark(element: Element) -> object:
    """What makes a small shape the same as another in another place; None for what is no mark."""
    kind = local(element.tag)
    if kind in ("circle", "ellipse"):
        return kind
    if kind == "use" and {"x", "y"} & {local(name) for name in element.attrib}:
        return next((value for name, value in element.attrib.items() if local(name) == "href"), "")
    if kind == "rect" and _size(element) <= _MARK_SIZE:
        return (kind, element.get("width"), element.get("height"))
    if kind == "path":
        numbers = [float(number) for number in _NUMBER.findall(element.get("d", ""))[: _MARK_NUMBERS + 1]]
        if 2 <= len(numbers) <= _MARK_NUMBERS:
            return (re.sub(r"[^A-Za-z]", "", element.get("d", "")), shape(numbers))
    return None


def _size(element: Element) -> float:
    sizes = [_NUMBER.match(element.get(name, "")) for name in ("width", "height")]
    return max((float(size.group()) for size in sizes if size), default=1e9)


def _pictures(root: Element, reading: ContentBuilder, inside: NestedFiles) -> None:
    """Read pictures inside the drawing, and leave out every reference to another place."""
    for i, element in enumerate(root.iter(), 1):
        for name, value in list(element.attrib.items()):
            if local(name) != "href" or value.startswith("#"):
                continue
            matched = _DATA_PICTURE.match(value)
            if matched is None:
                reading.hidden(f"element {i}: a reference to another place", text=value)
                del element.attrib[name]
                continue
            part = inside.examine(f"picture.{matched[1]}", _embedded_picture(matched[2]))
            reading.absorb(part, f"element {i}: a picture")
            element.attrib[name] = f"data:{part.media_type};base64,{base64.b64encode(part.clean or b'').decode()}"


def _embedded_picture(text: str) -> bytes:
    try:
        return base64.b64decode(text)
    except ValueError as error:
        raise Unreadable("A picture in the drawing cannot be unpacked.") from error


def _raster(root: Element) -> Image.Image:
    """What is seen, as a picture.

    Raises:
        Unreadable: it cannot be drawn, or not within the limits.
    """
    register_namespace("", _SVG)
    register_namespace("xlink", _XLINK)
    width, height = _extent(root)
    zoom = min(_ZOOM, _LONGEST / max(width, height))
    if width * height * zoom * zoom > MAX_PIXELS or min(width, height) * zoom < 1:
        raise Unreadable("The drawing is too large or too small to be drawn.", rule="artefact.too-big")
    for parent in list(root.iter()):
        for child in list(parent):
            if is_comment(child) or local(child.tag) in _ACTIVE:
                parent.remove(child)
    try:
        source = tostring(root, encoding="unicode")
        png = bytes(resvg_py.svg_to_bytes(svg_string=source, zoom=zoom, dpi=96, background="#ffffff"))
    except (ValueError, RuntimeError, OverflowError) as error:
        raise Unreadable("The drawing cannot be drawn.") from error
    return levelled(flattened(decoded(png, "PNG")))


def _extent(root: Element) -> tuple[float, float]:
    """The width and height of the drawing in pixels."""
    units = {"pt": 4 / 3, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4, "pc": 16.0}
    box = [float(number) for number in _NUMBER.findall(root.get("viewBox", ""))]
    sizes: list[float] = []
    for place, name in enumerate(("width", "height"), 2):
        length = root.get(name, "")
        number = _NUMBER.match(length.strip())
        if number and not length.strip().endswith("%"):
            sizes.append(float(number.group()) * units.get(length.strip()[number.end() :].strip(), 1.0))
        else:
            sizes.append(box[place] if len(box) == 4 else 300.0)
    if not all(0 < size < 1e6 for size in sizes):
        raise Unreadable("The drawing has no size.")
    return sizes[0], sizes[1]


def _rebuilt(image: Image.Image) -> bytes:
    picture = encoded(image, "PNG")
    size = f'width="{image.width / _ZOOM:g}" height="{image.height / _ZOOM:g}"'
    box = f'viewBox="0 0 {image.width} {image.height}"'
    inner = f'<image width="{image.width}" height="{image.height}" href="data:{png.MEDIA_TYPE};base64,'
    text = f'<svg xmlns="{_SVG}" {size} {box}>{inner}{base64.b64encode(picture).decode()}"/></svg>\n'
    return text.encode()
