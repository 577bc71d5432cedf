"""The headings of a table as pandas puts them: functions and values above the labels, or not."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from disclosure_control.evidence.query import Measure
from disclosure_control.outputs.table_display import TableDisplay


@dataclass(frozen=True)
class Levels:
    """Which headings stand above the labels, and in which order."""

    function: bool
    value: bool
    value_first: bool = False


def arrange_headings(table: TableDisplay, measures: Sequence[Measure], levels: Levels) -> TableDisplay:
    """The table with its headings as pandas has them.

    Args:
        shown: a column for each statistic and label; headed by function and value where there are several statistics.
        measures: the statistics.
        levels: the headings that pandas has for such a call.
    """
    if measures[0][1] is None:
        return table
    labels = list(table.columns.names)
    nested = isinstance(table.columns, pd.MultiIndex)
    keys: list[tuple[Any, ...]] = [tuple(key) if nested else (key,) for key in table.columns]
    if len(measures) == 1:
        # Without columns of labels, the only column is named by the function.
        is_single = labels == [None]
        keys = [(measures[0][0], measures[0][1], *(() if is_single else key)) for key in keys]
        labels = [None, None, *([] if is_single else labels)]
    headings = [0] * levels.function + [1] * levels.value
    order = [*(reversed(headings) if levels.value_first else headings), *range(2, len(labels))]
    reordered = [tuple(key[i] for i in order) for key in keys]
    names = [labels[i] for i in order]
    columns = (
        pd.Index([key[0] for key in reordered], name=names[0])
        if len(names) == 1
        else pd.MultiIndex.from_tuples(reordered, names=names)
    )
    return table.headed(columns)
