"""The desk and the door over real stores: what a group of people does, from submission to revocation."""

import json
from pathlib import Path

import pytest

from tests.airlock import FILES, SAID, Airlock
from tests.stores import stores
from tre.adapters.release_packages import read_package, verify_package
from tre.airlock.grouping import Arrangement
from tre.airlock.request import Decision, Direction, FileKind, Group
from tre.airlock.review import Ballot
from tre.airlock.states import State, Step
from tre.airlock.submit import SubmissionDetails
from tre.core.errors import BadInput, BadTransition, IntegrityError, NotAllowed, NotFound
from tre.projects.project import Stop


def ballots(request, decision=Decision.APPROVE):
    return {file.name: Ballot(decision, request.binding(file), "seen") for file in request.outputs}


def approved(airlock, request):
    for checker in ("chidi", "sofia"):
        request = airlock.reviews.review(checker, request.id, ballots(request))
    return request


@pytest.fixture
def project(airlock):
    return airlock.project()


@pytest.fixture
def released(airlock, project):
    request = approved(airlock, airlock.submit(project))
    airlock.releases.release("sofia", request.id)
    return airlock.request(request.id)


def test_the_package_is_downloaded_as_a_zip_that_verifies_with_the_key_alone(airlock, released, tmp_path):
    name, data = airlock.distribution.download("ravi", released.id)
    (tmp_path / name).write_bytes(data)
    digests = verify_package(tmp_path / name, stores(airlock).keys.public_key())
    assert {"outputs/one.csv", "record.json", "ro-crate-metadata.json"} <= set(digests)
    changed = bytearray(data)
    changed[data.index(b"rebuilt") if b"rebuilt" in data else len(data) // 2] ^= 1
    (tmp_path / name).write_bytes(changed)
    with pytest.raises((IntegrityError, BadInput)):
        verify_package(tmp_path / name, stores(airlock).keys.public_key())


def test_the_record_names_what_a_record_must_name(airlock, released):
    files = stores(airlock).packages.read_package(airlock.releases.path(released.release))
    record = json.loads(files["record.json"])
    asked = {"release", "request", "round", "project", "outputs", "provenance", "policy", "tool", "rules", "decision"}
    asked |= {"released_at", "released_by", "recipients", "audit", "conditions", "approvals_needed", "risks"}
    assert asked <= set(record)
    for output in record["outputs"].values():
        kept = {"sha256", "submitted_commitment", "media_type", "statbarn", "findings", "personal_data", "mitigations"}
        assert kept | {"reviews", "overrulings"} <= set(output)
        assert {review["vote"] for review in output["reviews"]} == {"approve"}
    entry = record["audit"]["entry"]
    kept = next(one for one in stores(airlock).database.entries(entry))
    assert kept.hash == record["audit"]["hash"]
    words = json.dumps(record)
    assert not [person for person in ("chidi", "sofia", "ravi") if person in words], "people stand under pseudonyms"


def test_a_push_puts_the_very_package_into_the_store(airlock, released, tmp_path):
    pushing = Airlock(airlock.settings.home, airlock.settings.database_url, release_store=f"file://{tmp_path}/store")
    address = pushing.distribution.push("chidi", released.id)
    held = read_package(Path(address.removeprefix("file://")))
    assert held == stores(airlock).packages.read_package(airlock.releases.path(released.release))
    assert airlock.request(released.id).deliveries[0].to == f"store:file://{tmp_path}/store"
    pushing.close()
    with pytest.raises(BadInput, match="no store"):
        airlock.distribution.push("chidi", released.id)


def test_a_package_that_was_changed_on_the_disk_is_not_given_out_and_leaves_no_receipt(airlock, released):
    path = airlock.releases.path(released.release) / "outputs" / "one.csv"
    path.write_bytes(b"other")
    with pytest.raises(IntegrityError, match=r"one\.csv"):
        airlock.distribution.download("ravi", released.id)
    assert not airlock.request(released.id).deliveries


def test_a_revoked_release_is_given_out_no_more_and_its_notice_says_so(airlock, released, tmp_path):
    name, data = airlock.distribution.download("ravi", released.id)
    (tmp_path / name).write_bytes(data)
    said = airlock.distribution.revoke("lea", released.id, "An error in table 2.")
    assert airlock.distribution.notice(released.release) == said
    with pytest.raises(IntegrityError, match="An error in table 2"):
        verify_package(tmp_path / name, stores(airlock).keys.public_key(), said)
    for act in (
        lambda: airlock.distribution.download("ravi", released.id),
        lambda: airlock.distribution.address("lea", released.id, ["mei"]),
        lambda: airlock.distribution.revoke("lea", released.id, "again"),
    ):
        with pytest.raises(BadTransition):
            act()
    with pytest.raises(NotFound):
        airlock.distribution.notice("rel-none")


def test_files_come_in_through_the_same_door(airlock, project, tmp_path):
    folder = tmp_path / "codes"
    folder.mkdir()
    (folder / "regions.csv").write_bytes(b"code,name\nE12,North\n")
    said = SubmissionDetails(
        "Region codes", "Public code list of the statistics office", "Looked at: no personal data."
    )
    with pytest.raises(NotAllowed):
        airlock.submissions.submit_import("chidi", project.id, folder, said)
    request = airlock.submissions.submit_import("ravi", project.id, folder, said)
    assert request.direction is Direction.IN
    assert request.files[0].clean_digest == request.files[0].digest, "the very bytes"
    for person in ("ravi", "mei", "lapsed"):
        with pytest.raises(NotAllowed):
            airlock.reviews.review(person, request.id, ballots(request))
    with pytest.raises(BadTransition):
        airlock.releases.release("chidi", request.id)
    request = approved(airlock, request)
    landed = airlock.releases.release("sofia", request.id)
    view = stores(airlock).view_folder(project.id)
    found = view / "imports" / landed.id / "regions.csv"
    assert found.read_bytes() == b"code,name\nE12,North\n"
    with pytest.raises(BadTransition, match="no package"):
        airlock.distribution.download("ravi", request.id)
    airlock.distribution.revoke("chidi", request.id, "The list is out of date.")
    assert not found.exists()
    assert not list((view / "imports").iterdir())


def test_nothing_moves_while_a_project_is_stopped(airlock, project):
    request, ready = airlock.submit(project), approved(airlock, airlock.submit(project))
    airlock.reviews.review("chidi", request.id, ballots(request))
    airlock.stop(project.id, Stop("lea", "look", "now"))
    for act in (
        lambda: airlock.submit(project),
        lambda: airlock.reviews.review("sofia", request.id, ballots(request)),
        lambda: airlock.reviews.send_back("sofia", request.id, "x"),
        lambda: airlock.reviews.claim("sofia", request.id),
        lambda: airlock.releases.release("sofia", ready.id),
    ):
        with pytest.raises(NotAllowed, match="stopped by 'lea'"):
            act()
    airlock.reviews.comment("sofia", request.id, "We look at it.")
    airlock.stop(project.id, None)
    assert airlock.reviews.review("sofia", request.id, ballots(request)).state is State.APPROVED


def test_lists_show_what_may_be_seen_and_no_more(airlock, project):
    request = airlock.submit(project)
    for person, sees in (
        ("ravi", True),
        ("chidi", True),
        ("lea", True),
        ("mei", False),
        ("lapsed", False),
        ("dana", False),
    ):
        listed = request.id in {one.id for one in airlock.requests.summaries(person)}
        assert listed is sees, person
        if sees:
            airlock.requests.get(person, request.id)
        else:
            with pytest.raises(NotAllowed):
                airlock.requests.get(person, request.id)
    assert request.id in {row.summary.id for row in airlock.reviews.queue("chidi")}
    assert airlock.reviews.figures("lea").by_state
    with pytest.raises(NotAllowed):
        airlock.reviews.figures("chidi")


def test_every_look_at_a_file_is_written_down(airlock, project):
    request = airlock.submit(project)
    before = stores(airlock).database.head().number
    assert airlock.request_files.clean_file("chidi", request.id, "one.csv") == b"rebuilt\n" + FILES["one.csv"]
    with pytest.raises(NotAllowed):
        airlock.request_files.clean_file("mei", request.id, "one.csv")
    entries = list(stores(airlock).database.entries(before + 1))
    assert [(one.action, one.actor) for one in entries] == [("request.file-viewed", "chidi")]


def test_the_buttons_are_those_of_the_table(airlock, project):
    request = airlock.submit(project)
    assert airlock.requests.steps("ravi", request) == {Step.WITHDRAW, Step.ARRANGE, Step.COMMENT}
    assert airlock.requests.steps("lea", request) == {Step.ASSIGN, Step.HAND_BACK}
    assert Step.REVIEW in airlock.requests.steps("chidi", request)
    assert not airlock.requests.steps("mei", request)


def test_groups_and_kinds_are_kept_over_a_round(airlock, project):
    groups = [Group("tables", "For the report", "Merged."), Group("checks", "Counts beneath", "For checkers.")]
    places = {"two.csv": ("checks", FileKind.SUPPORTING)}
    said = SubmissionDetails("Pay", "For the report", "", Arrangement(groups, places))
    request = airlock.submissions.submit("ravi", project.id, FILES, said)
    assert [file.name for file in request.outputs] == ["one.csv"]
    airlock.reviews.send_back("chidi", request.id, "Round it.")
    with pytest.raises(BadInput, match="tables"):
        airlock.submissions.resubmit("ravi", request.id, FILES, SAID, {})
    with pytest.raises(BadInput, match="what you changed"):
        airlock.submissions.resubmit("ravi", request.id, FILES, SAID)
    again = airlock.submissions.resubmit("ravi", request.id, FILES, SAID, {"tables": "Rounded."})
    assert (again.round, again.groups) == (2, tuple(groups))
    assert again.file("two.csv").kind is FileKind.SUPPORTING


def test_the_log_holds_after_all_of_it(airlock):
    assert airlock.verify()
