"""Tables as programs print them: in logs, reports and notebooks, with and without lines between the cells."""

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import statsmodels.formula.api as smf
from sklearn.metrics import classification_report

from tests.corpus.case import Case, people

_SMALL = pd.DataFrame({"area": ["North", "South", "East"], "n": [120, 3, 44]})
_SURE, _MAYBE = "table.small-count", "table.possible-small-count"
_R = "   area   n\n1 North 120\n2 South   3\n3  East  44\n"
_STATA = """
      region |      Freq.     Percent        Cum.
-------------+-----------------------------------
       North |        120       71.86       71.86
       South |          3        1.80       73.65
        East |         44       26.35      100.00
-------------+-----------------------------------
       Total |        167      100.00
"""
_GRID = """
+-------+-----+
| area  |   n |
+=======+=====+
| North | 120 |
+-------+-----+
| South |   3 |
+-------+-----+
"""


def leaks() -> Iterator[Case]:
    latex = _SMALL.style.hide(axis="index").to_latex(hrules=True)
    yield Case("printed.log", f"made\n{_SMALL.to_string(index=False)}\n".encode(), _SURE, "line 4, column 2")
    yield Case("printed-index.txt", f"{_SMALL}\n".encode(), _SURE, "line 3, column 3")
    yield Case("printed-series.txt", f"{_SMALL.set_index('area')['n']}\n".encode(), _MAYBE, "line 3, column 2")
    yield Case("printed-polars.txt", str(pl.DataFrame(_SMALL.to_dict("list"))).encode(), _SURE, "line 8, column 2")
    yield Case("printed-r.log", _R.encode(), _SURE, "line 3, column 3")
    yield Case("printed-stata.log", _STATA.encode(), _SURE, "line 5, column 2")
    yield Case("printed-grid.rst", _GRID.encode(), _SURE, "line 7, column 2")
    yield Case(
        "printed.md", b"# Results\n\n| area | n |\n|---|--:|\n| N | 120 |\n| S | 3 |\n", _SURE, "line 6, column 2"
    )
    yield Case("printed.tex", latex.encode(), _SURE, "column 2")
    yield Case("printed-counts.txt", f"{np.array([[177, 3], [9, 211]])}\n".encode(), _MAYBE, "line 1, column 2")
    groups = people().assign(old=lambda d: d["age"] // 45).groupby(["area", "old"])["pay"].agg(["count", "mean"])
    groups["count"] -= groups["count"].min() - 4
    yield Case("printed-groups.txt", f"{groups}\n".encode(), _SURE, "column 3")
    yield Case("printed-rows.txt", people().to_string(index=False).encode(), "microdata.records", "column 1")
    yield Case("printed-rows.md", _markdown(people().drop(columns="patient_id")).encode(), "microdata.records", "whole")
    stream = {"output_type": "stream", "name": "stdout", "text": _SMALL.to_string(index=False)}
    yield Case("printed.ipynb", _notebook("print(t)", [stream]), _SURE, "cell 1, output 1, the table at line 1, line 3")
    yield Case(
        "printed-head.ipynb", _notebook("d", [_result(people().head(8))]), "microdata.records", "cell 1, output 1"
    )
    yield Case("written.ipynb", _notebook("| area | n |\n|---|--:|\n| N | 120 |\n| S | 3 |", None), _SURE, "cell 1")


def twins() -> Iterator[Case]:
    data = people(4000)
    fitted = smf.ols("pay ~ age + bmi + area", data).fit()
    yield Case("printed-summary.txt", str(fitted.summary()).encode())
    yield Case(
        "printed-logit.log",
        str(smf.logit("old ~ bmi", data.assign(old=lambda d: (d["age"] > 50) * 1)).fit(disp=0).summary()).encode(),
    )
    yield Case("printed-report.txt", classification_report(data["age"] > 50, data["bmi"] > 27).encode())
    yield Case("printed-crosstab.txt", str(pd.crosstab(data["area"], data["age"] // 20)).encode())
    yield Case("printed-correlations.md", _markdown(data[["age", "pay", "bmi"]].corr().round(2)).encode())
    epochs = "\n".join(f"epoch {i:3d}  loss {1 / (i + 1):.6f}  val_loss {1.1 / (i + 1):.6f}" for i in range(300))
    yield Case("printed-epochs.log", epochs.encode())
    yield Case("printed-stamps.log", "\n".join(f"2026-01-01 10:00:{i:02d} INFO step {i}" for i in range(60)).encode())
    yield Case(
        "printed-files.log", b"-rw-r--r-- 1 me me   120 Nov 27 08:00 a.csv\n-rw-r--r-- 2 me me     3 Nov 27 b.csv\n" * 4
    )
    yield Case(
        "printed-contents.txt", b"1 Introduction ........ 3\n2 Methods ............. 5\n3 Results ............. 9\n"
    )
    yield Case("printed-list.md", b"1. First do  3 things\n2. Then do   4 things\n3. Then  end\n")
    yield Case("printed-summary.ipynb", _notebook("fit", [_result(fitted.summary().tables[1])]))


def _markdown(frame: pd.DataFrame) -> str:
    lines = [list(frame.columns), ["---"] * frame.shape[1], *frame.astype(str).to_numpy().tolist()]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def _result(value: object) -> dict[str, Any]:
    data = {"text/plain": repr(value) if isinstance(value, pd.DataFrame) else str(value)}
    return {"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": 1}


def _notebook(source: str, outputs: list[dict[str, Any]] | None) -> bytes:
    code = {"cell_type": "code", "execution_count": 1, "outputs": outputs}
    cell = {"metadata": {}, "source": source, **({"cell_type": "markdown"} if outputs is None else code)}
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}).encode()
