"""One decoder for every message: whatever is not exactly of its type is one error."""

import json
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import fields

from disclosure_control.checking.messages import (
    Compare,
    Compared,
    Entry,
    Examine,
    Examined,
    Manifest,
    Preview,
    PriorOutputFile,
    ReadManifest,
    ReadPreview,
    Task,
    Verified,
    Verify,
    decode_task,
)
from disclosure_control.core.content import Part, Text, TextKind
from disclosure_control.core.decoder import BadMessage, convert, decode, encode, plain
from disclosure_control.core.finding import Finding, FindingRecord, make_finding
from disclosure_control.core.location import Location
from disclosure_control.core.policy import Policy
from disclosure_control.core.report import FileReport, Report
from disclosure_control.core.report_record import FileRecord, ReportRecord
from tre.workspace.check_plan import CheckPlan

PLACE = Location(line=3, column=2, span=(1, 4), outer=Location(part=("file 1 of the archive",)))
FINDING = make_finding("table.threshold", [PLACE, Location(labels=(("area", "N"),))], cells=2)
TEXT = Text(PLACE, "A name.", TextKind.LABEL, Location(column=2), "who")
POLICY = Policy.load("default").values
VIEWS = {"pay": "/views/pay.parquet"}
FILE = FileReport("a.csv", "0" * 64, 9, "text/csv", "unknown", (FINDING,), clean=b"a\n")
TASKS: list[Task] = [
    Examine("/a", "a.txt", POLICY, VIEWS, "person_id"),
    Verify("t", "/c", "/f", {"t.csv": "/t"}, POLICY, VIEWS, "person_id", "/n"),
    Compare({"t.csv": "/t"}, [PriorOutputFile("old", "/o", True)], POLICY),
    ReadManifest("/m"),
    ReadPreview("/p", "application/pdf"),
]
MESSAGES: list[Struct] = [
    *TASKS,
    Examined("text/plain", [FINDING], [TEXT], b"\x00\xff"),
    Verified("frequencies", True, [FINDING], {"t.csv": [FINDING]}, {"t.csv": b"a"}, [TEXT], b"\x01"),
    Compared({"t.csv": [FINDING]}),
    Manifest([Entry("t", ["t.csv"], True, ("A comment.",))], [FINDING]),
    Preview([Part("Page 1", picture=b"\x89PNG"), Part("t", table="a,b\n")]),
    FINDING,
    FindingRecord.of(FINDING),
    FILE.record,
    Report((FILE,), Policy.load("default"), (FINDING,), {"pay": "sha256:0"}).record,
    CheckPlan("/request", "/data/policy.toml", VIEWS, "person_id", None, (PriorOutputFile("old", "/o"),)),
]


def names(message: Struct) -> str:
    return type(message).__name__


def test_every_task_is_here() -> None:
    assert {type(task) for task in TASKS} == set(get_args(Task))
    assert {task.answer for task in TASKS} <= {type(message) for message in MESSAGES}


@pytest.mark.parametrize("message", MESSAGES, ids=names)
def test_a_message_survives_its_json(message: Struct) -> None:
    assert decode(encode(message), type(message)) == message
    assert convert(json.loads(encode(message)), type(message)) == message
    assert b"\n" not in encode(message), "a message is a line"


@pytest.mark.parametrize("task", TASKS, ids=names)
def test_a_task_is_known_by_its_name(task: Task) -> None:
    assert decode_task(encode(task)) == task
    other = json.loads(encode(task)) | {"task": "no such task"}
    with pytest.raises(BadMessage):
        decode_task(json.dumps(other).encode())


def broken(message: Struct) -> list[tuple[str, bytes]]:
    """What is not the message, by what is wrong with it."""
    good: dict[str, Any] = plain(message)
    wrong: list[tuple[str, object]] = [("an unknown key", good | {"unknown": 1}), ("a list", [good]), ("nothing", None)]
    needed = {field.name for field in fields(message) if field.required}
    named = {field.name: field.encode_name for field in fields(message)}
    wrong += [(f"without {name}", {k: v for k, v in good.items() if k != named[name]}) for name in needed]
    wrong += [
        (f"{key} of another type", good | {key: "x" if isinstance(was, dict) else {"x": [1.5]}})
        for key, was in good.items()
        if was is not None
    ]
    texts = [(why, json.dumps(value).encode()) for why, value in wrong]
    line = encode(message)
    deep = b'{"outer":' * 200_000 + b"1" + b"}" * 200_000
    return [*texts, ("no UTF-8", line[:-1] + b"\xff}"), ("cut off", line[:-1]), ("more", line + b"{}"), ("deep", deep)]


def _fields(message: Struct) -> Any:

    return fields(message)


CASES = [(message, why, content) for message in MESSAGES for why, content in broken(message)]


@pytest.mark.parametrize(("message", "why", "content"), CASES, ids=[f"{names(m)} {why}" for m, why, _ in CASES])
def test_anything_else_is_one_error_that_says_nothing_of_it(message: Struct, why: str, content: bytes) -> None:
    with pytest.raises(BadMessage, match=r"^This is not a \w+\.$"):
        decode(content, type(message))


def test_a_location_that_is_nested_without_end_is_refused() -> None:
    with pytest.raises(BadMessage):
        decode(b'{"outer":' * 100_000 + b"{}" + b"}" * 100_000, Location)


@pytest.mark.parametrize(
    "entry",
    [{"name": "../x"}, {"name": "a/b"}, {"files": ["results.json"]}, {"files": ["t.csv", "evidence"]}, {"name": ""}],
)
def test_an_entry_whose_names_lead_elsewhere_is_refused(entry: dict[str, object]) -> None:
    good: dict[str, object] = {"name": "t", "files": ["t.csv"], "has_evidence": True}
    assert convert(good, Entry).name == "t"
    with pytest.raises(BadMessage):
        convert(good | entry, Entry)


@pytest.mark.parametrize("kind", [Finding, FindingRecord, FileRecord])
def test_an_outcome_that_is_none_is_refused(kind: type[Struct]) -> None:
    good = json.loads(encode(FILE.record if kind is FileRecord else FindingRecord.of(FINDING)))
    good = json.loads(encode(FINDING)) if kind is Finding else good
    convert(good, kind)
    for outcome in ("PASS", "fine", "", 3, -1, None, True, 1.0):
        with pytest.raises(BadMessage):
            convert(good | {"outcome": outcome}, kind)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
KEYS = sorted({key for message in MESSAGES for key in json.loads(encode(message))})


@given(st.sampled_from(MESSAGES), st.dictionaries(st.sampled_from(KEYS), JSON, max_size=3), st.binary(max_size=30))
def test_no_input_gives_another_error(message: Struct, changes: dict[str, object], noise: bytes) -> None:
    good = json.loads(encode(message))
    for content in (json.dumps(good | changes).encode(), noise, encode(message)[: len(noise)] + noise):
        try:
            read = decode(content, type(message))
        except BadMessage:
            continue
        assert isinstance(read, type(message))
        assert decode(encode(read), type(message)) == read


@given(st.sampled_from(TASKS), JSON)
def test_no_task_gives_another_error(task: Task, value: object) -> None:
    for content in (json.dumps(value), json.dumps(json.loads(encode(task)) | {"task": value})):
        try:
            decode_task(content.encode())
        except BadMessage:
            continue
        assert json.loads(content)["task"] in {kind.__struct_config__.tag for kind in get_args(Task)}


def test_a_report_is_what_it_was_in_json_and_gains_places() -> None:
    """Present keys of the report's JSON stay, with the same values; places are beside them."""
    said = Report((FILE,), Policy.load("default"), (FINDING,)).to_dict()
    assert list(said) == ["outcome", "policy", "tool", "tools", "verified_against", "findings", "files"]
    (file,) = convert(said, ReportRecord).files
    assert list(plain(file)) == [
        *("name", "sha256", "bytes", "media_type", "statbarn", "outcome", "verified", "rebuilt", "findings")
    ]
    (written,) = plain(file)["findings"]  # type: ignore[misc]
    assert {key: written[key] for key in FINDING.to_dict()} == FINDING.to_dict()
    assert written["where"] == "file 1 of the archive, line 3, column 2, characters 1–4; area N"
    assert written["locations"][1] == {"labels": [["area", "N"]]}
