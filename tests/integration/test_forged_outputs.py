"""The airlock does not believe an output or its evidence: it computes both again, and stops what does not fit.

Each test plays a researcher who changes something in the outputs folder after the session wrote it. The real check
runs, in its real sandbox.
"""

import json

import pandas as pd
import pytest

from disclosure_control.core.outcome import Outcome

pytestmark = pytest.mark.sandbox


def rules(file):
    return {finding.rule for finding in file.findings if finding.outcome is Outcome.FAIL}


def test_honest_outputs_pass_and_are_computed_again(room):
    room.outputs.crosstab(room.frame.district, room.frame.sex, values=room.frame.pay, aggfunc="mean", name="mean")
    room.outputs.hist(room.frame.pay, bins=5, name="hist")
    room.outputs.olsr("pay ~ C(sex)", room.frame, name="model")
    room.outputs.finalise()
    for file in room.submit().values():
        assert (file.outcome, file.verified) == (Outcome.PASS, True), (file.name, file.findings)


def test_edited_files_are_stopped(room):
    room.outputs.crosstab(room.frame.district, room.frame.sex, name="count")
    room.outputs.crosstab(room.frame.district, room.frame.sex, values=room.frame.pay, aggfunc="mean", name="mean")
    room.outputs.hist(room.frame.pay, bins=5, name="hist")
    room.outputs.olsr("pay ~ C(sex)", room.frame, name="model")
    room.outputs.finalise()
    count = room.folder / "count.csv"
    first_row = count.read_text().splitlines()[1]
    count.write_text(count.read_text().replace(first_row, first_row.replace("6", "7", 1)))
    mean = room.folder / "mean.csv"
    mean.write_text(mean.read_text() + "V1,R7,Surname3\n")
    model = room.folder / "model.csv"
    model.write_text(model.read_text().replace("Intercept", "Surname3"))
    other = room.outputs.hist(room.frame.pay, bins=10, name="other")
    (room.folder / "hist.png").write_bytes(other.png)
    files = room.submit()
    for name in ("count.csv", "mean.csv", "model.csv", "hist.png"):
        assert files[name].outcome is Outcome.FAIL, name
        assert "evidence.mismatch" in rules(files[name]), (name, files[name].findings)
    place = next(finding.where for finding in files["count.csv"].findings if finding.rule == "evidence.mismatch")
    assert place == "row NE, column f"


def test_forged_evidence_is_stopped(room):
    small = room.frame[(room.frame.district == "NW")].head(15)
    room.outputs.disable_suppression()
    room.outputs.crosstab(small.district, small.sex, name="small")
    room.outputs.crosstab(small.district, small.pay, name="smaller")
    room.outputs.finalise()
    claimed = room.folder / "evidence" / "smaller.json"
    claim = json.loads(claimed.read_text())
    for cell in claim["cells"]:
        cell["n"] = cell["units"] = 50
    claimed.write_text(json.dumps(claim))
    files = room.submit()
    assert {"evidence.forged", "table.threshold"} <= rules(files["smaller.csv"])


def test_an_invented_frame_is_stopped(room):
    """The frame, its evidence and the file all fit each other, but the people are made up."""
    one = room.frame.head(1)
    made_up = pd.concat([one] * 50)
    made_up.index = pd.Index([f"v1:{number:032x}" for number in range(50)], name="person_id")
    room.outputs.crosstab(made_up.district, made_up.sex, values=made_up.pay, aggfunc="mean", name="invented")
    copied = pd.concat([one] * 50)
    copied.index = pd.Index(room.frame.index[:50], name="person_id")
    room.outputs.crosstab(copied.district, copied.sex, values=copied.pay, aggfunc="mean", name="copied")
    room.outputs.finalise()
    files = room.submit()
    assert "evidence.foreign-units" in rules(files["invented.csv"])
    assert files["copied.csv"].outcome is not Outcome.PASS, "one person's record under 50 people's names"


def test_evidence_of_one_output_does_not_vouch_for_another(room):
    room.outputs.crosstab(room.frame.district, room.frame.sex, name="count")
    room.outputs.finalise()
    (room.folder / "records.csv").write_text(room.frame.head(30).reset_index().to_csv(index=False))
    manifest = json.loads((room.folder / "results.json").read_text())
    manifest["results"]["records"] = manifest["results"]["count"] | {"files": [{"name": "records.csv", "sdc": {}}]}
    (room.folder / "results.json").write_text(json.dumps(manifest))
    assert room.submit()["records.csv"].outcome is Outcome.FAIL


def test_a_name_and_an_nhs_number_are_stopped_and_never_quoted(room):
    room.outputs.custom_output("Thomas Whitfield, NHS number 943 476 5919\n", "a note", name="note")
    room.outputs.finalise()
    note = room.submit()["note.txt"]
    assert "pii.nhs-number" in rules(note)
    said = json.dumps([finding.to_dict() for finding in note.findings])
    assert "943" not in said
    assert "Whitfield" not in said


def test_files_that_are_not_what_they_say_are_stopped(room):
    room.folder.mkdir(exist_ok=True)
    (room.folder / "model.pkl").write_bytes(b"\x80\x04K\x01.")
    (room.folder / "table.csv").write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 40)
    (room.folder / "results.json").write_text("[" * 100_000)
    for file in room.submit().values():
        assert file.outcome is Outcome.FAIL, file.name
