"""Ten million rows in a workspace of the usual size, with Dask and with Spark as they are found there."""

import json
import shutil
import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tre.adapters.sandbox import PYTHON, prepare_readable, prepare_writable, run
from tre.core.ids import PersonId, ProjectId
from tre.projects.workspace import Limits, Mount, workspace

pytestmark = [pytest.mark.heavy, pytest.mark.sandbox, pytest.mark.timeout(900)]

ROWS = 10_000_000
PEOPLE = 2_500_000
PLACE = "/opt/test"


def texts(numbers: np.ndarray, *words: str) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(numbers), pa.array(words)).cast(pa.string())


@pytest.fixture(scope="module")
def room():
    """A workspace whose view has ten million rows of pay, four of each person."""
    folder = Path(tempfile.mkdtemp(prefix="tre-large-"))
    view, home, program = (folder / name for name in ("view", "home", "program"))
    for made in (view, home, program):
        made.mkdir()
    random = np.random.default_rng(20261124)
    table = pa.table(
        {
            "person_id": pa.array(np.arange(ROWS) % PEOPLE).cast(pa.string()),
            "region": texts(random.integers(0, 6, ROWS, dtype=np.int8), "NE", "NW", "E", "W", "SE", "SW"),
            "pay": random.integers(8, 60, ROWS),
        }
    )
    pq.write_table(table, view / "people.parquet")
    columns = [{"name": name, "type": "", "description": ""} for name in ("region", "pay")]
    described = {"name": "people", "rows": ROWS, "conditions_of_use": [], "columns": columns}
    (view / "view.json").write_text(json.dumps({"unit": "person_id", "datasets": [described]}))
    shutil.copy(Path(__file__).with_name("large.py"), program)
    for made in (view, program):
        prepare_readable(made)
    prepare_writable(home)
    made = workspace(ProjectId("large"), PersonId("ana"), view=view, home=home)
    yield made, Mount(program, PLACE), int(table["pay"].to_numpy().sum())
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.parametrize("engine", ["dask", "spark"])
def test_ten_million_rows_are_counted_by_person(room, engine, tmp_path):
    made, mount, total = room
    log = tmp_path / "log"
    ended = run(made, [PYTHON, f"{PLACE}/large.py", engine], timeout_s=800, log=log, mounts=[mount])
    assert ended.returncode == 0, log.read_text()[-3000:]
    assert not ended.out_of_memory
    (line,) = [line for line in log.read_text().splitlines() if line.startswith("SAID ")]
    said = json.loads(line.removeprefix("SAID "))
    assert (said["n"], said["units"], said["total"]) == (ROWS, PEOPLE, total)
    assert (said["cells"], said["worst"], said["link"]) == (7, "pass", "")
    if engine == "dask":
        assert said["memory"] < Limits().memory_bytes
