"""Outputs as research has them: tables, models, figures, reports, logs and code, none of which should be stopped."""

import io
import json
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from tests.corpus.case import Case, people
from tests.corpus.notebooks import written
from tests.corpus.pages import PAGE

REGIONS = ["North East", "North West", "Yorkshire and the Humber", "East Midlands", "West Midlands", "East of England"]
REGIONS += ["London", "South East", "South West", "Wales", "Scotland", "Northern Ireland"]
RANDOM = np.random.default_rng(5)


def files() -> Iterator[Case]:
    yield from _tables()
    yield from _models()
    yield from _figures()
    yield from _texts()
    yield from reports()


def _tables() -> Iterator[Case]:
    n = RANDOM.integers(200, 4000, len(REGIONS))
    counts = pd.DataFrame({"region": REGIONS, "female": n, "male": n[::-1] + 13})
    yield Case("counts.csv", counts.to_csv(index=False).encode())
    shares = pd.DataFrame({"region": REGIONS, "percent_female": (51 + RANDOM.normal(0, 1, len(n))).round(1), "n": n})
    yield Case("percentages.csv", shares.to_csv(index=False).encode())
    means = pd.DataFrame({"region": REGIONS, "n": n, "mean": RANDOM.normal(40, 2, len(n)).round(2), "sd": 11.25})
    yield Case("means.tsv", means.to_csv(index=False, sep="\t").encode())
    yield Case("means.parquet", _bytes(means.to_parquet))
    yield Case("means.feather", _bytes(means.to_feather))
    yield Case("means.xlsx", _bytes(lambda sink: means.to_excel(sink, index=False)))
    yield Case("means.json", means.to_json(orient="records").encode())
    yield Case("correlations.csv", people(4000)[["age", "pay", "bmi"]].corr().round(3).to_csv().encode())
    months = pd.DataFrame({"month": pd.date_range("2015-01-01", periods=96, freq="MS").strftime("%Y-%m")})
    yield Case("months.csv", months.assign(admissions=RANDOM.integers(800, 1200, 96)).to_csv(index=False).encode())
    codes = pd.DataFrame({"icd10": ["E11.9", "I10", "J45.9", "F32.1", "M54.5"], "n": [5120, 8891, 3310, 2480, 6102]})
    yield Case("diagnoses.csv", codes.to_csv(index=False).encode())
    areas = pd.DataFrame({"lsoa": [f"E0100{i:04d}" for i in range(150)], "n": RANDOM.integers(1200, 1900, 150)})
    yield Case("areas.csv", areas.to_csv(index=False).encode())
    hidden = counts.astype({"female": object, "male": object})
    hidden.loc[[2, 5], "female"] = "[c]"
    hidden.loc[[2, 5], "male"] = "[c]"
    yield Case("suppressed.csv", hidden.to_csv(index=False).encode())
    both = pd.crosstab(people(4000)["area"], people(4000)["age"] // 20, margins=True)
    yield Case("margins.csv", both.to_csv().encode())
    groups = ["White", "Indian", "Black African", "Chinese"]
    ethnic = pd.DataFrame({"ethnic_group": groups, "rate": [1.2, 1.4, 1.1, 0.9]})
    yield Case("rates.csv", ethnic.to_csv(index=False).encode())
    life = pd.DataFrame({"years": range(1, 11), "at_risk": range(2000, 1000, -100)})
    life["survival"] = np.linspace(0.98, 0.6, 10)
    yield Case("survival.csv", life.round(3).to_csv(index=False).encode())


def _models() -> Iterator[Case]:
    import statsmodels.api as sm

    frame = people(3000)
    fit = sm.OLS(frame["pay"], sm.add_constant(frame[["age", "bmi"]])).fit()
    yield Case("ols.txt", fit.summary().as_text().encode())
    yield Case("ols.html", PAGE.format(fit.summary().as_html()).encode())
    yield Case("ols.csv", fit.summary2().tables[1].round(4).to_csv().encode())
    odds = pd.DataFrame({"term": ["age", "bmi", "north"], "odds ratio": [1.02, 1.1, 0.87], "p": [0.012, 0.3, 0.04]})
    yield Case("logit.xlsx", _bytes(lambda sink: odds.to_excel(sink, index=False)))
    quality = {"auc": 0.812, "brier": 0.143, "folds": [0.80, 0.82, 0.81, 0.83, 0.80], "features": ["age", "bmi"]}
    yield Case("quality.json", json.dumps(quality, indent=2).encode())
    names = [f"feature_{i}" for i in range(30)]
    importance = pd.DataFrame({"feature": names, "gain": RANDOM.exponential(1, 30).round(4)})
    yield Case("importance.csv", importance.to_csv(index=False).encode())


def _figures() -> Iterator[Case]:
    frame = people(2000)
    drawings: dict[str, Callable[[Axes], object]] = {
        "bars": lambda axes: axes.bar(["North", "South", "East"], [700, 650, 640]),
        "histogram": lambda axes: axes.hist(frame["age"], bins=range(15, 95, 5)),
        "lines": lambda axes: [axes.plot(range(24), RANDOM.normal(100, 5, 24), marker="o") for _ in range(2)],
        "forest": lambda axes: axes.errorbar([1.1, 0.9, 1.3], [0, 1, 2], xerr=[0.1, 0.2, 0.15], fmt="o"),
        "heat": lambda axes: axes.imshow(RANDOM.normal(0, 1, (6, 6))),
        "survival": lambda axes: axes.step(range(40), np.linspace(1, 0.4, 40)),
    }
    for name, draw in drawings.items():
        for kind in ("png", "svg", "pdf"):
            made = Figure(figsize=(4, 3))
            FigureCanvasAgg(made)
            draw(made.add_subplot())
            yield Case(f"{name}.{kind}", _bytes(lambda sink, made=made, kind=kind: made.savefig(sink, format=kind)))


def _texts() -> Iterator[Case]:
    yield Case("readme.md", b"# Pay gap\n\nCode for the analysis in the paper. Run `python fit.py`; needs pandas 2.\n")
    yield Case("run.log", b"2024-03-01 09:12:01 INFO loaded view\n2024-03-01 09:12:44 INFO model.fit took 42.1 s\n")
    yield Case("fit.py", b"import tre\n\npay = tre.load('earnings')\nbands = [18, 30, 45, 60, 75]\nprint(pay.shape)\n")
    yield Case("fit.R", b"library(survival)\nfit <- coxph(Surv(time, event) ~ age + sex, data = d)\nprint(fit)\n")
    yield Case("tables.do", b"use earnings, clear\ntabstat pay, by(region) stat(n mean sd)\n")
    yield Case("query.sql", b"SELECT region, count(DISTINCT person_id) AS n FROM earnings GROUP BY region;\n")
    yield Case("settings.yaml", b"seed: 42\nfolds: 5\nmodel: logistic\n")
    yield Case("references.bib", b"@article{a2020, title={Pay in England}, year={2020}, volume={12}}\n")


def reports() -> Iterator[Case]:
    import plotly.graph_objects as go
    import plotly.io

    table = pd.DataFrame({"region": REGIONS[:4], "n": [1200, 800, 950, 1010]})
    yield Case("report.html", PAGE.format(f"<p>Pay rose in four regions.</p>{table.to_html()}").encode())
    lines = go.Figure(go.Scatter(x=list(range(2000, 2024)), y=RANDOM.normal(100, 3, 24).round(1)))
    yield Case("trend.html", plotly.io.to_html(lines, include_plotlyjs="cdn").encode())
    out = new_output("execute_result", data={"text/html": table.to_html(), "text/plain": table.to_string()})
    yield Case("analysis.ipynb", written(new_markdown_cell("# Pay"), new_code_cell("table", outputs=[out])))


def _bytes(write: Callable[[io.BytesIO], object]) -> bytes:
    with io.BytesIO() as sink:
        write(sink)
        return sink.getvalue()
