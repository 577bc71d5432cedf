"""A script written for ACRO runs by changing its import."""

import json
from pathlib import Path

import pandas as pd
import pytest

from disclosure_control.acro import ACRO
from disclosure_control.checking.check import check_folder
from disclosure_control.core.errors import BadTable
from disclosure_control.core.policy import Policy

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("one_worker")]


def test_acros_calls_and_names(people: pd.DataFrame, tmp_path: Path) -> None:
    people = people.assign(months=people.age % 40, died=(people.pay > 20).astype(int))
    acro = ACRO(suppress=True)
    acro.crosstab(people.area, people.band, margins=True, show_suppressed=True)
    acro.crosstab(people.band, people.area, values=people.pay, aggfunc="mean")
    acro.pivot_table(people, index=["band"], values=["pay"], aggfunc=["mean", "std"])
    acro.surv_func(people.months, people.died, output="table")
    acro.surv_func(people.months, people.died, output="plot", filename="kaplan.png")
    acro.hist(people, "pay", filename="pay.png")
    acro.pie(people, "band", filename="bands.png")
    acro.olsr("pay ~ age", people)
    acro.disable_suppression()
    acro.crosstab(people.area, people.band)
    acro.add_comments("output_0", "Please see the note.")
    acro.add_exception("output_5", "It is public.")
    acro.rename_output("output_1", "means")
    acro.finalise(tmp_path / "handed in", "json")
    results = json.loads((tmp_path / "handed in/results.json").read_text())["results"]
    assert list(results) == [
        "output_0",
        "means",
        "output_2",
        "output_3",
        "kaplan",
        "pay",
        "bands",
        "output_4",
        "output_5",
    ]
    report = check_folder(tmp_path / "handed in", Policy.load("default"))
    assert report.file("kaplan.png").verified
    assert report.file("output_2.csv").verified


def test_another_record_than_json_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadTable, match="ext='xlsx'"):
        ACRO().finalise(tmp_path, "xlsx")
