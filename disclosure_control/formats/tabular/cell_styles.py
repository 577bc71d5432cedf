"""Which cells of a sheet are not seen for their style: the font's colour or size, or the number's format."""

import re
from typing import Any, Final

from openpyxl.styles.colors import COLOR_INDEX, Color
from openpyxl.worksheet.worksheet import Worksheet

_SMALLEST: Final = 2.0  # points of a font that is read
_THIN: Final = 0.6  # of a letter's width, or of a point of height
_NEAR: Final = 48  # a distance of colours that nobody tells apart
_WHITE: Final = (255, 255, 255)
_THEME: Final = {0: _WHITE, 1: (0, 0, 0)}
_QUIET: Final = re.compile(r"\[[^\]]*\]|\"\s*\"|[\s_*\\]")


def invisible_cells(sheet: Worksheet) -> dict[tuple[int, int], str]:
    """Row and column of each cell that holds something and shows nothing, with what hides it."""
    reasons: dict[Any, str] = {}
    spots: dict[tuple[int, int], str] = {}
    for row in sheet.iter_rows():
        for cell in row:
            if cell.value is None or not cell.has_style:
                continue
            key = (cell._style.fontId, cell._style.fillId)
            if key not in reasons:
                reasons[key] = _hidden_by_font(cell)
            why = reasons[key] or ("its number format" if _is_blank(cell.number_format, cell.value) else "")
            if why:
                spots[(cell.row, cell.column)] = why
    return spots


def thin_columns(sheet: Worksheet) -> set[int]:
    """The columns too narrow to be seen."""
    return {
        n
        for dimension in sheet.column_dimensions.values()
        if dimension.hidden or (dimension.customWidth and dimension.width is not None and dimension.width < _THIN)
        for n in range(dimension.min or 0, (dimension.max or 0) + 1)
    }


def thin_rows(sheet: Worksheet) -> set[int]:
    """The rows too low to be seen."""
    return {
        n
        for n, dimension in sheet.row_dimensions.items()
        if dimension.hidden or (dimension.height is not None and dimension.height < _THIN)
    }


def _hidden_by_font(cell: Any) -> str:
    if cell.font.size is not None and cell.font.size <= _SMALLEST:
        return "the size of its font"
    ink = _colour(cell.font.color)
    ground = _colour(cell.fill.fgColor) if cell.fill.fill_type == "solid" else _WHITE
    if ink is not None and ground is not None and sum(abs(a - b) for a, b in zip(ink, ground, strict=True)) < _NEAR:
        return "the colour of its font"
    return ""


def _colour(colour: Color | None) -> tuple[int, ...] | None:
    """Red, green and blue, None where the theme or the system decides."""
    if colour is None:
        return None
    if colour.type == "theme":
        return _THEME.get(colour.theme) if not colour.tint else None
    rgb = COLOR_INDEX[colour.indexed] if colour.type == "indexed" and colour.indexed < 64 else colour.rgb
    if colour.type not in ("rgb", "indexed") or not isinstance(rgb, str):
        return None
    return tuple(int(rgb[-6:][i : i + 2], 16) for i in (0, 2, 4))


def _is_blank(number_format: str, value: Any) -> bool:
    """Whether a format shows nothing for a value: its section for it is empty (ECMA-376, 18.8.31).

    >>> _is_blank(";;;", "text"), _is_blank("0;;", -1), _is_blank("0.00", 1), _is_blank("0;-0", "text")
    (True, True, False, False)
    """
    sections = [_QUIET.sub("", section) for section in number_format.split(";")]
    if len(sections) < 2:
        return number_format not in ("", "General") and not _QUIET.sub("", number_format)
    if isinstance(value, str):
        return len(sections) > 3 and not sections[3]
    if isinstance(value, bool) or not isinstance(value, int | float):
        return not any(sections[:1])
    place = 0 if value > 0 else 1 if value < 0 else 2
    return not sections[place if place < len(sections) else 0]
