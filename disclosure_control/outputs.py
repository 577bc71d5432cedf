"""The researcher's session: pandas' and statsmodels' own calls, whose results can leave because they carry evidence.

Each call answers a query from the columns it is given, hides what may not be shown, and says in one line what it
found. ``finalise`` writes the files, the evidence and ``results.json``. Nothing here decides what may leave: that is
computed again by ``engine`` from the evidence.
"""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any, TypeAlias

import click
import pandas as pd
import pyarrow as pa

from disclosure_control.columns import gather, name_of
from disclosure_control.errors import BadTable
from disclosure_control.evidence.answer import Answer, answer, fitted
from disclosure_control.evidence.manifest import EVIDENCE_FOLDER, FILE_NAME, is_plain_name
from disclosure_control.evidence.query import (
    AGGREGATES,
    MOST_CATEGORIES,
    CategoryQuery,
    HistogramQuery,
    Query,
    RegressionQuery,
    TableQuery,
)
from disclosure_control.figures.histogram import check_edges, round_edges
from disclosure_control.finding import found
from disclosure_control.models.regression import design_of, formula_columns
from disclosure_control.policy import Policy
from disclosure_control.report import Report
from disclosure_control.session import Kept, line_of, write_session

_Categories: TypeAlias = "pd.Series[Any] | Sequence[pd.Series[Any]]"


@dataclass(frozen=True)
class Figure:
    """A drawn output: shows itself in a notebook, with its counts at hand."""

    counts: pd.DataFrame
    png: bytes = field(repr=False)

    def _repr_png_(self) -> bytes:
        return self.png


class Outputs:
    """A session of outputs, written to one folder.

    Args:
        folder: where ``finalise`` writes.
        policy: a policy, or the name or path of one; by default the workspace's (SDC_POLICY), else ``default``.
        unit: the name of the index that says which person or business a row belongs to, or a series that says so.
            By default a named index is taken as the unit. Without one, rows are counted, and a checker must look.
        suppress: whether tables and figures hide unsafe cells. Without it they are shown, and stopped at the airlock.
    """

    def __init__(
        self,
        folder: str | Path = "outputs",
        policy: Policy | str | Path | None = None,
        unit: "str | pd.Series[Any] | None" = None,
        *,
        suppress: bool = True,
    ) -> None:
        self.folder = Path(folder)
        self.policy = policy if isinstance(policy, Policy) else Policy.load(policy)
        self._unit = unit
        self._mitigation = "suppress" if suppress else "none"
        self._kept: dict[str, Kept] = {}

    def crosstab(
        self,
        index: "_Categories",
        columns: "_Categories",
        values: "pd.Series[Any] | None" = None,
        aggfunc: str | None = None,
        *,
        margins: bool = False,
        name: str | None = None,
        comment: str = "",
    ) -> pd.DataFrame:
        """A table of categories, as ``pandas.crosstab``: counts, or the mean, sum or count of values.

        Args:
            index, columns: a series of categories each, or a list of them; up to four in all.
            values: what to aggregate.
            aggfunc: "mean", "sum" or "count"; together with ``values``.
            margins: whether to add the margins, labelled "All".
            name: the output's name, and that of its files.
            comment: what the checkers should know of it.

        Returns:
            The table, with unsafe cells missing when the session suppresses.

        Raises:
            BadTable: the series do not belong together, or cannot be judged.
        """
        if (values is None) != (aggfunc is None):
            raise BadTable("values and aggfunc go together.", hint='For example aggfunc="mean".')
        rows, across = _named_series(index, "row"), _named_series(columns, "col")
        return self._tabulate("crosstab", rows, across, values, aggfunc, margins, name, comment)

    def pivot_table(
        self,
        data: pd.DataFrame,
        values: str | None = None,
        index: str | Sequence[str] | None = None,
        columns: str | Sequence[str] | None = None,
        aggfunc: str = "mean",
        *,
        margins: bool = False,
        name: str | None = None,
        comment: str = "",
    ) -> pd.DataFrame:
        """A table of one value by categories, as ``pandas.DataFrame.pivot_table``; without values, how many rows.

        Args:
            data: the records.
            values: the column that is aggregated; None counts rows, whatever ``aggfunc`` says.
            index, columns: the columns of categories, one or several; ``columns`` may be left out.
            aggfunc: "mean", "sum" or "count".
            margins, name, comment: as ``crosstab``.

        Raises:
            BadTable: a column is missing, or the table cannot be judged.
        """
        down, across = _column_names(index), _column_names(columns)
        absent = [column for column in [*down, *across, *_column_names(values)] if column not in data.columns]
        if absent or not down:
            raise BadTable(
                f"There is no column {absent[0]!r}." if absent else "A table needs an index.",
                hint=f"There are: {', '.join(map(str, data.columns[:20]))}.",
            )
        rows, beside = ({column: data[column] for column in some} for some in (down, across))
        value = None if values is None else data[values]
        how = None if values is None else aggfunc
        return self._tabulate("pivot_table", rows, beside, value, how, margins, name, comment)

    def hist(
        self,
        data: "pd.DataFrame | pd.Series[Any]",
        column: str | None = None,
        *,
        bins: int | Sequence[float] = 10,
        name: str | None = None,
        comment: str = "",
    ) -> Figure:
        """A histogram of one column, as ``pandas.DataFrame.hist``; a number of bins gives about as many round ones.

        Raises:
            BadTable: there is no such column, or it cannot be drawn.
        """
        series = _one_column(data, column)
        used = gather({name_of(series, "value"): series}, self._unit)
        label = used.frame.column_names[0]
        numbers = pd.to_numeric(series, errors="raise")
        edges = round_edges(numbers, bins) if isinstance(bins, int) else check_edges(bins)
        query = HistogramQuery(column=label, edges=edges, unit=used.unit, mitigation=self._mitigation)
        found_answer = self._keep(query, used.frame, f"hist({label}, bins={len(edges) - 1})", name, comment)
        return Figure(counts=found_answer.shown, png=found_answer.pictures[".png"])

    def bar(self, data: "pd.Series[Any]", *, name: str | None = None, comment: str = "") -> Figure:
        """Bars of how many are in each category, as ``data.value_counts().plot.bar()``, in the order of the labels."""
        return self._categories("bar", data, name, comment)

    def pie(self, data: "pd.Series[Any]", *, name: str | None = None, comment: str = "") -> Figure:
        """A pie of how many are in each category, as ``data.value_counts().plot.pie()``."""
        return self._categories("pie", data, name, comment)

    def ols(
        self,
        endog: "pd.Series[Any]",
        exog: "pd.DataFrame | pd.Series[Any]",
        *,
        name: str | None = None,
        comment: str = "",
    ) -> Any:
        """Ordinary least squares, as ``statsmodels.api.OLS(endog, exog).fit()``; returns statsmodels' results.

        A column of ones named ``const`` (``statsmodels.api.add_constant``) is understood as the constant.
        """
        return self._regress("ols", endog, exog, name, comment)

    def olsr(self, formula: str, data: pd.DataFrame, *, name: str | None = None, comment: str = "") -> Any:
        """Ordinary least squares by formula, as ``statsmodels.formula.api.ols``; returns statsmodels' results.

        A plain formula (column names, C(), +, :, * and -1) can be computed again from the data. Any other is kept as
        the columns it makes, which a checker must then look at.
        """
        return self._regress_by("ols", formula, data, name, comment)

    def logit(
        self,
        endog: "pd.Series[Any]",
        exog: "pd.DataFrame | pd.Series[Any]",
        *,
        name: str | None = None,
        comment: str = "",
    ) -> Any:
        """Logistic regression of a response of 0 and 1, as ``statsmodels.api.Logit(endog, exog).fit()``."""
        return self._regress("logit", endog, exog, name, comment)

    def logitr(self, formula: str, data: pd.DataFrame, *, name: str | None = None, comment: str = "") -> Any:
        """Logistic regression by formula, as ``statsmodels.formula.api.logit``; see ``olsr`` for plain formulas."""
        return self._regress_by("logit", formula, data, name, comment)

    def probit(
        self,
        endog: "pd.Series[Any]",
        exog: "pd.DataFrame | pd.Series[Any]",
        *,
        name: str | None = None,
        comment: str = "",
    ) -> Any:
        """Probit regression of a response of 0 and 1, as ``statsmodels.api.Probit(endog, exog).fit()``."""
        return self._regress("probit", endog, exog, name, comment)

    def probitr(self, formula: str, data: pd.DataFrame, *, name: str | None = None, comment: str = "") -> Any:
        """Probit regression by formula, as ``statsmodels.formula.api.probit``; see ``olsr`` for plain formulas."""
        return self._regress_by("probit", formula, data, name, comment)

    def custom_output(self, content: str | Path, comment: str, *, name: str | None = None) -> str:
        """Add a file, or a text, that has no evidence; a checker must look at it. Returns the output's name."""
        text = None if isinstance(content, Path) or _is_file(content) else content
        label = self._new_name(name, "custom")
        ending = Path(content).suffix if text is None else ".txt"
        written = Path(content).read_bytes() if text is None else text.encode()
        said = (found("evidence.none"),)
        self._add(Kept(label, {ending: written}, "custom", "custom_output()", said, _comments(comment), _now()))
        return label

    def enable_suppression(self) -> None:
        """From here on, tables and figures hide unsafe cells."""
        self._mitigation = "suppress"

    def disable_suppression(self) -> None:
        """From here on, unsafe cells are shown; the airlock stops them."""
        self._mitigation = "none"

    def add_comments(self, name: str, comment: str) -> None:
        """Tell the checkers something about an output.

        Raises:
            BadTable: there is no output of that name.
        """
        self._named(name).comments.append(comment)

    def add_exception(self, name: str, reason: str) -> None:
        """Say why an output may be released although a rule stops it; the checkers decide.

        Raises:
            BadTable: there is no output of that name, or no reason.
        """
        if not reason.strip():
            raise BadTable("An exception needs a reason.", hint="Say why the output is safe all the same.")
        self._kept[name] = replace(self._named(name), exception=reason.strip())

    def rename_output(self, old: str, new: str) -> None:
        """Give an output another name; its place in the session stays.

        Raises:
            BadTable: there is no output of the old name, or the new one cannot be used.
        """
        renamed = replace(self._named(old), name=self._new_name(new, "output"))
        self._check_files(renamed, [kept for name, kept in self._kept.items() if name != old])
        kept_in_order = [renamed if name == old else kept for name, kept in self._kept.items()]
        self._kept = {kept.name: kept for kept in kept_in_order}

    def print_outputs(self) -> None:
        """One line for each output: its name, what the rules say, and the call that made it."""
        for kept in self._kept.values():
            click.echo(f"{line_of(kept)}  [{kept.command}]")

    def remove_output(self, name: str) -> None:
        """Take an output out of the session.

        Raises:
            BadTable: there is no output of that name.
        """
        self._named(name)
        del self._kept[name]

    def finalise(self) -> Report:
        """Write the files, the evidence and ``results.json``; returns what the session's own checks say.

        What an earlier ``finalise`` wrote as evidence into the same folder is replaced.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        if (self.folder / FILE_NAME).is_file() and (self.folder / EVIDENCE_FOLDER).is_dir():
            shutil.rmtree(self.folder / EVIDENCE_FOLDER)
        report = write_session(self.folder, list(self._kept.values()), self.policy)
        click.echo(f"{len(self._kept)} outputs written to {self.folder}: {report.outcome.name}.")
        return report

    def _tabulate(
        self,
        method: str,
        rows: "dict[str, pd.Series[Any]]",
        across: "dict[str, pd.Series[Any]]",
        values: "pd.Series[Any] | None",
        aggfunc: str | None,
        margins: bool,
        name: str | None,
        comment: str,
    ) -> pd.DataFrame:
        statistic = "count" if aggfunc is None else aggfunc
        if statistic not in AGGREGATES:
            raise BadTable(f"aggfunc={aggfunc!r} is not held.", hint=f"Use one of: {', '.join(AGGREGATES)}.")
        if len(rows) + len(across) > MOST_CATEGORIES:
            raise BadTable(f"A table has at most {MOST_CATEGORIES} columns of categories.", hint="Make several tables.")
        value = {} if values is None else {name_of(values, "value"): values}
        parts = rows | across | value
        if len(parts) != len(rows) + len(across) + len(value):
            raise BadTable("Two of the series have the same name.", hint="Rename one of them.")
        used = gather(parts, self._unit)
        query = TableQuery(
            rows=tuple(rows),
            columns=tuple(across),
            value=next(iter(value), None),
            aggfunc=statistic,
            margins=margins,
            unit=used.unit,
            mitigation=self._mitigation,
        )
        sides = ", ".join(f"[{', '.join(side)}]" if len(side) != 1 else next(iter(side)) for side in (rows, across))
        rest = f", values={query.value}, aggfunc={aggfunc!r}" if query.value is not None else ""
        command = f"{method}({sides}{rest}{', margins=True' if margins else ''})"
        return self._keep(query, used.frame, command, name, comment).shown

    def _categories(self, kind: str, data: "pd.Series[Any]", name: str | None, comment: str) -> Figure:
        label = name_of(data, "category")
        used = gather({label: data}, self._unit)
        query = CategoryQuery(column=label, kind=kind, unit=used.unit, mitigation=self._mitigation)
        given = self._keep(query, used.frame, f"{kind}({label})", name, comment)
        return Figure(counts=given.shown, png=given.pictures[".png"])

    def _regress(
        self,
        family: str,
        endog: "pd.Series[Any]",
        exog: "pd.DataFrame | pd.Series[Any]",
        name: str | None,
        comment: str,
    ) -> Any:
        table = exog.to_frame() if isinstance(exog, pd.Series) else exog
        constant = next(
            (str(c) for c in table.columns if str(c) in ("const", "Intercept") and (table[c] == 1).all()), None
        )
        parts = {name_of(endog, "y"): endog}
        parts |= {str(c): table[c] for c in table.columns if str(c) != constant}
        if len(parts) != 1 + len(table.columns) - (constant is not None):
            raise BadTable("Two of the columns have the same name.", hint="Rename one of them.")
        used = gather(parts, self._unit)
        response, *others = parts
        query = RegressionQuery(response, tuple(others), constant, None, used.unit, family)
        command = f"{family}({response}, [{', '.join(map(str, table.columns))}])"
        self._keep(query, used.frame, command, name, comment)
        return fitted(query, used.frame)[0].results

    def _regress_by(self, family: str, formula: str, data: pd.DataFrame, name: str | None, comment: str) -> Any:
        plain = formula_columns(formula)
        if plain is None or not {plain[0], *plain[1]} <= set(data.columns):
            endog, exog = design_of(formula, data)
            return self._regress(family, endog, exog, name, comment or f"formula: {formula}")
        response, others = plain
        used = gather({column: data[column] for column in (response, *others)}, self._unit)
        query = RegressionQuery(response, others, None, formula.strip(), used.unit, family)
        self._keep(query, used.frame, f"{family}r({formula.strip()!r})", name, comment)
        return fitted(query, used.frame)[0].results

    def _keep(self, query: Query, frame: pa.Table, command: str, name: str | None, comment: str) -> Answer:
        kind = {TableQuery: "table", RegressionQuery: "model"}.get(type(query), "figure")
        label = self._new_name(name, kind)
        given = answer(query, frame, self.policy)
        kept = Kept(
            name=label,
            files=given.files(),
            kind=kind,
            command=command,
            findings=given.findings,
            comments=_comments(comment),
            made_at_utc=_now(),
            query=query,
            frame=frame,
            answer=given,
        )
        self._add(kept)
        return given

    def _add(self, kept: Kept) -> None:
        self._check_files(kept, list(self._kept.values()))
        self._kept[kept.name] = kept
        click.echo(line_of(kept))

    def _check_files(self, kept: Kept, others: Sequence[Kept]) -> None:
        taken = {f"{other.name}{ending}" for other in others for ending in other.files}
        for file in (f"{kept.name}{ending}" for ending in kept.files):
            if file in taken or not is_plain_name(file):
                raise BadTable(f"The output cannot be written as {file!r}.", hint="Give it another name.")

    def _new_name(self, name: str | None, kind: str) -> str:
        if name is None:
            return next(label for number in count(1) if (label := f"{kind}_{number}") not in self._kept)
        if not is_plain_name(name) or "." in name:
            raise BadTable("The name of an output is letters, digits, spaces, - and _.", hint="Give another name.")
        if name in self._kept:
            raise BadTable(f"There is already an output named {name!r}.", hint="Give another name, or remove it.")
        return name

    def _named(self, name: str) -> Kept:
        if name not in self._kept:
            known = ", ".join(self._kept) or "none yet"
            raise BadTable(f"There is no output named {name!r}.", hint=f"There are: {known}.")
        return self._kept[name]


def _named_series(given: "_Categories", side: str) -> "dict[str, pd.Series[Any]]":
    """One series or several by their names; two of one name are refused."""
    listed = [given] if isinstance(given, pd.Series) else list(given) if isinstance(given, list | tuple) else [given]
    named = {name_of(series, f"{side}_{place}"): series for place, series in enumerate(listed)}
    if not named or len(named) != len(listed):
        raise BadTable("Two of the series have the same name, or there is none.", hint="Rename one of them.")
    return named


def _column_names(given: str | Sequence[str] | None) -> list[str]:
    return [] if given is None else [given] if isinstance(given, str) else [str(name) for name in given]


def _one_column(data: "pd.DataFrame | pd.Series[Any]", column: str | None) -> "pd.Series[Any]":
    if isinstance(data, pd.Series):
        return data
    if column is None and len(data.columns) == 1:
        column = str(data.columns[0])
    if column is None or column not in data.columns:
        raise BadTable("Say which column to draw.", hint=f"There are: {', '.join(map(str, data.columns[:20]))}.")
    return data[column]


def _is_file(content: str) -> bool:
    return "\n" not in content and len(content) < 1_000 and Path(content).is_file()


def _comments(comment: str) -> list[str]:
    return [comment] if comment else []


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
