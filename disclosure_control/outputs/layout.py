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


def arranged(shown: TableDisplay, measures: Sequence[Measure], levels: Levels) -> TableDisplay:
    """The table with its headings as pandas has them.

    Args:
        shown: a column for each statistic and label; headed by function and value where there are several statistics.
        measures: the statistics.
        levels: the headings that pandas has for such a call.
    """
    if measures[0][1] is None:
        return shown
    labels = list(shown.columns.names)
    nested = isinstance(shown.columns, pd.MultiIndex)
    keys: list[tuple[Any, ...]] = [tuple(key) if nested else (key,) for key in shown.columns]
    if len(measures) == 1:
        # Without columns of labels, the only column is named by the function.
        alone = labels == [None]
        keys = [(measures[0][0], measures[0][1], *(() if alone else key)) for key in keys]
        labels = [None, None, *([] if alone else labels)]
    wanted = [0] * levels.function + [1] * levels.value
    order = [*(reversed(wanted) if levels.value_first else wanted), *range(2, len(labels))]
    picked = [tuple(key[i] for i in order) for key in keys]
    names = [labels[i] for i in order]
    columns = (
        pd.Index([key[0] for key in picked], name=names[0])
        if len(names) == 1
        else pd.MultiIndex.from_tuples(picked, names=names)
    )
    return shown.headed(columns)
