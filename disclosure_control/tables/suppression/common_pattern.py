"""A common suppression pattern for several statistics of the same cells.

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


def find_common_pattern(
    tables: Sequence[tuple[pd.DataFrame, str]], by: Sequence[str], policy: Policy
) -> "pd.Series[str]":
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
        suppressed: pd.Series[str] = protect_table(first, by, link, policy)["suppressed"]
        return suppressed
    primary = unsafe(first).to_numpy()
    hidden, previous = primary.copy(), None
    while previous is None or (hidden != previous).any():
        previous = hidden.copy()
        for cells, linked in tables:
            judged = _with_requirements(cells, linked, primary, hidden, policy)
            hidden = (protect_table(judged, by, linked, policy)["suppressed"] != "").to_numpy()
    marks = np.where(primary, "primary", np.where(hidden, "secondary", ""))
    return pd.Series(marks.astype(object), index=first.index, dtype=object)


def _with_requirements(
    cells: pd.DataFrame,
    link: str,
    primary: "np.ndarray[tuple[int], np.dtype[np.bool_]]",
    hidden: object,
    policy: Policy,
) -> pd.DataFrame:
    """The cells with all that is hidden so far as unsafe, and no demand for what is hidden for others."""
    outcome = pd.Series(np.where(np.asarray(hidden), Outcome.FAIL, Outcome.PASS), index=cells.index, dtype=object)
    levels = np.where(primary, upper_levels(cells, link, policy, _SHARE), 0.0)
    return cells.assign(outcome=outcome, level_above=levels, level_below=levels)
