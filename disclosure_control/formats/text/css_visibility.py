"""Which declarations leave a text unseen: hidden, clear, too small, cut away, or moved off the page."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from tinycss2 import color4

Colour = tuple[int, int, int]
_FAINT: Final = 0.1  # of full ink
_SMALL_PX: Final = 2.0
_SMALL_SHARE: Final = 10.0  # per cent of the letters around
_AWAY_PX: Final = 100.0  # to the left or up
_FAR_PX: Final = 2_000.0  # to the right or down
_CALCULATED_FAR: Final = 1_000.0
_CUT: Final = 50.0  # per cent cut away from a side
_PIXELS: Final[Mapping[str, float]] = {"px": 1, "pt": 4 / 3, "em": 4, "rem": 4, "cm": 38, "mm": 3.8, "in": 96}
_PLACES: Final = "left top right bottom inset text-indent margin margin-left margin-right margin-top margin-bottom"


def leaves_unseen(declared: Sequence[tuple[str, Sequence[Any]]]) -> bool:
    """Whether elements with these declarations, the last of which counts most, are not seen.

    Of properties whose values are a few words, the last that is known counts. Of all others one is enough, since a
    value that no browser takes leaves the one before it in force.
    """
    last: dict[str, bool] = {}
    for name, value in declared:
        tokens = [token for token in value if token.type not in ("whitespace", "comment")]
        if name in _LAST:
            unseen = _LAST[name](tokens)
            last[name] = last.get(name, False) if unseen is None else unseen
        elif name in _ANY and _ANY[name](tokens):
            return True
    return any(last.values())


def _word(tokens: Sequence[Any]) -> str:
    words = [token.lower_value for token in tokens if token.type == "ident"]
    return words[0] if len(words) == 1 == len(tokens) else ""


def _display(tokens: Sequence[Any]) -> bool | None:
    if any(token.type == "ident" and token.lower_value == "none" for token in tokens):
        return True
    return False if _word(tokens) in _SHOWN else None


def _visibility(tokens: Sequence[Any]) -> bool | None:
    word = _word(tokens)
    if word in ("hidden", "collapse"):
        return True
    return False if word in ("visible", "auto", "initial") else None


def _opacity(tokens: Sequence[Any]) -> bool | None:
    if len(tokens) != 1 or tokens[0].type not in ("number", "percentage"):
        return None
    share = tokens[0].value / (100 if tokens[0].type == "percentage" else 1)
    return bool(share < _FAINT)


def _pixels(token: Any) -> float | None:
    """A length in pixels, of letters of the smallest size that is read; None where it is no length."""
    if token.type == "dimension":
        return float(token.value * _PIXELS.get(token.lower_unit, 1.0))
    return float(token.value) if token.type in ("number", "percentage") else None


def _letters(tokens: Sequence[Any]) -> bool:
    """Whether letters of this size are too small to be seen."""
    for token in tokens:
        if token.type == "literal" and token.value == "/":
            return False
        if token.type == "percentage" and token.value < _SMALL_SHARE:
            return True
        if token.type == "number" and token.value == 0:
            return True
        if token.type == "dimension":
            relative = token.lower_unit in ("em", "rem", "ex", "ch")
            if token.value < _FAINT or (not relative and token.value * _PIXELS.get(token.lower_unit, 1) < _SMALL_PX):
                return True
    return False


def _size(tokens: Sequence[Any]) -> bool:
    """Whether a box of this width or height has no room for a letter."""
    if len(tokens) != 1 or tokens[0].type not in ("number", "percentage", "dimension"):
        return False
    relative = tokens[0].type == "dimension" and tokens[0].lower_unit not in ("px", "pt")
    return bool(tokens[0].value <= (_FAINT if relative else 1.0))


def _away(tokens: Sequence[Any]) -> bool:
    for token in tokens:
        pixels = _pixels(token)
        if pixels is not None and (pixels <= -_AWAY_PX or pixels >= _FAR_PX):
            return True
        if token.type == "function" and any(abs(_pixels(part) or 0) >= _CALCULATED_FAR for part in token.arguments):
            return True
    return False


def _arguments(token: Any) -> list[Any]:
    return [part for part in token.arguments if part.type not in ("whitespace", "comment", "literal")]


def _transform(tokens: Sequence[Any]) -> bool:
    for token in tokens:
        if token.type != "function":
            continue
        numbers = [part.value for part in _arguments(token) if part.type in ("number", "percentage")]
        if token.lower_name.startswith(("scale", "matrix")) and numbers and abs(numbers[0]) < _FAINT:
            return True
        if token.lower_name.startswith("translate") and _away(_arguments(token)):
            return True
    return False


def _scale(tokens: Sequence[Any]) -> bool:
    return any(token.type in ("number", "percentage") and abs(token.value) < _FAINT for token in tokens)


def _clip(tokens: Sequence[Any]) -> bool:
    for token in tokens:
        if token.type != "function":
            continue
        first = next(iter(_arguments(token)), None)
        value = getattr(first, "value", None)
        if not isinstance(value, int | float):
            continue
        if token.lower_name == "inset" and first is not None and first.type == "percentage":
            return value >= _CUT
        if token.lower_name in ("rect", "circle", "ellipse", "polygon") and value <= 1:
            return True
    return False


def _filter(tokens: Sequence[Any]) -> bool:
    return any(
        token.type == "function" and token.lower_name == "opacity" and _opacity(_arguments(token)) for token in tokens
    )


def _clear(tokens: Sequence[Any]) -> bool:
    """Whether a text of this colour cannot be seen on any ground."""
    colour = color4.parse_color(tokens[0]) if len(tokens) == 1 else None
    return colour is not None and not isinstance(colour, str) and bool(colour.alpha < _FAINT)


def _beneath(tokens: Sequence[Any]) -> bool:
    return any(token.type == "number" and token.value < 0 for token in tokens)


_SHOWN_WORDS: Final = (
    "block inline inline-block flex inline-flex grid inline-grid flow-root contents list-item table inline-table "
    "table-row table-cell table-row-group table-header-group table-footer-group table-caption table-column "
    "table-column-group ruby initial"
)
_SHOWN: Final = frozenset(_SHOWN_WORDS.split())
_LAST: Final[Mapping[str, Callable[[Sequence[Any]], bool | None]]] = {
    "display": _display,
    "visibility": _visibility,
    "content-visibility": _visibility,
    "opacity": _opacity,
    "fill-opacity": _opacity,
}
_ANY: Final[Mapping[str, Callable[[Sequence[Any]], bool]]] = {
    "font": _letters,
    "font-size": _letters,
    "zoom": _scale,
    "scale": _scale,
    **dict.fromkeys(("width", "height", "max-width", "max-height", "max-inline-size", "max-block-size"), _size),
    **dict.fromkeys([*_PLACES.split(), "translate"], _away),
    "transform": _transform,
    "clip": _clip,
    "clip-path": _clip,
    "filter": _filter,
    "color": _clear,
    "-webkit-text-fill-color": _clear,
    "z-index": _beneath,
}
RELEVANT: Final = frozenset({*_LAST, *_ANY, "background", "background-color", "background-image"})
