"""Verification of one output, in this process."""

import json
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from disclosure_control.core.outcome import Outcome
from disclosure_control.core.policy import Policy
from disclosure_control.evidence import verify
from disclosure_control.evidence.compute import answer
from disclosure_control.evidence.query import COUNT, HistogramQuery, Query, RegressionQuery, TableQuery
from disclosure_control.evidence.serialise import claim_bytes, frame_bytes
from disclosure_control.evidence.verify import OutputVerification, verify_output
from tests.factories import arrow_of

QUERIES = {
    "counts": TableQuery(("area",), ("band",), (COUNT,), True, "person_id", "suppress"),
    "means": TableQuery(("area",), ("band",), (("mean", "pay"),), False, "person_id", "suppress"),
    "open": TableQuery(("area",), ("band",), (COUNT,), False, "person_id", "none"),
    "shape": HistogramQuery("pay", (0.0, 20.0, 40.0, 60.0, 80.0, 100.0, 120.0), "person_id", "suppress"),
    "model": RegressionQuery("pay", ("age", "band"), None, "pay ~ age + C(band)", "person_id"),
    "line": RegressionQuery("pay", ("age",), "const", None, "person_id"),
}


def made(people: pd.DataFrame, query: Query, tmp_path: Path, policy: Policy) -> tuple[bytes, Path, dict[str, bytes]]:
    frame = arrow_of(people.reset_index(), query.used())
    given = answer(query, frame, policy)
    path = tmp_path / "frame.parquet"
    path.write_bytes(frame_bytes(frame))
    return claim_bytes(query, given, policy), path, {f"x{ending}": content for ending, content in given.files().items()}


def rules_of(result: OutputVerification) -> set[str]:
    return {f.rule for f in [*result.findings, *(f for found in result.by_file.values() for f in found)]}


@pytest.mark.parametrize("name", list(QUERIES))
def test_what_the_frame_gives_agrees(
    people: pd.DataFrame, tmp_path: Path, policy: Policy, view: Path, name: str
) -> None:
    claim, frame, files = made(people, QUERIES[name], tmp_path, policy)
    result = verify_output("x", claim, frame, files, policy, {"pay": view}, "person_id")
    assert result.agrees
    assert set(result.clean) == set(files)
    assert result.clean == files
    worst = max(finding.outcome for found in result.by_file.values() for finding in [*found, *result.findings])
    assert worst is (Outcome.FAIL if name == "open" else Outcome.PASS)


@pytest.mark.parametrize("name", list(QUERIES))
def test_a_changed_byte_of_a_number_or_pixel_does_not(
    people: pd.DataFrame, tmp_path: Path, policy: Policy, name: str
) -> None:
    claim, frame, _files = made(people, QUERIES[name], tmp_path, policy)
    other = made(
        people.assign(pay=people.pay * 1.01, band=people.band.to_numpy()[::-1]), QUERIES[name], tmp_path, policy
    )
    frame.write_bytes(frame_bytes(arrow_of(people.reset_index(), QUERIES[name].used())))
    result = verify_output("x", claim, frame, other[2], policy, {}, "person_id")
    assert "evidence.mismatch" in rules_of(result)
    assert not result.agrees
    assert result.clean == {}


def test_evidence_that_says_many_is_forged(people: pd.DataFrame, tmp_path: Path, policy: Policy) -> None:
    claim, frame, files = made(people, QUERIES["open"], tmp_path, policy)
    document = json.loads(claim)
    few = next(cell for cell in document["cells"] if cell["area"] == "West" and cell["band"] == "high")
    few |= {"n": 50, "units": 50}
    result = verify_output("x", json.dumps(document).encode(), frame, files, policy, {}, "person_id")
    (forged,) = [finding for finding in result.findings if finding.rule == "evidence.forged"]
    assert (forged.where, forged.counts) == ("area West, band high", {"cells": 1})
    assert result.clean == {}


def test_a_file_that_cannot_be_read_or_is_missing_is_a_mismatch(
    people: pd.DataFrame, tmp_path: Path, policy: Policy
) -> None:
    claim, frame, files = made(people, QUERIES["counts"], tmp_path, policy)
    for broken in ({"x.csv": b"\xff"}, {"x.csv": b'a,"b'}, {}, files | {"x.txt": b"more"}, files | {"y.csv": b"more"}):
        assert not verify_output("x", claim, frame, broken, policy, {}, "person_id").agrees
    claim, frame, files = made(people, QUERIES["shape"], tmp_path, policy)
    assert not verify_output("x", claim, frame, {"x.png": b"no picture"}, policy, {}, "person_id").agrees


def test_numbers_that_differ_by_rounding_alone_agree(people: pd.DataFrame, tmp_path: Path, policy: Policy) -> None:
    claim, frame, files = made(people, QUERIES["means"], tmp_path, policy)
    lines = [line.split(",") for line in files["x.csv"].decode().splitlines()]
    longer = [[cell + "0" if "." in cell else cell for cell in line] for line in lines]
    content = "\n".join(",".join(line) for line in longer).encode()
    assert verify_output("x", claim, frame, {"x.csv": content}, policy, {}, "person_id").agrees


def test_texts_that_no_row_has_are_not_read_from_a_kept_frame(tmp_path: Path) -> None:
    smuggled = pa.DictionaryArray.from_arrays(pa.array([0, 0, 0], pa.int8()), pa.array(["N", "a text of nobody's row"]))
    pq.write_table(pa.table({"area": smuggled}), tmp_path / "frame.parquet")
    read = verify._read_frame(tmp_path / "frame.parquet", ["area"])
    assert pa.types.is_string(read.column("area").type)
    assert read.column("area").to_pylist() == ["N"] * 3
