"""Frames of Spark give the cells that counting by hand gives, and tables that are those of pandas.

Spark takes seconds to start, so that all tests with it are here. What they ask is in the modules of the other engines.
"""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import example, given

from tests.property.disclosure_control import test_engines as engines
from tests.unit.disclosure_control.outputs import test_spool as outputs

pytestmark = pytest.mark.usefixtures("one_worker")


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A Spark session in this process; skips where there is no Java."""
    if shutil.which("java") is None:
        pytest.skip("needs Java")
    sql = pytest.importorskip("pyspark.sql")
    folder = tmp_path_factory.mktemp("spark")
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    session = (
        sql.SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.default.parallelism", "2")
        # What helps large queries only slows these.
        .config("spark.sql.adaptive.enabled", "false")
        .config("spark.sql.codegen.wholeStage", "false")
        .config("spark.local.dir", str(folder / "local"))
        .config("spark.sql.warehouse.dir", str(folder / "warehouse"))
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("OFF")
    yield session
    session.stop()


def spark_frame(frame: pd.DataFrame, spark: Any) -> dict[str, Any]:
    return {"spark": spark.createDataFrame(pa.Table.from_pandas(frame, preserve_index=False))}


@engines.FEW
@given(engines.ROWS, engines.QUESTIONS)
@example([], engines.PLAIN)
@example(
    [{**engines.ONE[0], "pay": float(i), "who": i % 3} for i in range(9)],
    {**engines.PLAIN, "hierarchies": engines.TREES},
)
@example(
    [{**engines.ONE[0], "pay": float(i), "who": i, "firm": "f"} for i in range(9)],
    {**engines.PLAIN, "holding": "firm"},
)
@example(
    [{**engines.ONE[0], "pay": float(i), "year": i, "weight": 1.25} for i in range(3)],
    {**engines.PLAIN, "weight": "weight"},
)
def test_it_counts_as_by_hand(spark: Any, rows: list[dict[str, Any]], question: dict[str, Any]) -> None:
    engines.check(spark.createDataFrame(engines.table_of(rows)), rows, question)


@pytest.mark.parametrize(
    ("columns", "message"),
    # A few in the quick run, and all in the heavy one.
    [pytest.param(*case, marks=[pytest.mark.heavy] * (i not in (3, 7))) for i, case in enumerate(engines.REFUSED)],
)
def test_it_refuses_the_same(spark: Any, columns: dict[str, Any], message: str) -> None:
    engines.check_refused(spark_frame(engines.with_columns(columns), spark), message)


@pytest.mark.heavy
def test_whole_numbers_do_not_overflow(spark: Any) -> None:
    engines.check_large(spark_frame(engines.LARGE, spark))


def test_text_that_is_numbers_adds_up_alike(spark: Any) -> None:
    engines.check_text(spark_frame(engines.TEXT, spark))


@pytest.mark.parametrize(("categories", "labels"), engines.LABELS)
def test_labels_are_the_same_text(spark: Any, categories: Any, labels: list[str]) -> None:
    engines.check_labels(spark_frame(engines.of_kinds(categories), spark), labels)


def test_tables_are_those_of_pandas_and_are_verified(
    spark: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    people = outputs.made_people()
    outputs.check_tables(spark.createDataFrame(people), people, tmp_path)
