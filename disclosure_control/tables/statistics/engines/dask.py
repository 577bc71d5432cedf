"""Ask a Dask frame for its cells: shuffled so that each unit is in one partition, each partition asked, merged."""

from collections.abc import Callable
from typing import Any, Final

import pandas as pd
import pyarrow as pa

from disclosure_control.core.errors import MissingExtra
from disclosure_control.tables.statistics.engines import pandas
from disclosure_control.tables.statistics.engines.merge import Part, unite
from disclosure_control.tables.statistics.engines.query import Question
from disclosure_control.tables.statistics.frames import check_columns

_TOGETHER: Final = "#together"


def observe(frame: Any, question: Question) -> tuple[list["pa.Array[Any]"], Part]:
    """The categories and cells of a Dask DataFrame; nothing but cells comes back from its partitions.

    Raises:
        BadTable: a column is missing, or mixes types.
        MissingExtra: dask is not installed.
    """
    try:
        from dask.base import compute  # noqa: PLC0415
        from dask.delayed import delayed  # noqa: PLC0415
    except ImportError as error:
        raise MissingExtra("dask", "tre") from error
    check_columns([str(name) for name in frame.columns], question.needed)
    chosen = frame[question.needed]
    if question.unit is not None and chosen.npartitions > 1:
        if question.holding is None:
            chosen = chosen.shuffle(on=question.unit)
        else:
            chosen = chosen.map_partitions(_with_group, question.unit, question.holding)
            chosen = chosen.shuffle(on=_TOGETHER)
    ask = delayed(pandas.observe)
    run: Callable[..., Any] = compute
    answers = run(*(ask(part, question) for part in chosen.to_delayed()))
    levels, part = unite([levels for levels, _ in answers], [part for _, part in answers])
    question.axes(levels)
    return levels, part


def _with_group(part: pd.DataFrame, unit: str, holding: str) -> pd.DataFrame:
    """The partition with what its rows are shuffled by: the holding, or the unit where there is none."""
    alone = "u" + part[unit].astype("string")
    return part.assign(**{_TOGETHER: ("h" + part[holding].astype("string")).fillna(alone)})
