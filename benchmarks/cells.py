"""What the cells of a table cost, beside ACRO, a bare DuckDB aggregate, and the best query written by hand.

Two parts, each method in a process of its own:

- ``table``: a 20 x 50 table of means with all its evidence, judged, from a pandas frame in memory (``Outputs.crosstab``
  protects, draws up and keeps it as well). CPU seconds of one call (median of the calls after the first), and the
  memory that the calls added.
- ``units``: the same cells with units from Parquet, through DuckDB (2 GB), Dask (threads) and Spark (local), against a
  query by hand for the same evidence in the same engine. Seconds of the clock, CPU seconds and peak memory.

The peer is ACRO 1.0.2, which wants an environment of its own: make one with ``acro==1.0.2`` in it and give its Python
with ``--acro``; without it the peer is left out. Everything else is in this project's environment.

    python benchmarks/cells.py table --rows 1e5 1e6 1e7 --acro ENVIRONMENT/bin/python
    python benchmarks/cells.py units --rows 5e7 --folder FOLDER
"""

import argparse
import contextlib
import io
import json
import os
import resource
import statistics
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import psutil

CALLS = 6
TABLE = ("ours", "Outputs.crosstab", "bare", "bare with margins", "pandas", "acro")
UNITS = ("duckdb", "dask", "spark")
AREAS = [f"area {i:02}" for i in range(20)]
BANDS = [f"band {i:02}" for i in range(50)]
BARE = """
    SELECT a, b, count(v) AS n, count(*) - count(v) AS missing, sum(v) AS total, sum(abs(v)) AS total_absolute,
           max(abs(v), 2) AS largest, min(v) AS low, max(v) AS high, count(*) FILTER (v < 0) AS negatives,
           count(*) FILTER (v = 0) AS zeros
    FROM frame GROUP BY {groups}
"""
# By hand: what adds up by row, and a narrow line for each cell and unit, from which the margins follow.
BY_HAND = """
    WITH pairs {kept} (SELECT a, b, u, sum(v) AS s FROM frame GROUP BY a, b, u),
    raised AS (SELECT a, b, u, sum(s) AS s FROM pairs GROUP BY GROUPING SETS ((a, u), (b, u), (u)))
    SELECT 'rows' AS kind, a, b, count(v) AS n, count(*) - count(v) AS missing, sum(v) AS total, min(v) AS low,
           max(v) AS high, count(*) FILTER (WHERE v < 0) AS negatives, count(*) FILTER (WHERE v = 0) AS zeros,
           0 AS units, 0.0 AS total_absolute, NULL AS largest
    FROM frame GROUP BY GROUPING SETS ((a, b), (a), (b), ())
    UNION ALL SELECT 'cells', a, b, 0, 0, 0, 0, 0, 0, 0, count(s), sum(abs(s)), {largest} FROM pairs GROUP BY a, b
    UNION ALL SELECT 'margins', a, b, 0, 0, 0, 0, 0, 0, 0, count(s), sum(abs(s)), {largest} FROM raised GROUP BY a, b
"""


def frame_of(rows: int) -> pd.DataFrame:
    """A frame in memory: two categories and a skewed value; none missing or negative, which slows the peer more."""
    random = np.random.default_rng(1)
    value = random.lognormal(3, 1, rows)
    area = pd.Categorical.from_codes(random.integers(0, 20, rows).astype(np.int8), AREAS)
    band = pd.Categorical.from_codes(random.integers(0, 50, rows).astype(np.int8), BANDS)
    return pd.DataFrame({"a": area, "b": band, "v": value})


def parquet_of(rows: int, folder: Path) -> Path:
    """People with two rows each on average, of whom most have one area and band, as a Parquet file."""
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    path = folder / f"people-{rows}.parquet"
    if path.exists():
        return path
    random = np.random.default_rng(2)
    step = 1_000_000
    part = path.with_suffix(".part")
    with pq.ParquetWriter(
        part, pa.schema({"a": pa.string(), "b": pa.string(), "u": pa.int64(), "v": pa.float64()})
    ) as w:
        for start in range(0, rows, step):
            size = min(step, rows - start)
            unit = random.integers(0, max(rows // 2, 1), size)
            band = np.where(random.random(size) < 0.1, random.integers(0, 50, size), unit * 40_503 // 7 % 50)
            columns = [
                pa.DictionaryArray.from_arrays((unit * 2_654_435_761 % 20).astype(np.int8), AREAS).cast(pa.string()),
                pa.DictionaryArray.from_arrays(band.astype(np.int8), BANDS).cast(pa.string()),
                pa.array(unit),
                pa.array(random.lognormal(3, 1, size).round(2)),
            ]
            w.write_table(pa.table(columns, names=["a", "b", "u", "v"]))
    part.rename(path)
    return path


def table_call(method: str, frame: pd.DataFrame) -> Callable[[], Any]:
    """One call of a method on a frame in memory, ready to be timed."""
    if method == "ours":
        import disclosure_control as sdc  # noqa: PLC0415

        policy = sdc.Policy.load("default")
        return lambda: sdc.judge_cells(sdc.cell_statistics(frame, ["a", "b"], "v"), policy, "mean")
    if method == "Outputs.crosstab":
        import disclosure_control as sdc  # noqa: PLC0415

        outputs = sdc.Outputs(policy="default")
        series = frame["a"], frame["b"], frame["v"]

        def crosstab() -> None:
            outputs.crosstab(*series, aggfunc="mean", name="table")
            outputs.remove_output("table")

        return crosstab
    if method.startswith("bare"):
        import duckdb  # noqa: PLC0415

        connection = duckdb.connect(config={"threads": 1})
        connection.register("frame", frame)
        groups = "GROUPING SETS ((a, b), (a), (b), ())" if "margins" in method else "a, b"
        return lambda: connection.execute(BARE.format(groups=groups)).fetch_df()
    if method == "pandas":
        return lambda: pd.crosstab(frame["a"], frame["b"], values=frame["v"], aggfunc="mean")
    from acro import ACRO  # noqa: PLC0415

    session = ACRO(suppress=True)
    return lambda: session.crosstab(frame["a"], frame["b"], values=frame["v"], aggfunc="mean")


def units_call(method: str, path: Path) -> Callable[[], Any]:
    """One call of a method on a Parquet file with units, ready to be timed."""
    engine, _, way = method.partition(" ")
    frame, by_hand = {"duckdb": on_duckdb, "dask": on_dask, "spark": on_spark}[engine](path)
    if way == "by hand":
        return by_hand
    from disclosure_control.tables.statistics.cells import cell_statistics  # noqa: PLC0415

    return lambda: cell_statistics(frame, ["a", "b"], "v", "u")


def on_duckdb(path: Path) -> tuple[Any, Callable[[], Any]]:
    """The file as a relation bounded to 2 GB, and the query by hand."""
    import duckdb  # noqa: PLC0415

    connection = duckdb.connect(config={"memory_limit": "2GB", "temp_directory": str(path.parent / "spill")})
    frame = connection.read_parquet(str(path))
    sql = BY_HAND.format(kept="AS MATERIALIZED", largest="max(abs(s), 2)")
    return frame, lambda: frame.query("frame", sql).fetchall()


def on_spark(path: Path) -> tuple[Any, Callable[[], Any]]:
    """The file in a local Spark, and the query by hand."""
    from pyspark.sql import SparkSession  # noqa: PLC0415

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.master("local[*]").config("spark.ui.enabled", "false")
    for key, value in {"spark.driver.memory": "6g", "spark.local.dir": str(path.parent / "spark")}.items():
        builder = builder.config(key, value)
    session = builder.config("spark.sql.shuffle.partitions", "16").getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    frame = session.read.parquet(str(path))
    sql = BY_HAND.replace("FROM frame", "FROM {frame}").replace("{kept}", "AS")
    sql = sql.replace("{largest}", "max_by(abs(s), abs(s), 2)")
    session.range(1_000_000).selectExpr("sum(id)").collect()
    return frame, lambda: session.sql(sql, frame=frame).collect()


def on_dask(path: Path) -> tuple[Any, Callable[[], Any]]:
    """The file as partitions of a million rows, and the same by hand: shuffle, group each partition, merge."""
    import dask  # noqa: PLC0415
    import dask.dataframe as dd  # noqa: PLC0415

    dask.config.set(scheduler="threads", num_workers=os.cpu_count())
    frame = dd.read_parquet(path, split_row_groups=True)

    def cells(part: pd.DataFrame) -> list[pd.DataFrame]:
        pairs = part.groupby(["a", "b", "u"], sort=False, observed=True)["v"].sum().reset_index()
        found = []
        for keys in (["a", "b"], ["a"], ["b"], []):
            by_unit = pairs.groupby([*keys, "u"], sort=False, observed=True)["v"].sum().abs().reset_index()
            groups = by_unit.groupby(keys or np.zeros(len(by_unit)), sort=False)["v"]
            found.append(groups.agg(["count", "sum"]).join(groups.nlargest(2).groupby(level=0).agg(list).rename("top")))
            rows = part.groupby(keys or np.zeros(len(part)), sort=False)["v"]
            found.append(rows.agg(["count", "size", "sum", "min", "max"]))
        return found

    ask = dask.delayed(cells)
    return frame, lambda: dask.compute(*(ask(part) for part in frame.shuffle(on="u").to_delayed()))


def cpu() -> float:
    """CPU seconds so far of this process and of all that it started, Spark's own process among them."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    running = [child.cpu_times() for child in psutil.Process().children(recursive=True)]
    return sum(one.ru_utime + one.ru_stime for one in used) + sum(one.user + one.system for one in running)


def memory(name: str) -> float:
    """Resident memory of this process in MB: VmRSS now, VmHWM at its highest since ``forget``."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(name))
    return int(line.split()[1]) / 1024


def child(part: str, method: str, rows: int, folder: Path) -> dict[str, float]:
    """Time one method in this process."""
    call = (
        table_call(method, frame_of(rows)) if part == "table" else units_call(method, folder / f"people-{rows}.parquet")
    )
    Path("/proc/self/clear_refs").write_text("5")
    before, seconds, clock = memory("VmRSS"), [], []
    for _ in range(CALLS if part == "table" else max(1, min(3, 30_000_000 // rows))):
        at, began = cpu(), time.perf_counter()
        call()
        seconds.append(cpu() - at)
        clock.append(time.perf_counter() - began)
    return {
        "cpu_s": statistics.median(seconds[1:] or seconds),
        "first_cpu_s": seconds[0],
        "clock_s": statistics.median(clock[1:] or clock),
        "added_mb": memory("VmHWM") - before,
    }


def run(python: str, part: str, method: str, rows: int, folder: Path) -> dict[str, float] | None:
    """Time one method in a process of its own; None where it cannot run."""
    argv = [python, __file__, "child", "--part", part, "--method", method, "--rows", str(rows), "--folder", str(folder)]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if not lines:
        print(f"{method} could not run: {(done.stderr.strip().splitlines() or ['no message'])[-1]}", file=sys.stderr)
        return None
    found: dict[str, float] = json.loads(lines[-1])
    return found


def show(rows: int, method: str, found: dict[str, float], base: float | None, key: str) -> None:
    """One line of the table of results."""
    ratio = f"{found[key] / base:8.2f}" if base else " " * 8
    columns = (found["cpu_s"], found["first_cpu_s"], found["clock_s"], found["added_mb"])
    print(
        f"{rows:>10,}  {method:<18}"
        + "".join(f"{number:>10.3f}" for number in columns[:3])
        + f"{columns[3]:>9.0f}{ratio}"
    )


def main() -> None:
    """Run what the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["table", "units", "child"])
    parser.add_argument("--rows", type=float, nargs="+", required=True)
    parser.add_argument("--acro", help="the Python of an environment with acro in it")
    parser.add_argument("--folder", type=Path, default=Path("benchmark-data"))
    parser.add_argument("--engines", nargs="+", choices=UNITS, default=list(UNITS))
    parser.add_argument("--part")
    parser.add_argument("--method")
    given = parser.parse_args()
    if given.what == "child":
        warnings.simplefilter("ignore")
        with contextlib.redirect_stdout(io.StringIO()):
            found = child(given.part, given.method, int(given.rows[0]), given.folder)
        print(json.dumps(found), flush=True)
        return
    print(f"{'rows':>10}  {'method':<18}{'CPU s':>10}{'first':>10}{'clock s':>10}{'MB more':>9}   ratio")
    for rows in map(int, given.rows):
        if given.what == "table":
            compare("table", TABLE if given.acro else TABLE[:-1], rows, "cpu_s", given)
            continue
        given.folder.mkdir(parents=True, exist_ok=True)
        parquet_of(rows, given.folder)
        for engine in given.engines:
            compare("units", (f"{engine} by hand", engine), rows, "cpu_s", given)


def compare(part: str, methods: Sequence[str], rows: int, key: str, given: argparse.Namespace) -> None:
    """Time several methods; the ratio is to the first of them that runs."""
    base = None
    for method in methods:
        found = run(given.acro if method == "acro" else sys.executable, part, method, rows, given.folder)
        if found:
            base = found[key] if base is None else base
            show(rows, method, found, base, key)


if __name__ == "__main__":
    main()
