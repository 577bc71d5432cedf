"""Files of every kind through the airlock's check: the same answers inside its sandbox as outside."""

from pathlib import Path

import pytest

from disclosure_control import Policy, check_path
from disclosure_control.core.policy import POLICIES
from tests import corpus
from tre.adapters.sandboxed_checker import SandboxedChecker
from tre.airlock.ports import CheckInputs

pytestmark = pytest.mark.sandbox

NAMES = {
    "very-hidden.xlsx",
    "metadata.parquet",
    "metadata.feather",
    "plotly-histogram.html",
    "points.svg",
    "text.pdf",
    "written.png",
    "clean.jpg",
    "clean.ipynb",
    "clean.zip",
    "hidden.docx",
    "vectors.skops",
    "deleted.sqlite",
}


def test_every_kind_of_file_is_read_in_the_sandbox_as_outside(tmp_path: Path) -> None:
    folder = tmp_path / "request"
    folder.mkdir()
    cases = [case for case in [*corpus.leaks(), *corpus.twins()] if case.name in NAMES]
    assert len(cases) == len(NAMES)
    for case in cases:
        (folder / case.name).write_bytes(case.content)
    outside = check_path(folder, Policy.load("default"))
    policy = (POLICIES / "default.toml").read_text(encoding="utf-8")
    checked = SandboxedChecker(tmp_path / "scratch").check(folder, CheckInputs(policy=policy, views={}), timeout_s=600)
    assert checked.report is not None
    inside = {file.name: file for file in checked.report.files}
    assert set(inside) == NAMES
    for file in outside.files:
        assert [record.finding() for record in inside[file.name].findings] == list(file.findings), file.name
        assert (file.name in checked.clean) == (file.clean is not None)
