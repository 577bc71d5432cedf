"""How long it takes to compare a file with ten million rows of a project's data, and how much memory.

    python benchmarks/records.py [--rows 10000000]

Each file is compared in a process of its own, so that its peak of memory is its own.
"""

import argparse
import multiprocessing
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from disclosure_control.core.content import Column
from disclosure_control.microdata.comparison import comparison_findings


def made(rows: int, path: Path) -> None:
    """A view: a pseudonym, two categories, pay to the penny, age, a date of birth, income."""
    random = np.random.default_rng(5)
    days = pd.to_timedelta(random.integers(0, 18_000, rows), "D")
    frame = pd.DataFrame(
        {
            "person_id": np.char.mod("v1:%032x", random.permutation(rows)),
            "area": random.choice(["North", "East", "South", "West"], rows),
            "sex": random.choice(["F", "M"], rows),
            "pay": np.round(random.lognormal(8, 0.9, rows), 2),
            "age": random.integers(18, 90, rows),
            "born": pd.Timestamp("1950-01-01") + days,
            "income": random.integers(8_000, 9_000_000, rows),
        }
    )
    frame.to_parquet(path)


def columns(frame: pd.DataFrame) -> Sequence[Column]:
    """A frame as the columns of a file."""
    return [Column(i, str(name), frame[name].astype(str).tolist()) for i, name in enumerate(frame.columns, 1)]


def compared(name: str, frame: pd.DataFrame, path: Path) -> None:
    """Compare one file and print what was found, how long it took and the peak of memory."""
    table = columns(frame)
    clock, cpu = time.perf_counter(), time.process_time()
    findings = comparison_findings({"": table}, [], {"people": path}, "person_id", 10)
    seconds, cpu = time.perf_counter() - clock, time.process_time() - cpu
    status = Path("/proc/self/status").read_text(encoding="ascii")
    peak = int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))) / 1e6
    said = ", ".join(f"{finding.rule} ({finding.outcome.label})" for finding in findings) or "nothing"
    print(f"{name:28} {seconds:5.1f} s, {cpu:5.1f} CPU s, {peak:.1f} GB: {said}", flush=True)


def main() -> None:
    """Compare records, points, and a published table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=10_000_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "view.parquet"
        maker = multiprocessing.get_context("spawn").Process(target=made, args=(given.rows, path))
        maker.start()
        maker.join()
        frame = pd.read_parquet(path).sample(1_000_000, random_state=1)
        some = frame.head(1_000)
        born = some.born.dt.strftime("%d/%m/%Y")
        files = {
            "1,000 records": some.drop(columns="person_id").assign(born=born),
            "100,000 records": frame.head(100_000).drop(columns=["person_id", "born"]),
            "1,000 points of a figure": some[["pay"]].sort_values("pay"),
            "a published table": frame.groupby(["area", "sex", "age"])
            .agg(n=("pay", "size"), mean=("pay", "mean"), median=("income", "median"))
            .round(1)
            .reset_index(),
        }
        for name, file in files.items():
            process = multiprocessing.get_context("spawn").Process(target=compared, args=(name, file, path))
            process.start()
            process.join()


if __name__ == "__main__":
    main()
