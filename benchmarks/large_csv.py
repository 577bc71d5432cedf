"""One gigabyte of csv through ``check_path``: time, and the most memory of this process and of the limited one.

Run: python benchmarks/large_csv.py [bytes]
"""

import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

import disclosure_control as sdc

ROWS = 200_000  # made once, written again and again with other numbers of people
CHILDREN, SELF = resource.RUSAGE_CHILDREN, resource.RUSAGE_SELF


def write(path: Path, size: int) -> int:
    """Write records of people who do not exist until the file is as large as asked; returns the rows."""
    random = np.random.default_rng(3)
    frame = pd.DataFrame(
        {
            "area": random.choice(["North", "South", "East", "West"], ROWS),
            "job": random.choice([f"job {i}" for i in range(500)], ROWS),
            "age": random.integers(18, 90, ROWS),
            "pay": random.lognormal(10, 0.5, ROWS).round(2),
            "note": random.choice(["", "seen twice", "moved away", "no answer"], ROWS),
        }
    )
    rows = 0
    with path.open("w") as file:
        while file.tell() < size:
            frame.insert(0, "who", [f"P{rows + i:09d}" for i in range(ROWS)])
            frame.to_csv(file, index=False, header=rows == 0)
            frame = frame.drop(columns="who")
            rows += ROWS
    return rows


def main() -> None:
    """Make the file, check it, say what it took."""
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.csv"
        rows = write(path, size)
        before = resource.getrusage(SELF).ru_maxrss
        begun = time.perf_counter()
        report = sdc.check_path(path)
        took = time.perf_counter() - begun
    own, worker = (resource.getrusage(who).ru_maxrss / 1e6 for who in (SELF, CHILDREN))
    print(f"{rows:,} rows, {size / 1e9:.1f} GB: {report.outcome.label} in {took:.0f} s")
    print(f"most memory: this process {own:.2f} GB ({before / 1e6:.2f} before), the limited one {worker:.2f} GB")
    for finding in report.files[0].findings:
        print(f"  {finding.outcome.label} {finding.rule} {finding.where[:60]}")


if __name__ == "__main__":
    main()
