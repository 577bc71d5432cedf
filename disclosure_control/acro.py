"""ACRO's own names, so that a script written for it runs by changing its import.

``from disclosure_control.acro import ACRO`` in place of ``from acro import ACRO``. Outputs are named output_0, output_1
and so on; ``finalise`` takes the folder. Everything else is ``Outputs``.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from disclosure_control.core.errors import BadTable
from disclosure_control.core.policy import Policy
from disclosure_control.core.report import Report
from disclosure_control.outputs import Figure, Outputs

_ENDINGS = (".csv", ".png", ".svg", ".jpg", ".jpeg", ".pdf")


class ACRO(Outputs):
    """A session with ACRO's names for its outputs.

    Args:
        config: a policy, or the name or path of one.
        suppress: whether unsafe cells are hidden from the start.
    """

    def __init__(self, config: Policy | str | Path = "default", suppress: bool = False) -> None:
        super().__init__(policy=config, suppress=suppress)
        self._made = 0

    def hist(
        self,
        data: "pd.DataFrame | pd.Series[Any]",
        column: str | None = None,
        *,
        bins: int | Sequence[float] = 10,
        filename: str = "",
        name: str | None = None,
        comment: str = "",
    ) -> Figure:
        """As ``Outputs.hist``.

        Args:
            data: a frame, or a series of numbers.
            column: which column of a frame.
            bins: about how many, or the edges themselves.
            filename: names the output, less its ending.
            name: the output's name; goes before ``filename``.
            comment: what the checkers should know of it.

        Returns:
            As ``Outputs.hist``.

        Raises:
            BadTable: as ``Outputs.hist``.
        """
        return super().hist(data, column, bins=bins, name=name or _stem(filename), comment=comment)

    def pie(
        self,
        data: "pd.DataFrame | pd.Series[Any]",
        column: str | None = None,
        *,
        filename: str = "",
        name: str | None = None,
        comment: str = "",
    ) -> Figure:
        """As ``Outputs.pie``, of a series or of a column of a frame.

        Args:
            data: a series of categories, or a frame.
            column: which column of a frame.
            filename: names the output, less its ending.
            name: the output's name; goes before ``filename``.
            comment: what the checkers should know of it.

        Returns:
            As ``Outputs.pie``.

        Raises:
            BadTable: as ``Outputs.pie``.
        """
        series = data[column] if isinstance(data, pd.DataFrame) else data
        return super().pie(series, name=name or _stem(filename), comment=comment)

    def surv_func(
        self,
        time: "pd.Series[Any]",
        status: "pd.Series[Any]",
        output: str = "table",
        *,
        filename: str = "",
        name: str | None = None,
        comment: str = "",
    ) -> pd.DataFrame | Figure:
        """As ``Outputs.surv_func``.

        Args:
            time: how long each person was watched.
            status: 1 where it ended with the event, 0 where not.
            output: "table" or "plot".
            filename: names the output, less its ending.
            name: the output's name; goes before ``filename``.
            comment: what the checkers should know of it.

        Returns:
            As ``Outputs.surv_func``.

        Raises:
            BadTable: as ``Outputs.surv_func``.
        """
        return super().surv_func(time, status, output, name=name or _stem(filename), comment=comment)

    def finalise(self, path: str | Path = "outputs", ext: str = "json") -> Report:
        """Write everything to a folder; the record is JSON.

        Args:
            path: the folder.
            ext: the form of the record; "json" is the one that is held.

        Returns:
            As ``Outputs.finalise``.

        Raises:
            BadTable: another form of record is asked for.
        """
        if ext != "json":
            raise BadTable(f"ext={ext!r} is not held.", hint='The record is written as JSON: ext="json".')
        self.folder = Path(path)
        return super().finalise()

    def _new_name(self, name: str | None, kind: str) -> str:
        if name is None:
            name, self._made = f"output_{self._made}", self._made + 1
        return super()._new_name(name, kind)


def _stem(filename: str) -> str | None:
    path = Path(filename)
    return (path.stem if path.suffix in _ENDINGS else path.name) or None
