"""The template for large data on ten million rows, by papermill in a workspace of usual size, to a checked table."""

import json
import shutil
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import disclosure_control as sdc
from tre.adapters.collector import SafeCollector
from tre.adapters.papermill_runner import LOG, PapermillRunner
from tre.adapters.sandbox import prepare_readable
from tre.adapters.sandboxed_checker import SandboxedChecker
from tre.airlock.ports import CheckInputs
from tre.core.ids import PersonId, ProjectId
from tre.projects.workspace import workspace
from tre.settings import Settings
from tre.workspace.template import check_parameters, load_template

pytestmark = [pytest.mark.heavy, pytest.mark.sandbox, pytest.mark.timeout(2400)]

ROWS = 10_000_000
PEOPLE = 2_500_000
REGIONS = ("NE", "NW", "E", "W", "SE", "SW")
HEALTH = ("good", "fair", "poor")


def texts(numbers: np.ndarray, words: tuple[str, ...]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(numbers), pa.array(words)).cast(pa.string())


@pytest.fixture(scope="module")
def data():
    """A view of two datasets: ten million rows of pay, four of each person; how healthy each person is."""
    folder = Path(tempfile.mkdtemp(prefix="tre-large-"))
    view = folder / "view"
    view.mkdir()
    random = np.random.default_rng(20261125)
    who = np.arange(ROWS) % PEOPLE
    codes = {"region": random.integers(0, 6, ROWS, dtype=np.int8), "sex": (who % 2).astype(np.int8)}
    earnings = {
        "person_id": pa.array(who).cast(pa.string()),
        "region": texts(codes["region"], REGIONS),
        "sex": texts(codes["sex"], ("f", "m")),
        "age": random.integers(16, 66, ROWS),
        "pay": random.integers(8, 60, ROWS),
    }
    pq.write_table(pa.table(earnings), view / "earnings.parquet")
    healthy = random.integers(0, 3, PEOPLE, dtype=np.int8)
    care = {"person_id": pa.array(np.arange(PEOPLE)).cast(pa.string()), "health": texts(healthy, HEALTH)}
    pq.write_table(pa.table(care), view / "care.parquet")
    means = pd.Series(earnings["pay"]).groupby([pd.Series(codes["region"]), pd.Series(codes["sex"])]).mean()
    described = [
        {
            "name": name,
            "rows": rows,
            "conditions_of_use": [],
            "columns": [{"name": column, "type": "", "description": ""} for column in columns if column != "person_id"],
        }
        for name, rows, columns in (("earnings", ROWS, earnings), ("care", PEOPLE, care))
    ]
    (view / "view.json").write_text(json.dumps({"unit": "person_id", "datasets": described}))
    policy = (Path(sdc.__file__).parent / "policies" / "default.toml").read_text()
    (view / "policy.toml").write_text(policy)
    prepare_readable(view)
    yield folder, view, policy, {(REGIONS[r], "fm"[s]): mean for (r, s), mean in means.items()}
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.parametrize("engine", ["dask", "spark"])
def test_the_template_makes_its_tables_in_a_workspace(data, engine):
    folder, view, policy, means = data
    home = folder / engine / "home"
    home.mkdir(parents=True)
    template = load_template(Settings.load({}).templates, "pay-from-large-data")
    room = workspace(ProjectId("large"), PersonId("ana"), view=view, home=home)
    runner = PapermillRunner(SafeCollector(500, 1 << 30))
    made = runner.execute(
        room, template.notebook, check_parameters(template, {"engine": engine}), home=home, timeout_s=1500
    )
    assert made.succeeded, (made.why, (home.parent / LOG).read_text()[-3000:])
    assert set(template.outputs) <= set(made.output_digests)
    table = pd.read_csv(home / "outputs" / "pay-by-region-and-sex.csv", index_col=0)
    for (region, sex), mean in means.items():
        assert table.loc[region, sex] == pytest.approx(mean, rel=1e-9)
    people = pd.read_csv(home / "outputs" / "people-by-health.csv", index_col=0)
    assert int(people.loc["All"].iloc[0]) == ROWS
    if engine == "dask":  # the evidence of Spark has the same form
        views = {name: view / f"{name}.parquet" for name in ("earnings", "care")}
        checker = SandboxedChecker(folder / "checks")
        checked = checker.check(home / "outputs", CheckInputs(policy, views), timeout_s=1500)
        outcomes = {file.name: (file.outcome, file.verified) for file in checked.report.files}
        assert outcomes["pay-by-region-and-sex.csv"] == ("pass", True)
        # Made from two datasets joined: computed again, but its rows are in neither view, so that somebody must look.
        assert outcomes["people-by-health.csv"] == ("review", True)
