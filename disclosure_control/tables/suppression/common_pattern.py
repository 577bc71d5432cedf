"""Protect several statistics of the same cells by one pattern: what is hidden of one is hidden of all.

A mean beside a sum tells the count, and two values of the same people each tell which cells the other hid: so all
statistics of a table hide the same cells, and the pattern holds for the sums of each of them.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from disclosure_control.core.outcome import Outcome
from disclosure_control.core.policy import Policy
from disclosure_control.tables.protection_level import upper_levels
from disclosure_control.tables.sensitivity import unsafe
from disclosure_control.tables.suppression.protection import protect_table

_SHARE = 0.1  # the protection of cells whose own numbers give none, as in ``protect_table``


def protect_together(tables: Sequence[tuple[pd.DataFrame, str]], by: Sequence[str], policy: Policy) -> "pd.Series[str]":
    """What to hide: "" where a cell may be shown, "primary" or "secondary" where it may not.

    Each table is protected in turn with what the others hide, until none of them needs more. A cell that is hidden
    for another table alone needs no protection of its own here.

    Args:
        tables: judged cells, all of the same cells and outcomes, and what links them: "n" or "total".
        by: the columns of labels.
        policy: gives the protection each unsafe cell needs.

    Raises:
        NotProtectable: no choice of cells protects one of the tables.
    """
    first, link = tables[0]
    if len(tables) == 1:
        alone: pd.Series[str] = protect_table(first, by, link, policy)["suppressed"]
        return alone
    bad = unsafe(first).to_numpy()
    hidden, before = bad.copy(), None
    while before is None or (hidden != before).any():
        before = hidden.copy()
        for cells, linked in tables:
            asked = _asked(cells, linked, bad, hidden, policy)
            hidden = (protect_table(asked, by, linked, policy)["suppressed"] != "").to_numpy()
    marks = np.where(bad, "primary", np.where(hidden, "secondary", ""))
    return pd.Series(marks.astype(object), index=first.index, dtype=object)


def _asked(
    cells: pd.DataFrame, link: str, bad: "np.ndarray[tuple[int], np.dtype[np.bool_]]", hidden: object, policy: Policy
) -> pd.DataFrame:
    """The cells with all that is hidden so far as unsafe, and no demand for what is hidden for others."""
    outcome = pd.Series(np.where(np.asarray(hidden), Outcome.FAIL, Outcome.PASS), index=cells.index, dtype=object)
    levels = np.where(bad, upper_levels(cells, link, policy, _SHARE), 0.0)
    return cells.assign(outcome=outcome, level_above=levels, level_below=levels)
