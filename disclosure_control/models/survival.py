"""Survival tables: how long until something happens, from counts that are safe to show.

Times are put into round intervals, and intervals are combined until in each enough people had the event and enough, or
none, left before it. Everything shown is computed from those counts by the life-table (actuarial) method (Cutler and
Ederer, Maximum utilization of the life table method in analyzing survival, Journal of Chronic Diseases 8, 1958;
standard errors after Greenwood, 1926), so a survival function tells no more than its counts do.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from disclosure_control.core.errors import BadTable
from disclosure_control.core.policy import Policy

OUTPUTS: Final = ("table", "plot")
COLUMNS: Final = ("Surv prob", "Surv prob SE", "num at risk", "num events", "num censored")


@dataclass(frozen=True)
class Spells:
    """One person a row: how long they were watched, and whether it ended with the event."""

    time: NDArray[np.float64]
    event: NDArray[np.bool_]


def spells_of(time: "pd.Series[Any]", event: "pd.Series[Any]", unit: "pd.Series[Any] | None") -> Spells:
    """The spells of those who have a time and a status.

    Raises:
        BadTable: times are not numbers of 0 or more, the status is not 0 or 1, or a person has several rows.
    """
    try:
        times, events = (pd.to_numeric(column, errors="raise").astype("float64") for column in (time, event))
    except (ValueError, TypeError) as error:
        raise BadTable("Time and status must be numbers.", hint="The status is 1 for the event, 0 for none.") from error
    present = (times.notna() & events.notna()).to_numpy()
    times, events = times[present], events[present]
    if not np.isfinite(times).all() or (times < 0).any():
        raise BadTable("Times must be finite and not below 0.")
    if not set(events.unique()) <= {0.0, 1.0}:
        raise BadTable("The status must be 1 for the event and 0 for none.")
    if unit is not None and unit[present].duplicated().any():
        raise BadTable("A survival table takes one row a person.", hint="Make one row a person first.")
    return Spells(np.asarray(times, dtype=np.float64), events.to_numpy().astype(bool))


def life_table(spells: Spells, edges: Iterable[float], policy: Policy) -> pd.DataFrame:
    """The intervals with enough people, and the survival at the end of each.

    Args:
        spells: the people.
        edges: increasing bounds that nobody's time has chosen; the first 0, the last beyond all times.
        policy: the fewest people.

    Returns:
        ``Time`` (the end of the interval, inclusive) and COLUMNS; no rows when even one interval has too few people.

    >>> spells = Spells(np.repeat([1.0, 3.0, 4.0], 20), np.repeat([True, True, False], 20))
    >>> table = life_table(spells, [0, 2, 4], Policy())
    >>> table[["Time", "num at risk", "num events", "num censored"]].values.tolist()
    [[2.0, 60.0, 20.0, 0.0], [4.0, 40.0, 20.0, 20.0]]
    >>> table["Surv prob"].round(4).tolist()
    [0.6667, 0.2222]
    """
    bounds = np.asarray(list(edges), dtype=float)
    place = np.clip(np.searchsorted(bounds, spells.time, side="left") - 1, 0, len(bounds) - 2)
    events = np.bincount(place[spells.event], minlength=len(bounds) - 1)
    censored = np.bincount(place[~spells.event], minlength=len(bounds) - 1)
    ends = _interval_ends(events, censored, policy)
    if not ends:
        return pd.DataFrame(columns=["Time", *COLUMNS], dtype=float)
    starts = [0, *(end + 1 for end in ends[:-1])]
    d = np.array([events[a : b + 1].sum() for a, b in zip(starts, ends, strict=True)], dtype=float)
    c = np.array([censored[a : b + 1].sum() for a, b in zip(starts, ends, strict=True)], dtype=float)
    risk = len(spells.time) - np.concatenate([[0.0], np.cumsum(d + c)[:-1]])
    exposed = risk - c / 2
    survival = np.cumprod(1 - d / exposed)
    with np.errstate(divide="ignore", invalid="ignore"):
        greenwood = np.cumsum(d / (exposed * (exposed - d)))
        error = np.where(survival > 0, survival * np.sqrt(greenwood), 0.0)
    columns = dict(zip(COLUMNS, (survival, error, risk, d, c), strict=True))
    return pd.DataFrame({"Time": bounds[[end + 1 for end in ends]], **columns})


def _interval_ends(events: Any, censored: Any, policy: Policy) -> list[int]:
    """The last bin of each interval: as many intervals as have enough people, from the first bin on."""

    def enough(first: int, last: int) -> bool:
        d, c = int(events[first : last + 1].sum()), int(censored[first : last + 1].sum())
        return d >= policy.min_units and (c >= policy.min_units or (c == 0 and policy.zero_cells_allowed))

    ends: list[int] = []
    first = 0
    for last in range(len(events)):
        if enough(first, last):
            ends.append(last)
            first = last + 1
    final = len(events) - 1
    while ends and ends[-1] != final:
        # What is left at the end belongs to the last interval, or to the last ones together.
        ends.pop()
        first = ends[-1] + 1 if ends else 0
        if enough(first, final):
            ends.append(final)
    return ends
