"""Draw the pictures of docs/safe-tables.md from the code that the page is about: ``python tests/pictures.py``.

What the numbers are is tested in ``architecture/test_docs.py``; here they are only drawn.
"""

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from playwright.sync_api import sync_playwright

import disclosure_control as sdc
from disclosure_control.figures.canvas import BLUE, GREY

IMAGES = Path(__file__).parent.parent / "docs" / "images"
AREAS = {"North": [64, 38, 21], "East": [47, 33, 4], "South": [52, 29, 18], "West": [71, 45, 26]}
HEALTH = ["good", "fair", "poor"]
BY = ["area", "health"]
COLOURS = {"": "white", "primary": "#f6d7d2", "secondary": "#eeefef", "known": "#ffdd00"}


def people() -> pd.DataFrame:
    """The people of the page."""
    rows = [
        (area, health) for area, line in AREAS.items() for health, n in zip(HEALTH, line, strict=True) for _ in range(n)
    ]
    frame = pd.DataFrame(rows, columns=BY)
    return frame.assign(person_id=[f"p{i}" for i in range(len(frame))])


def table(axes: Axes, cells: pd.DataFrame, title: str) -> None:
    """One table of counts, hidden cells without their number."""
    rows, columns = [*AREAS, "All"], [*HEALTH, "All"]
    at = cells.set_index(BY)
    texts = [[str(at.loc[(r, c), "text"]) for c in columns] for r in rows]
    colours = [[COLOURS[str(at.loc[(r, c), "mark"])] for c in columns] for r in rows]
    axes.axis("off")
    axes.set_title(title, fontsize=11, loc="left")
    drawn = axes.table(
        texts, cellColours=colours, rowLabels=rows, colLabels=columns, loc="upper center", cellLoc="right"
    )
    drawn.auto_set_font_size(False)
    drawn.set_fontsize(10)
    drawn.scale(1, 1.6)


def tables(judged: pd.DataFrame, safe: pd.DataFrame) -> None:
    """The table as counted, with one cell hidden, and protected."""
    bad = judged.reasons != ""
    counts = judged.n.astype(str)
    figure = Figure(figsize=(12.5, 2.5), dpi=110, layout="constrained")
    one, two, three = figure.subplots(1, 3)
    table(one, judged.assign(text=counts, mark=np.where(bad, "primary", "")), "As counted: 4 people are too few")
    table(
        two,
        judged.assign(text=counts.mask(bad, "= 4"), mark=np.where(bad, "known", "")),
        "One hidden: 84 − 47 − 33 = 4",
    )
    shown = safe.n.astype(str).mask(safe.suppressed != "", "[c]")
    table(three, safe.assign(text=shown, mark=safe.suppressed), "Protected: three more are hidden")
    figure.savefig(IMAGES / "safe-tables.png", metadata={"Software": None})


def intervals(safe: pd.DataFrame) -> None:
    """What the attacker knows of each hidden cell."""
    known = sdc.attack_table(safe, by=BY).merge(safe[[*BY, "n", "suppressed"]], on=BY).iloc[::-1].reset_index(drop=True)
    figure = Figure(figsize=(7.5, 2.7), dpi=110, layout="constrained")
    axes = figure.subplots()
    for i, line in known.iterrows():
        colour = "#d4351c" if line.suppressed == "primary" else BLUE
        axes.plot([line.lower, line.upper], [i, i], color=colour, linewidth=8, alpha=0.35, solid_capstyle="butt")
        axes.plot(line.n, i, "o", color=colour)
        axes.text(line.upper + 0.8, i, f"{line.lower:.0f} to {line.upper:.0f}", va="center", fontsize=9, color=GREY)
    axes.set_yticks(range(len(known)), [f"{a}, {h}" for a, h in zip(known.area, known.health, strict=True)])
    axes.set_xlim(-1, 54)
    axes.set_ylim(-0.6, len(known) - 0.4)
    axes.set_xlabel("people: the dot is the truth, the bar what an attacker must hold possible")
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(IMAGES / "safe-intervals.png", metadata={"Software": None})


def notebook() -> None:
    """The table as a notebook shows it."""
    frame = people().set_index("person_id")
    with tempfile.TemporaryDirectory() as folder:
        outputs = sdc.Outputs(folder, policy="default")
        shown = outputs.crosstab(frame.area, frame.health, margins=True, name="health-by-area")
    page = f"""<style>body {{ font: 13px system-ui, sans-serif; margin: 16px; width: 620px }}
        table {{ border-collapse: collapse }} td, th {{ padding: 5px 10px; text-align: right }}
        tr:nth-child(even) {{ background: #f5f5f5 }} p {{ margin: 6px 0 }}</style>{shown._repr_html_()}"""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        tab = browser.new_page(viewport={"width": 660, "height": 300}, device_scale_factor=1.5)
        tab.set_content(page)
        tab.screenshot(path=IMAGES / "safe-notebook.png", full_page=True)
        browser.close()


if __name__ == "__main__":
    cells = sdc.cell_statistics(people(), by=BY, unit="person_id")
    policy = sdc.Policy.load("default")
    made = sdc.judge_cells(cells, policy)
    protected = sdc.protect_table(made, by=BY)
    tables(made, protected)
    intervals(protected)
    notebook()
