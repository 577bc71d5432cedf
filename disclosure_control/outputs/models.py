"""Models of a session, with statsmodels' own names, and survival functions."""

from typing import Any

import pandas as pd

from disclosure_control.core.errors import BadTable
from disclosure_control.evidence.compute.models import fit_query
from disclosure_control.evidence.query import RegressionQuery, SurvivalQuery
from disclosure_control.models.regression import design_of, formula_columns
from disclosure_control.models.survival import OUTPUTS
from disclosure_control.outputs.figures import Figure
from disclosure_control.outputs.frame import gather, name_of
from disclosure_control.outputs.session import Session


class Models(Session):
    """Least squares, logit, probit and Poisson regressions, and survival functions."""

    def ols(
        self,
        endog: "pd.Series[Any]",
        exog: "pd.DataFrame | pd.Series[Any]",
        *,
        name: str | None = None,
        comment: str = "",
    ) -> Any:
        """Ordinary least squares, as ``statsmodels.api.OLS(endog, exog).fit()``.

        Coefficients and statistics of the fit are shown; residuals and fitted values never are.
        Judged by residual degrees of freedom, by the number of units, by an exact fit and by terms that mark few units
        (Guidelines for the checking of output based on microdata research, ESSnet SDC, 2010).

        Args:
            endog: the response, numbers; its index says whom each row is about.
            exog: the terms, numbers: a column each, of the same index. A column of ones named ``const``
                (``statsmodels.api.add_constant``) is understood as the constant. Rows with a gap are left out.
            name: the output's name, and that of its files; ``model_1`` and so on when not given.
            comment: what the checkers should know of it.

        Returns:
            statsmodels' results, for use in the session; what is written are coefficients with standard errors, t, p
            and 95 % intervals, and a file of statistics of the fit.

        Raises:
            BadTable: a column is not numeric, indexes differ, two columns have one name, or the model cannot be fitted.
            MissingExtra: statsmodels is not installed.
        """
        return self._regress("ols", endog, exog, name, comment)

    def olsr(self, formula: str, data: pd.DataFrame, *, name: str | None = None, comment: str = "") -> Any:
        """Ordinary least squares by formula, as ``statsmodels.formula.api.ols``.

        A plain formula (column names, C(), +, :, * and -1) is computed again from the data at the airlock. Any other is
        kept as the columns it makes, which a checker must then look at.

        Args:
            formula: response and terms, as ``"pay ~ age + C(region)"``.
            data: the records, their index saying whom each row is about. Rows with a gap are left out.
            name: the output's name, and that of its files; ``model_1`` and so on when not given.
            comment: what the checkers should know of it.

        Returns:
            statsmodels' results, for use in the session; what is written is as of ``ols``.

        Raises:
            BadTable: a column is missing or the model cannot be fitted.
            MissingExtra: statsmodels is not installed.
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
        """Logistic regression of a response of 0 and 1, as ``statsmodels.api.Logit(endog, exog).fit()``.

        Coefficients and statistics of the fit are shown; residuals and fitted values never are.
        Judged by residual degrees of freedom, by the number of units, by an exact fit and by terms that mark few units
        (Guidelines for the checking of output based on microdata research, ESSnet SDC, 2010).

        Args:
            endog: the response, 0 or 1; its index says whom each row is about.
            exog: the terms, numbers: a column each, of the same index. A column of ones named ``const``
                (``statsmodels.api.add_constant``) is understood as the constant. Rows with a gap are left out.
            name: the output's name, and that of its files; ``model_1`` and so on when not given.
            comment: what the checkers should know of it.

        Returns:
            statsmodels' results, for use in the session; what is written are coefficients with standard errors, t, p
            and 95 % intervals, and a file of statistics of the fit.

        Raises:
            BadTable: a column is not numeric, indexes differ, two columns have one name, or the model cannot be fitted.
            MissingExtra: statsmodels is not installed.
        """
        return self._regress("logit", endog, exog, name, comment)

    def logitr(self, formula: str, data: pd.DataFrame, *, name: str | None = None, comment: str = "") -> Any:
        """Logistic regression by formula, as ``statsmodels.formula.api.logit``.

        A plain formula (column names, C(), +, :, * and -1) is computed again from the data at the airlock. Any other is
        kept as the columns it makes, which a checker must then look at.

        Args:
            formula: response and terms, as ``"pay ~ age + C(region)"``.
            data: the records, their index saying whom each row is about. Rows with a gap are left out.
            name: the output's name, and that of its files; ``model_1`` and so on when not given.
            comment: what the checkers should know of it.

        Returns:
            statsmodels' results, for use in the session; what is written is as of ``logit``.

        Raises:
            BadTable: a column is missing or the model cannot be fitted.
            MissingExtra: statsmodels is not installed.
        """
        return self._regress_by("logit", formula, data, name, comment)

    def probit(
        self,
        endog: "pd.Series[Any]",
        exog: "pd.DataFrame | pd.Series[Any]",
        *,
        name: str | None = None,
        comment: str = "",
    ) -> Any:
        """Probit regression of a response of 0 and 1, as ``statsmodels.api.Probit(endog, exog).fit()``.

        Coefficients and statistics of the fit are shown; residuals and fitted values never are.
        Judged by residual degrees of freedom, by the number of units, by an exact fit and by terms that mark few units
        (Guidelines for the checking of output based on microdata research, ESSnet SDC, 2010).

        Args:
            endog: the response, 0 or 1; its index says whom each row is about.
            exog: the terms, numbers: a column each, of the same index. A column of ones named ``const``
                (``statsmodels.api.add_constant``) is understood as the constant. Rows with a gap are left out.
            name: the output's name, and that of its files; ``model_1`` and so on when not given.
            comment: what the checkers should know of it.

        Returns:
            statsmodels' results, for use in the session; what is written are coefficients with standard errors, t, p
            and 95 % intervals, and a file of statistics of the fit.

        Raises:
            BadTable: a column is not numeric, indexes differ, two columns have one name, or the model cannot be fitted.
            MissingExtra: statsmodels is not installed.
        """
        return self._regress("probit", endog, exog, name, comment)

    def probitr(self, formula: str, data: pd.DataFrame, *, name: str | None = None, comment: str = "") -> Any:
        """Probit regression by formula, as ``statsmodels.formula.api.probit``.

        A plain formula (column names, C(), +, :, * and -1) is computed again from the data at the airlock. Any other is
        kept as the columns it makes, which a checker must then look at.

        Args:
            formula: response and terms, as ``"pay ~ age + C(region)"``.
            data: the records, their index saying whom each row is about. Rows with a gap are left out.
            name: the output's name, and that of its files; ``model_1`` and so on when not given.
            comment: what the checkers should know of it.

        Returns:
            statsmodels' results, for use in the session; what is written is as of ``probit``.

        Raises:
            BadTable: a column is missing or the model cannot be fitted.
            MissingExtra: statsmodels is not installed.
        """
        return self._regress_by("probit", formula, data, name, comment)

    def poisson(
        self,
        endog: "pd.Series[Any]",
        exog: "pd.DataFrame | pd.Series[Any]",
        *,
        name: str | None = None,
        comment: str = "",
    ) -> Any:
        """Poisson regression of a response of counts, as ``statsmodels.api.Poisson(endog, exog).fit()``.

        Coefficients and statistics of the fit are shown; residuals and fitted values never are.
        Judged by residual degrees of freedom, by the number of units, by an exact fit and by terms that mark few units
        (Guidelines for the checking of output based on microdata research, ESSnet SDC, 2010).

        Args:
            endog: the response, counts of 0 or more; its index says whom each row is about.
            exog: the terms, numbers: a column each, of the same index. A column of ones named ``const``
                (``statsmodels.api.add_constant``) is understood as the constant. Rows with a gap are left out.
            name: the output's name, and that of its files; ``model_1`` and so on when not given.
            comment: what the checkers should know of it.

        Returns:
            statsmodels' results, for use in the session; what is written are coefficients with standard errors, t, p
            and 95 % intervals, and a file of statistics of the fit.

        Raises:
            BadTable: a column is not numeric, indexes differ, two columns have one name, or the model cannot be fitted.
            MissingExtra: statsmodels is not installed.
        """
        return self._regress("poisson", endog, exog, name, comment)

    def poissonr(self, formula: str, data: pd.DataFrame, *, name: str | None = None, comment: str = "") -> Any:
        """Poisson regression by formula, as ``statsmodels.formula.api.poisson``.

        A plain formula (column names, C(), +, :, * and -1) is computed again from the data at the airlock. Any other is
        kept as the columns it makes, which a checker must then look at.

        Args:
            formula: response and terms, as ``"pay ~ age + C(region)"``.
            data: the records, their index saying whom each row is about. Rows with a gap are left out.
            name: the output's name, and that of its files; ``model_1`` and so on when not given.
            comment: what the checkers should know of it.

        Returns:
            statsmodels' results, for use in the session; what is written is as of ``poisson``.

        Raises:
            BadTable: a column is missing or the model cannot be fitted.
            MissingExtra: statsmodels is not installed.
        """
        return self._regress_by("poisson", formula, data, name, comment)

    def surv_func(
        self,
        time: "pd.Series[Any]",
        status: "pd.Series[Any]",
        output: str = "table",
        *,
        name: str | None = None,
        comment: str = "",
    ) -> "pd.DataFrame | Figure":
        """A survival function by the life-table method, from intervals with enough people.

        Times are put into round intervals, which are combined until in each enough people had the event, and enough or
        none left without it (life table: Cutler and Ederer, Journal of Chronic Diseases 8, 1958; standard errors:
        Greenwood, 1926).

        Args:
            time: how long each person was watched, 0 or more, in any unit.
            status: 1 where it ended with the event, 0 where not; one row a person.
            output: "table" or "plot".
            name: the output's name, and that of its files; ``survival_1`` and so on when not given.
            comment: what the checkers should know of it.

        Returns:
            The table: by the end of each interval (inclusive) the share that survived and its standard error, and how
            many were at risk, had the event, and left without it; no rows where even one interval has too few people.
            Or the curve drawn from it.

        Raises:
            BadTable: times or status cannot be used, a person has several rows, or ``output`` is none of the two.
            MissingExtra: matplotlib is not installed, which draws the curve.
        """
        if output not in OUTPUTS:
            raise BadTable(f"output={output!r} is not held.", hint=f"Use one of: {', '.join(OUTPUTS)}.")
        parts = {name_of(time, "time"): time, name_of(status, "status"): status}
        if len(parts) != 2:
            raise BadTable("Time and status have the same name.", hint="Rename one of them.")
        source = gather(parts, self._unit)
        query = SurvivalQuery(name_of(time, "time"), name_of(status, "status"), output, source.unit)
        result = self._keep(query, source.frame, f"surv_func({', '.join(parts)}, {output!r})", name, comment)
        return Figure(result.shown, result.pictures[".png"]) if output == "plot" else result.shown

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
        source = gather(parts, self._unit)
        response, *others = parts
        query = RegressionQuery(response, tuple(others), constant, None, source.unit, family)
        command = f"{family}({response}, [{', '.join(map(str, table.columns))}])"
        self._keep(query, source.frame, command, name, comment)
        return fit_query(query, source.frame)[0].results

    def _regress_by(self, family: str, formula: str, data: pd.DataFrame, name: str | None, comment: str) -> Any:
        plain = formula_columns(formula)
        if plain is None or not {plain[0], *plain[1]} <= set(data.columns):
            endog, exog = design_of(formula, data)
            return self._regress(family, endog, exog, name, comment or f"formula: {formula}")
        response, others = plain
        source = gather({column: data[column] for column in (response, *others)}, self._unit)
        query = RegressionQuery(response, others, None, formula.strip(), source.unit, family)
        self._keep(query, source.frame, f"{family}r({formula.strip()!r})", name, comment)
        return fit_query(query, source.frame)[0].results
