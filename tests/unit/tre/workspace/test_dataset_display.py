"""How a project's datasets are described to its researchers."""

import pandas as pd

from tre.workspace.dataset_display import datasets_frame

COLUMN = {"name": "pay", "type": "number", "description": "Pay <in dollars>.", "quality": "range: not in 2 of 9 rows"}
DATASET = {
    "name": "wages",
    "title": "Wages & more",
    "description": "Pay.",
    "owner": "Department",
    "version": 3,
    "rows": 9000,
    "conditions_of_use": ["Name the source.", "No groups under 10."],
    "columns": [COLUMN],
}


def test_it_is_a_frame_with_a_row_per_column():
    frame = datasets_frame([DATASET])
    assert list(frame.columns) == [
        "dataset", "column", "type", "description", "quality", "rows", "conditions_of_use"
    ]  # fmt: skip
    assert frame.loc[0, "quality"] == "range: not in 2 of 9 rows"
    assert frame.loc[0, "conditions_of_use"] == "Name the source. No groups under 10."


def test_a_notebook_shows_everything_as_text():
    page = datasets_frame([DATASET])._repr_html_()
    for said in ("Wages &amp; more", "Pay &lt;in dollars&gt;.", "9,000 rows", "Name the source.", "version 3"):
        assert said in page
    assert "<in" not in page


def test_what_is_selected_is_an_ordinary_frame():
    assert type(datasets_frame([DATASET])[["dataset", "column"]]) is pd.DataFrame


def test_a_view_that_was_made_earlier_tells_no_quality():
    older = {**DATASET, "columns": [{key: value for key, value in COLUMN.items() if key != "quality"}]}
    assert datasets_frame([older]).loc[0, "quality"] == ""
