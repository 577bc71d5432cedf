import json
from typing import Any

import pytest

from disclosure_control.core.errors import BadEvidence
from disclosure_control.evidence.manifest import read_manifest


def manifest(**results: Any) -> bytes:
    return json.dumps({"results": results}).encode()


def test_outputs_are_read_with_their_files_and_comments() -> None:
    content = manifest(table={"files": [{"name": "table.csv"}], "comments": ["why"], "evidence": {"query": "x"}})
    (entry,) = read_manifest(content)
    assert (entry.name, entry.files, entry.has_evidence, entry.comments) == ("table", ("table.csv",), True, ("why",))


@pytest.mark.parametrize(
    "name", ["../secret.csv", "/etc/passwd", "a/b.csv", "..", "", "a\nb", ".hidden", "a..b", None, 3, "x" * 200]
)
def test_a_file_name_that_leads_elsewhere_is_refused(name: object) -> None:
    with pytest.raises(BadEvidence):
        read_manifest(manifest(table={"files": [{"name": name}]}))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not json",
        b"[]",
        b'{"results": []}',
        b'{"results": {}, "results": {}}',
        b'{"results": {"../x": {"files": []}}}',
        b'{"results": {"x": []}}',
        b'{"results": {"x": {"files": "abc"}}}',
        b'{"results": {"x": {"files": ["abc.csv"]}}}',
        b"[" * 100_000,
        b" " * 6_000_000,
    ],
)
def test_a_record_of_another_form_is_refused(content: bytes) -> None:
    with pytest.raises(BadEvidence):
        read_manifest(content)


def test_one_file_belongs_to_one_output() -> None:
    files = {"files": [{"name": "table.csv"}]}
    with pytest.raises(BadEvidence, match="one file to two"):
        read_manifest(manifest(a=files, b=files))
