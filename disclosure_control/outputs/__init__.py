"""The researcher's session: pandas' and statsmodels' own calls, whose results can leave because they carry evidence.

Each call answers a query from the columns it is given, hides what may not be shown, and says in one line what it
found. ``finalise`` writes the files, the evidence and ``results.json``. Nothing here decides what may leave: that is
computed again by ``checking.check`` from the evidence.
"""

from pathlib import Path
from typing import Any

import pandas as pd

from disclosure_control.core.policy import Policy
from disclosure_control.outputs.figures import Figure, Figures
from disclosure_control.outputs.models import Models
from disclosure_control.outputs.tables import Tables

__all__ = ["Figure", "Outputs"]


class Outputs(Tables, Figures, Models):
    """A session of outputs, written to one folder.

    Args:
        folder: where ``finalise`` writes.
        policy: a policy, or the name or path of one; by default the workspace's (SDC_POLICY), else ``default``.
        unit: the name of the index that says which person or business a row belongs to, or a series that says so.
            By default a named index is taken as the unit. Without one, rows are counted, and a checker must look.
        suppress: whether tables and figures hide unsafe cells. Without it they are shown, and stopped at the airlock.

    Raises:
        BadPolicy: there is no such policy, or its file cannot be used.

    Examples:
        >>> people = pd.DataFrame({"area": ["N"] * 30 + ["S"] * 3}, index=pd.RangeIndex(33, name="person_id"))
        >>> outputs = Outputs("outputs")
        >>> outputs.table(people, by="area")["count"].fillna("hidden").to_dict()
        table_1: PASS. 1 unsafe cell was suppressed, and 0 more to protect them.
        {'N': 30.0, 'S': 'hidden'}
    """

    def __init__(
        self,
        folder: str | Path = "outputs",
        policy: Policy | str | Path | None = None,
        unit: "str | pd.Series[Any] | None" = None,
        *,
        suppress: bool = True,
    ) -> None:
        super().__init__(folder, policy, unit, "suppress" if suppress else "none")
