"""A researcher who edits what the session wrote: files, evidence, frames, records, folders.

Every attempt must be stopped, with the reason and the place, and nothing of the forged output may have a clean form.
"""

import csv
import io
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from disclosure_control.checking import check as engine
from disclosure_control.checking.check import check_folder
from disclosure_control.checking.worker import Worker
from disclosure_control.core.outcome import Outcome
from disclosure_control.core.policy import Policy
from disclosure_control.core.report import Report
from disclosure_control.core.statbarns import RECORD

pytestmark = pytest.mark.usefixtures("one_worker")

HONEST = {"counts.csv", "means.csv", "shape.png", "model.csv", "model-fit.csv", "lines.png", "times.csv", "several.csv"}

Check = Callable[[Path], Report]
Said = Callable[[Report, str], set[str]]


def edit_cell(path: Path, row: str, column: str, text: str) -> None:
    lines = list(csv.reader(io.StringIO(path.read_text())))
    place = lines[0].index(column)
    for line in lines[1:]:
        if line[0] == row:
            line[place] = text
    path.write_text("\n".join(",".join(line) for line in lines) + "\n")


def edit_json(path: Path, change: Callable[[Any], None]) -> None:
    document = json.loads(path.read_text())
    change(document)
    path.write_text(json.dumps(document))


def edit_frame(path: Path, change: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    frame = change(pq.read_table(path).to_pandas())
    pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), path)


def assert_stopped(report: Report, name: str, rule: str) -> None:
    file = report.file(name)
    assert file.outcome is Outcome.FAIL
    assert rule in {finding.rule for finding in file.findings}
    assert file.clean is None
    assert not file.verified


@pytest.fixture(scope="module")
def of_honest(honest: Path, drawn: Path, view: Path, kept_worker: Worker) -> Callable[[str], Report]:
    """The report on the folder that holds a file; nobody has changed anything in either."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "Worker", lambda: kept_worker)
        policy = Policy.load("default")
        reports = {
            folder: check_folder(folder, policy, views={"pay": view}, unit="person_id") for folder in (honest, drawn)
        }
    return lambda name: reports[honest if (honest / name).exists() else drawn]


@pytest.mark.parametrize("name", sorted(HONEST))
def test_an_honest_session_passes_with_everything_verified(of_honest: Callable[[str], Report], name: str) -> None:
    report = of_honest(name)
    file = report.file(name)
    assert (file.outcome, file.verified) == (Outcome.PASS, True), file.findings
    assert file.clean is not None
    assert report.verified_against is not None
    assert list(report.verified_against) == ["pay"]


def test_a_table_is_released_as_it_was_shown(handed_in: Path, check: Check) -> None:
    assert check(handed_in).file("counts.csv").clean == (handed_in / "counts.csv").read_bytes()


def test_an_unsafe_cell_that_is_shown_is_stopped_with_its_place(handed_in: Path, check: Check) -> None:
    file = check(handed_in).file("open.csv")
    assert file.outcome is Outcome.FAIL
    (finding,) = [finding for finding in file.findings if finding.rule == "table.threshold"]
    assert "area West, band" in finding.where
    assert file.verified


def test_a_file_edited_after_the_run_is_a_mismatch_named_by_row_and_column(handed_in: Path, check: Check) -> None:
    edit_cell(handed_in / "counts.csv", "North", "low", "7")
    report = check(handed_in)
    assert_stopped(report, "counts.csv", "evidence.mismatch")
    (finding,) = [f for f in report.file("counts.csv").findings if f.rule == "evidence.mismatch"]
    assert finding.where == "row North, column low"


def test_a_suppressed_cell_written_back_is_a_mismatch(handed_in: Path, check: Check) -> None:
    edit_cell(handed_in / "counts.csv", "West", "low", "5")
    assert_stopped(check(handed_in), "counts.csv", "evidence.mismatch")


@pytest.mark.parametrize("name", ["counts.csv", "model.csv"])
def test_content_added_to_a_file_is_a_mismatch(handed_in: Path, drawn_in: Path, check: Check, name: str) -> None:
    folder = handed_in if (handed_in / name).exists() else drawn_in
    with (folder / name).open("a") as file:
        file.write("a,note,of,mine\n")
    assert_stopped(check(folder), name, "evidence.mismatch")


def test_evidence_edited_to_say_many_is_forged(handed_in: Path, check: Check) -> None:
    def many(document: Any) -> None:
        for cell in document["cells"]:
            if cell["area"] == "West":
                cell |= {"n": 50, "units": 50, "reasons": "", "suppressed": ""}

    edit_json(handed_in / "evidence/open.json", many)
    report = check(handed_in)
    assert_stopped(report, "open.csv", "evidence.forged")
    assert "table.threshold" in {finding.rule for finding in report.file("open.csv").findings}


def test_cells_left_out_of_the_evidence_or_added_are_forged(handed_in: Path, check: Check) -> None:
    edit_json(handed_in / "evidence/open.json", lambda document: document["cells"].pop())
    edit_json(handed_in / "evidence/counts.json", lambda document: document["cells"].append({"area": "Moon"}))
    report = check(handed_in)
    assert_stopped(report, "open.csv", "evidence.forged")
    assert_stopped(report, "counts.csv", "evidence.forged")


def recomputed(folder: Path, frame: Callable[[pd.DataFrame], pd.DataFrame], name: str = "open") -> None:
    """Forge an output consistently: another frame, and the evidence and file that it gives."""
    from disclosure_control.evidence.compute import answer
    from disclosure_control.evidence.serialise import claim_bytes, read_claim

    query = read_claim((folder / f"evidence/{name}.json").read_bytes()).query
    edit_frame(folder / f"evidence/{name}.parquet", frame)
    given = answer(
        query, pq.read_table(folder / f"evidence/{name}.parquet").replace_schema_metadata(None), Policy.load("default")
    )
    (folder / f"evidence/{name}.json").write_bytes(claim_bytes(query, given, Policy.load("default")))
    for ending, content in given.files().items():
        (folder / f"{name}{ending}").write_bytes(content)


def test_people_who_were_invented_to_fill_cells_are_foreign(handed_in: Path, check: Check) -> None:
    def with_invented(frame: pd.DataFrame) -> pd.DataFrame:
        more = pd.DataFrame(
            {"area": "West", "band": ["low", "high"] * 30, "person_id": [f"new {i}" for i in range(60)]}
        )
        return pd.concat([frame, more])

    recomputed(handed_in, with_invented)
    assert_stopped(check(handed_in), "open.csv", "evidence.foreign-units")


def test_rows_copied_under_new_people_are_foreign(handed_in: Path, check: Check) -> None:
    copies = lambda frame: pd.concat([frame] + [frame.assign(person_id=frame.person_id + f"-{i}") for i in range(9)])  # noqa: E731
    recomputed(handed_in, copies)
    assert_stopped(check(handed_in), "open.csv", "evidence.foreign-units")


def test_rows_copied_under_other_real_people_are_looked_at_and_never_pass(
    handed_in: Path, check: Check, said: Said
) -> None:
    def moved(frame: pd.DataFrame) -> pd.DataFrame:
        return frame.assign(area=frame.area.where(np.arange(len(frame)) >= 40, "West"))

    recomputed(handed_in, moved)
    report = check(handed_in)
    assert "evidence.derived-frame" in said(report, "open.csv")
    assert report.file("open.csv").outcome is not Outcome.PASS


def test_another_column_as_the_unit_is_not_the_projects_unit(handed_in: Path, check: Check, said: Said) -> None:
    def renumbered(document: Any) -> None:
        document["query"]["unit"] = "row"

    edit_json(handed_in / "evidence/open.json", renumbered)
    recomputed(
        handed_in, lambda frame: frame.drop(columns="person_id").assign(row=[f"r{i}" for i in range(len(frame))])
    )
    report = check(handed_in)
    assert "units.unknown" in said(report, "open.csv")
    assert report.file("open.csv").outcome is not Outcome.PASS


def test_an_output_made_under_a_laxer_policy_is_stopped(
    people: pd.DataFrame, tmp_path: Path, check: Check, said: Said
) -> None:
    from disclosure_control.outputs import Outputs

    lax = Outputs(tmp_path / "lax", policy=Policy(min_units=1, dominance=(), p_percent=None))
    lax.crosstab(people.area, people.band, name="counts")
    lax.finalise()
    report = check(tmp_path / "lax")
    assert said(report, "counts.csv") == {"evidence.policy"}
    assert report.file("counts.csv").clean is None


@pytest.mark.parametrize(
    "damage",
    [
        lambda folder: (folder / "evidence/counts.parquet").write_bytes(b"PAR1 nothing"),
        lambda folder: (folder / "evidence/counts.json").write_bytes(b"{}"),
        lambda folder: (folder / "evidence/counts.json").write_bytes(b"[" * 50_000),
        lambda folder: (folder / "evidence/counts.json").unlink(),
        lambda folder: (folder / "evidence/counts.parquet").unlink(),
        lambda folder: edit_frame(folder / "evidence/counts.parquet", lambda f: f.assign(note="more")),
        lambda folder: edit_frame(folder / "evidence/counts.parquet", lambda f: f.drop(columns="band")),
        lambda folder: edit_frame(folder / "evidence/counts.parquet", lambda f: f.assign(person_id=None)),
    ],
    ids=["no parquet", "no claim", "deep", "claim gone", "frame gone", "more columns", "fewer columns", "no units"],
)
def test_evidence_that_cannot_be_read_stops_its_output_alone(
    handed_in: Path, check: Check, damage: Callable[[Path], object]
) -> None:
    damage(handed_in)
    report = check(handed_in)
    assert_stopped(report, "counts.csv", "evidence.unreadable")
    assert report.file("means.csv").outcome is Outcome.PASS


def test_a_formula_that_is_code_is_never_run(drawn_in: Path, check: Check, tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    code = f"pay ~ open({str(mark)!r}, 'w').write('x')"
    edit_json(drawn_in / "evidence/model.json", lambda d: d["query"].update(formula=code))
    assert_stopped(check(drawn_in), "model.csv", "evidence.unreadable")
    assert not mark.exists()


def test_a_picture_drawn_again_is_a_mismatch(drawn_in: Path, check: Check) -> None:
    path = drawn_in / "shape.png"
    with Image.open(path) as image:
        changed = image.convert("RGBA")
    changed.putpixel((3, 3), (1, 2, 3, 255))
    changed.save(path)
    assert_stopped(check(drawn_in), "shape.png", "evidence.mismatch")


def test_a_picture_with_hidden_bytes_is_released_without_them(drawn_in: Path, check: Check) -> None:
    with (drawn_in / "shape.png").open("ab") as file:
        file.write(b"name,nhs\nAnn,9434765919\n")
    clean = check(drawn_in).file("shape.png").clean
    assert clean is not None
    assert b"9434765919" not in clean


def test_a_file_beside_the_session_is_checked_by_what_it_holds(
    handed_in: Path, check: Check, people: pd.DataFrame
) -> None:
    pd.crosstab(people.area, people.band).to_csv(handed_in / "leak.csv")
    people.head(20).to_csv(handed_in / "rows.csv")
    (handed_in / "tool.exe").write_bytes(b"\x7fELF")
    report = check(handed_in)
    for name, rule in (
        ("leak.csv", "table.small-count"),
        ("rows.csv", "microdata.pseudonym"),
        ("tool.exe", "artefact.denied"),
    ):
        assert report.file(name).outcome is Outcome.FAIL
        assert rule in {finding.rule for finding in report.file(name).findings}


def test_evidence_of_one_output_does_not_serve_another_file(handed_in: Path, check: Check) -> None:
    (handed_in / "secret.csv").write_text("a,b\nx,3\n")
    edit_json(
        handed_in / "results.json",
        lambda d: d["results"]["counts"]["files"].append({"name": "secret.csv", "sdc": {}}),
    )
    assert_stopped(check(handed_in), "secret.csv", "evidence.mismatch")


def test_a_record_that_points_outside_is_refused_and_its_files_are_still_checked(handed_in: Path, check: Check) -> None:
    edit_json(
        handed_in / "results.json",
        lambda d: d["results"]["counts"].update(files=[{"name": "../../etc/passwd", "sdc": {}}]),
    )
    report = check(handed_in)
    assert report.file("results.json").outcome is Outcome.FAIL
    assert report.file("counts.csv").outcome is not Outcome.PASS
    assert report.file("counts.csv").statbarn != RECORD


def test_a_file_that_the_record_lists_and_the_folder_lacks_is_said(drawn_in: Path, check: Check, said: Said) -> None:
    (drawn_in / "model-fit.csv").unlink()
    assert "evidence.mismatch" in said(check(drawn_in), "model.csv")


def test_links_are_never_followed(handed_in: Path, check: Check, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("a,b\nx,99\n")
    (handed_in / "means.csv").unlink()
    (handed_in / "means.csv").symlink_to(secret)
    (handed_in / "evidence/means.parquet").unlink()
    os.link(handed_in / "evidence/open.parquet", handed_in / "evidence/means.parquet")
    report = check(handed_in)
    assert [finding.where for finding in report.findings] == ["means.csv"]
    assert report.outcome is Outcome.FAIL
    with pytest.raises(KeyError):
        report.file("means.csv")


def test_personal_data_in_comments_and_labels_is_found(people: pd.DataFrame, tmp_path: Path, said: Said) -> None:
    from disclosure_control.outputs import Outputs

    outputs = Outputs(tmp_path / "o", policy="default")
    marked = people.assign(area=people.area.replace("North", "seen 943 476 5919"))
    outputs.crosstab(marked.area, marked.band, name="labels")
    outputs.add_comments("labels", "Ask ann.smith@example.org about it.")
    outputs.finalise()
    report = check_folder(tmp_path / "o", Policy.load("default"))
    assert "pii.nhs-number" in said(report, "labels.csv")
    assert "pii.email" in said(report, "results.json")
    assert report.verified_against is None


def test_no_report_repeats_what_it_found(handed_in: Path, check: Check) -> None:
    (handed_in / "note.txt").write_text("Thomas Whitfield, NHS number 943 476 5919, of E12 5QB.\n")
    report = check(handed_in)
    for text in (json.dumps(report.to_dict()), report.to_text()):
        for secret in ("Whitfield", "943 476 5919", "E12 5QB"):
            assert secret not in text


def test_a_survival_table_with_an_interval_split_is_a_mismatch(drawn_in: Path, check: Check) -> None:
    lines = (drawn_in / "times.csv").read_text().splitlines()
    extra = ",".join(["0.5", *lines[1].split(",")[1:]])
    (drawn_in / "times.csv").write_text("\n".join([lines[0], extra, *lines[1:]]) + "\n")
    assert_stopped(check(drawn_in), "times.csv", "evidence.mismatch")


def test_a_second_statistic_that_the_query_does_not_ask_for_is_a_mismatch(drawn_in: Path, check: Check) -> None:
    lines = (drawn_in / "several.csv").read_text().splitlines()
    wider = [f"{line},{text}" for line, text in zip(lines, ["max of pay", "91.5", "77.2"], strict=True)]
    (drawn_in / "several.csv").write_text("\n".join(wider) + "\n")
    assert_stopped(check(drawn_in), "several.csv", "evidence.mismatch")


def test_a_statistic_added_to_the_query_is_not_the_evidence(drawn_in: Path, check: Check) -> None:
    def with_count(document: Any) -> None:
        document["query"]["measures"].append(["count", "pay"])

    edit_json(drawn_in / "evidence/several.json", with_count)
    assert_stopped(check(drawn_in), "several.csv", "evidence.mismatch")


def test_a_figure_cannot_ask_to_be_rounded_so_that_nothing_is_hidden(drawn_in: Path, check: Check) -> None:
    edit_json(drawn_in / "evidence/shape.json", lambda document: document["query"].update(mitigation="round"))
    assert_stopped(check(drawn_in), "shape.png", "evidence.unreadable")


def test_a_table_of_means_cannot_ask_to_be_rounded(handed_in: Path, check: Check) -> None:
    edit_json(handed_in / "evidence/means.json", lambda document: document["query"].update(mitigation="round"))
    assert_stopped(check(handed_in), "means.csv", "evidence.unreadable")


def test_what_is_put_beside_the_checksums_never_leaves(handed_in: Path, check: Check) -> None:
    (handed_in / "checksums/counts.csv.txt").write_text("Jane Doe, 12 High Street")
    file = check(handed_in).file("checksums/counts.csv.txt")
    assert (file.statbarn, file.clean, file.verified) == (RECORD, None, False)
