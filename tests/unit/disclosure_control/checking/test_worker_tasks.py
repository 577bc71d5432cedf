"""The worker's tasks, in this process."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from disclosure_control.checking.messages import Examine, Examined, ReadManifest, Verify
from disclosure_control.checking.worker_tasks import examine_file, manifest, verify
from disclosure_control.core.content import Text, TextKind
from disclosure_control.core.decoder import decode, encode
from disclosure_control.core.location import Location
from disclosure_control.core.policy import Policy
from disclosure_control.evidence.compute import answer
from disclosure_control.evidence.query import COUNT, TableQuery
from disclosure_control.evidence.serialise import claim_bytes, frame_bytes
from tests.factories import arrow_of

POLICY = Policy.load("default").values
COMMON: dict[str, Any] = {"views": {}, "unit": "person_id"}


def test_a_file_is_examined_with_its_texts_and_rebuild(tmp_path: Path) -> None:
    path = tmp_path / "0"
    path.write_text("One line.\r\n")
    answer = examine_file(Examine(path=str(path), name="a.txt", policy=POLICY, **COMMON))
    assert decode(encode(answer), Examined) == answer
    assert answer.clean == b"One line.\n"
    assert answer.texts == [Text(Location(line=1), "One line.", TextKind.PROSE, None)]


def test_a_file_that_cannot_be_read_is_an_answer(tmp_path: Path) -> None:
    path = tmp_path / "0"
    path.write_bytes(b"\x80\x04\x95")
    answer = examine_file(Examine(path=str(path), name="model.pkl", policy=POLICY, **COMMON))
    assert [finding.rule for finding in answer.findings] == ["artefact.denied"]
    assert answer.clean is None


@pytest.mark.slow
def test_more_text_than_is_read_is_said(tmp_path: Path) -> None:
    path = tmp_path / "0"
    path.write_text(("word " * 20_000 + "\n") * 210)
    answer = examine_file(Examine(path=str(path), name="a.txt", policy=POLICY, **COMMON))
    assert "pii.truncated" in [finding.rule for finding in answer.findings]
    assert sum(len(text.text) for text in answer.texts) <= 20_000_000


def test_labels_that_run_or_hide_are_said(tmp_path: Path, policy: Policy) -> None:
    frame = pd.DataFrame({"a": ["=1+1", "x\u200by"] * 40, "b": ["p", "q", "q", "p"] * 20, "who": range(80)})
    query = TableQuery(("a",), ("b",), (COUNT,), False, "who", "suppress")
    given = answer(query, arrow_of(frame, query.used()), policy)
    (tmp_path / "claim").write_bytes(claim_bytes(query, given, policy))
    (tmp_path / "frame").write_bytes(frame_bytes(arrow_of(frame, query.used())))
    (tmp_path / "file").write_bytes(given.files()[".csv"])
    request = {"claim": str(tmp_path / "claim"), "frame": str(tmp_path / "frame"), "policy": policy.values}
    said = verify(Verify(**COMMON, **request, name="x", files={"x.csv": str(tmp_path / "file")}))
    assert said.agrees
    rules = {finding.rule: finding.where for finding in said.findings}
    assert rules["artefact.formula"] == "1 labels"
    assert rules["artefact.hidden-content"] == "1 labels"


def test_a_record_that_cannot_be_read_is_an_answer(tmp_path: Path) -> None:
    path = tmp_path / "0"
    path.write_text("{}")
    answer = manifest(ReadManifest(path=str(path)))
    assert answer.entries == []
    assert [finding.rule for finding in answer.findings] == ["evidence.unreadable"]
