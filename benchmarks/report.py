"""Write docs/speed.md and its pictures from what the benchmarks printed.

mkdir results
python benchmarks/cells.py table --rows 1e5 1e6 1e7 --acro ENVIRONMENT/bin/python > results/table.txt
python benchmarks/cells.py units --rows 5e7 --folder results > results/units.txt
python benchmarks/protection.py > results/protection.txt
python benchmarks/differencing.py > results/differencing.txt
python benchmarks/report.py results
"""

import argparse
import re
from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

DOCS = Path(__file__).parent.parent / "docs"
NAMES = {
    "ours": "cell statistics, judged",
    "Outputs.crosstab": "`Outputs.crosstab`: protected, with evidence",
    "bare": "bare DuckDB aggregate, no margins",
    "bare with margins": "bare DuckDB aggregate, the same margins",
    "pandas": "`pandas.crosstab`, means alone",
    "acro": "ACRO 1.0.2 `crosstab`, suppressed",
}
COLOURS = ["#d4351c", "#f47738", "#1d70b8", "#5694ca", "#505a5f", "#0b0c0c"]
PAGE = """# What it costs
Written by `benchmarks/report.py` from runs of each benchmark on one machine of two cores; how to run them, and what
was seen besides, is told in [benchmarks](../benchmarks/README.md). The machine was shared, so CPU seconds and ratios
say more than the clock. No test asserts any of this.

## A table of 20 × 50 means from a frame in memory
CPU seconds of one call, and the memory that calls added. The evidence: how many people, total,
smallest, largest, the two largest contributions, negatives, zeros and missing values of every cell and margin.

{table}

![CPU seconds by number of rows](images/speed-table.png)

## 50 million rows with units, from Parquet
The same evidence with people counted, beside the best query that we could write by hand in each engine. DuckDB is
bounded to 2 GB.

{units}

## Protecting a table
Skewed values; each unsafe cell must seem able to be 20 % larger and smaller. `under` is how many unsafe cells an
independent attacker finds closer than that.

{protection}

![CPU seconds by number of cells](images/speed-protection.png)

## Comparing with 1,000 released tables
```text
{differencing}
```
"""


def cells(path: Path) -> pd.DataFrame:
    """What cells.py printed: a line a method."""
    found = re.findall(
        r"^ *([\d,]+)  (\S.*?) {2,}([\d.]+) +([\d.]+) +([\d.]+) +(\d+) +([\d.]+)$", path.read_text(), re.M
    )
    frame = pd.DataFrame(found, columns=["rows", "method", "CPU s", "first", "clock s", "MB more", "ratio"])
    frame["rows"] = frame["rows"].str.replace(",", "").astype(int)
    return frame.astype({name: float for name in ("CPU s", "first", "clock s", "MB more", "ratio")})


def protections(path: Path) -> pd.DataFrame:
    """What protection.py printed: a line a case."""
    pattern = r"^(\S.*?) +(\d+) +(\d+) +(\d+) +(\d+) +(yes|no) +([\d.]+) +([\d.]+) +([\d.]+) +(\d+)$"
    names = ["case", "cells", "unsafe", "others hidden", "cost", "optimum", "CPU s", "clock s", "attack CPU s", "under"]
    frame = pd.DataFrame(re.findall(pattern, path.read_text(), re.M), columns=names).drop(columns="clock s")
    return frame.astype({"cells": int, "CPU s": float})


def markdown(frame: pd.DataFrame) -> str:
    """A table as Markdown."""
    lines = [
        [str(name) for name in frame.columns],
        ["---"] * len(frame.columns),
        *frame.astype(str).to_numpy().tolist(),
    ]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def table_of(found: pd.DataFrame) -> str:
    """Methods by rows, with how many times ours each costs."""
    parts = []
    for rows, group in found.groupby("rows"):
        ours = group.set_index("method").loc["ours", "CPU s"]
        parts += [
            {"rows": f"{rows:,}", "method": NAMES[line.method], "CPU s": f"{line['CPU s']:.3f}",
             "times ours": f"{line['CPU s'] / ours:.2f}", "MB more": f"{line['MB more']:.0f}"}
            for _, line in group.iterrows()
        ]  # fmt: skip
    return markdown(pd.DataFrame(parts))


def draw_table(found: pd.DataFrame) -> None:
    """CPU seconds by rows, a line a method."""
    figure = Figure(figsize=(7.5, 4), dpi=110, layout="constrained")
    axes = figure.subplots()
    for (method, name), colour in zip(NAMES.items(), COLOURS, strict=True):
        some = found[found.method == method]
        axes.plot(some["rows"], some["CPU s"], "o-", color=colour, label=name.replace("`", ""))
    axes.set(xscale="log", yscale="log", xlabel="rows", ylabel="CPU seconds of one call")
    axes.legend(frameon=False, fontsize=8)
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(DOCS / "images" / "speed-table.png", metadata={"Software": None})


def draw_protection(found: pd.DataFrame) -> None:
    """CPU seconds by cells, at the optimum and fast."""
    figure = Figure(figsize=(7.5, 3.4), dpi=110, layout="constrained")
    axes = figure.subplots()
    for optimum, colour, name in (("yes", "#d4351c", "optimum, proved"), ("no", "#1d70b8", "fast")):
        some = found[found.optimum == optimum]
        axes.scatter(some["cells"], some["CPU s"], color=colour, label=name)
    axes.set(xscale="log", yscale="log", xlabel="cells, margins included", ylabel="CPU seconds")
    axes.legend(frameon=False, fontsize=9)
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(DOCS / "images" / "speed-protection.png", metadata={"Software": None})


def main() -> None:
    """Read the results, write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", type=Path)
    folder: Path = parser.parse_args().results
    table, units, protection = (
        cells(folder / "table.txt"),
        cells(folder / "units.txt"),
        protections(folder / "protection.txt"),
    )
    draw_table(table)
    draw_protection(protection)
    random = [line for line in (folder / "protection.txt").read_text().splitlines() if "random tables" in line]
    page = PAGE.format(
        table=table_of(table),
        units=markdown(
            units[["method", "CPU s", "clock s", "MB more", "ratio"]].rename(columns={"ratio": "CPU by hand = 1"})
        ),
        protection="\n\n".join([markdown(protection), *random]),
        differencing=(folder / "differencing.txt").read_text().strip(),
    )
    (DOCS / "speed.md").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
