"""A table in a notebook: its hidden cells marked, each with the reason, and what to do.

It is a pandas frame in everything else; what is computed from it is a plain frame.
"""

from collections.abc import Sequence
from html import escape

import pandas as pd

from disclosure_control.core.rules.registry import RULES
from disclosure_control.tables.grid import HIDDEN, SECONDARY

_STYLE = "text-align: right;"
_HIDDEN_STYLE = "background-color: #eeefef; color: #0b0c0c; text-align: right;"
_UNSAFE_STYLE = "background-color: #f6d7d2; color: #0b0c0c; font-weight: bold; text-align: right;"
_MOST_ROWS = 60
_MOST_COLUMNS = 30


class TableDisplay(pd.DataFrame):
    """A frame that knows why each of its cells is hidden or unsafe."""

    _metadata = ["reasons"]  # noqa: RUF012 (pandas' own name for attributes that are no columns)
    reasons: Sequence[Sequence[tuple[str, ...]]]

    @property
    def _constructor(self) -> type[pd.DataFrame]:
        return pd.DataFrame

    @classmethod
    def of(cls, frame: pd.DataFrame, reasons: Sequence[Sequence[tuple[str, ...]]]) -> "TableDisplay":
        """The frame with the reasons of its cells, line by line: rule ids, "secondary", or nothing."""
        table = cls(frame)
        table.reasons = reasons
        return table

    def headed(self, columns: pd.Index) -> "TableDisplay":
        """The same cells under other headings."""
        return TableDisplay.of(pd.DataFrame(self.to_numpy(), index=self.index, columns=columns), self.reasons)

    def _repr_html_(self) -> str:
        frame = pd.DataFrame(self)
        words = [[", ".join(ids) for ids in line] for line in self.reasons]
        why = pd.DataFrame(words, index=frame.index, columns=frame.columns, dtype=object)
        has_reason: pd.DataFrame = why.map(bool)
        is_hidden = has_reason & frame.isna()
        styles = pd.DataFrame(_STYLE, index=frame.index, columns=frame.columns)
        styles = styles.mask(is_hidden, _HIDDEN_STYLE).mask(has_reason & ~is_hidden, _UNSAFE_STYLE)
        texts = frame.astype(object).map(_text).mask(is_hidden, HIDDEN)
        styler = texts.style.format(escape="html").apply(lambda _: styles, axis=None)
        for axis in (0, 1):
            styler = styler.format_index(escape="html", axis=axis)
        table = str(styler.to_html(max_rows=_MOST_ROWS, max_columns=_MOST_COLUMNS))
        return table + "".join(f"<p>{line}</p>" for line in self._legend(why, is_hidden))

    def _legend(self, why: pd.DataFrame, is_hidden: pd.DataFrame) -> list[str]:
        """A line for each reason that occurs: what the mark means, in how many cells, and what to do."""
        lines = []
        reasons = {ids for line in self.reasons for ids in line if ids}
        for ids in sorted(reasons, key=lambda ids: (ids == (SECONDARY,), ids)):
            has_reason = why == ", ".join(ids)
            hidden = int((has_reason & is_hidden).to_numpy().sum())
            count, mark = (hidden, HIDDEN) if hidden else (int(has_reason.to_numpy().sum()), "bold red")
            lines.append(f"{mark} in {count} {'cell' if count == 1 else 'cells'}: {escape(_meaning(ids, hidden > 0))}")
        return lines


def _meaning(ids: tuple[str, ...], hidden: bool) -> str:
    if ids == (SECONDARY,):
        return "hidden so that the others cannot be worked out from the margins."
    rules = [RULES[name] for name in ids]
    text = f"for {', '.join(ids)}. {' '.join(rule.meaning for rule in rules)}"
    return f"hidden {text}" if hidden else f"unsafe {text} {rules[0].todo}"


def _text(value: object) -> str:
    if value is None or value != value:  # noqa: PLR0124 (NaN)
        return ""
    return f"{value:,.6g}" if isinstance(value, float) else str(value)
