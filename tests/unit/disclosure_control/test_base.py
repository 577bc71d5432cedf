"""What works with the base dependencies alone, and what each other format asks for."""

import json
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

REPOSITORY = Path(__file__).parents[3]
BASE_FORMATS = {
    *("CSV", "tab-separated text", "Parquet", "Feather", "JSON", "text", "ZIP archive", "safetensors", "skops model"),
    "ONNX model",
}
FORMATS_OF_THE_EXTRA = {
    *("Excel workbook", "code", "notebook", "HTML", "SVG", "PNG", "JPEG", "WebP", "GIF", "PDF", "Word or PowerPoint"),
}
# Refuses every package but those of which the first argument has the list; then runs the second.
WITHOUT = """
import sys
withheld = set(sys.argv[1].split())

class Withheld:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in withheld:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Withheld())
exec(sys.argv[2])
"""
FORMATS = """
import json
from disclosure_control.formats.registry import FORMATS
from disclosure_control.core.errors import MissingExtra
said = {}
for kind in FORMATS:
    try:
        said[kind.name] = kind.examiner() is not None
    except MissingExtra as error:
        said[kind.name] = f"{error.message} {error.hint}"
print(json.dumps(said))
"""
TABLE = """
import sys, tempfile
from pathlib import Path
import pandas as pd
import disclosure_control as sdc
import tre
from tre.cli import tre as commands
from disclosure_control.checking.messages import Examine, Verify
from disclosure_control.checking.worker_tasks import answer_to

assert commands.get_command(None, "check") is not None
folder = Path(tempfile.mkdtemp())
people = pd.DataFrame({"region": ["N", "S", "E"] * 80, "sex": ["f", "m"] * 120})
people.index.name = "person"
outputs = sdc.Outputs(folder / "outputs")
outputs.crosstab(people.region, people.sex)
outputs.finalise()
policy = sdc.Policy.load("default").values
common = {"policy": policy, "views": {}, "unit": "person"}
table, paper = folder / "outputs" / "table_1.csv", folder / "paper.pdf"
paper.write_bytes(b"%PDF-1.4")
read = [answer_to(Examine(path=str(path), name=path.name, **common)) for path in (table, paper)]
evidence = folder / "outputs" / "evidence"
files = {table.name: str(table)}
claim, frame = str(evidence / "table_1.json"), str(evidence / "table_1.parquet")
verified = answer_to(Verify(name="table_1", claim=claim, frame=frame, files=files, **common))
print([finding.rule for finding in read[0].findings])
print([(f.rule, f.outcome.label, f.why, f.todo) for f in read[1].findings])
print(verified.agrees, [finding.rule for finding in verified.by_file[table.name]])
"""


@pytest.fixture(scope="module")
def others() -> str:
    """The importable names of every installed package that is not a base dependency or needed by one."""
    base: set[str] = set()
    todo = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]["dependencies"]
    while todo:
        requirement = Requirement(todo.pop())
        name = canonicalize_name(requirement.name)
        if name not in base and (requirement.marker is None or requirement.marker.evaluate({"extra": ""})):
            base.add(name)
            todo += requires(name) or []
    owners = packages_distributions()
    withheld = [name for name, by in owners.items() if not base & {canonicalize_name(one) for one in by}]
    ours = {"tre", "disclosure_control", "hub_config"}
    assert {"PIL", "openpyxl", "pydantic", "matplotlib"} <= set(withheld)
    return " ".join(sorted(set(withheld) - ours))


def without(others: str, code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT, others, code], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_each_format_is_read_or_asks_for_the_extra(others):
    said = json.loads(without(others, FORMATS))
    assert {name for name, reads in said.items() if reads is True} == BASE_FORMATS
    missing = {name: text for name, text in said.items() if isinstance(text, str)}
    assert set(missing) == FORMATS_OF_THE_EXTRA
    for name, text in missing.items():
        assert re.fullmatch(rf"[a-z0-9-]+, which reads {name}, is not installed\. Install tre-toolkit\[files\]\.", text)


def test_tables_are_made_and_verified_and_other_files_fail(others):
    read, paper, verified = without(others, TABLE).splitlines()[-3:]
    assert "evidence.none" in read
    assert "artefact.unreadable" not in read
    why, todo = "pikepdf, which reads PDF, is not installed.", "Install tre-toolkit[files]."
    assert paper == repr([("artefact.unreadable", "fail", why, todo)])
    assert verified == "True ['evidence.verified']"
