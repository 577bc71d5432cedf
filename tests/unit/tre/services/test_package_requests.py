"""Packages that researchers ask for."""

import hashlib
import zipfile

import pytest

from tests.stores import stores
from tre.app import Tre
from tre.core.errors import BadInput, BadTransition, NotAllowed, NotFound
from tre.services.package_requests import PackageState

pytestmark = pytest.mark.slow


@pytest.fixture
def project(wages, in_a_month):
    wages.create_project("dana", "pay", title="P", purpose="To see", columns={"wages": ["sex"]}, ends_on=in_a_month)
    wages.projects.add_member("dana", "pay", "ravi")
    return wages


def test_an_operator_sees_who_asked_for_what(project):
    assert project.package_requests.ask("ravi", "pay", "Life_Lines", " Survival. ") == {
        "package": "life-lines",
        "state": "asked for",
    }
    (asked,) = project.package_requests.all("olga")
    assert {key: asked[key] for key in ("person", "project", "package", "reason")} == {
        "person": "ravi",
        "project": "pay",
        "package": "life-lines",
        "reason": "Survival.",
    }
    project.audit_log.verify()


@pytest.mark.parametrize("actor", ["ravi", "mei", "chidi"])
def test_nobody_but_those_who_answer_sees_all_of_it_or_answers(project, actor):
    project.package_requests.ask("ravi", "pay", "lifelines", "Survival.")
    for attempt in (
        lambda: project.package_requests.all(actor),
        lambda: project.package_requests.approve(actor, "pay", "lifelines"),
        lambda: project.package_requests.refuse(actor, "pay", "lifelines", "No."),
    ):
        with pytest.raises(NotAllowed):
            attempt()


@pytest.mark.parametrize("actor", ["olga", "dana"])
def test_a_request_is_answered_once_and_who_asked_sees_it(project, actor):
    project.package_requests.ask("ravi", "pay", "Life_Lines", "Survival.")
    with pytest.raises(BadTransition, match="asked for"):
        project.package_requests.ask("ravi", "pay", "life-lines", "Again.")
    with pytest.raises(BadInput, match="reason of one line"):
        project.package_requests.refuse(actor, "pay", "life-lines", " ")
    project.package_requests.refuse(actor, "pay", "life.lines", "It is not maintained.")
    (seen,) = project.package_requests.of_project("ravi", "pay")
    assert (seen["state"], seen["answer"], seen["answered_by"]) == ("refused", "It is not maintained.", actor)
    with pytest.raises(BadTransition, match="refused"):
        project.package_requests.approve(actor, "pay", "life-lines")
    project.package_requests.ask("ravi", "pay", "life-lines", "Nothing else does left truncation.")
    approved = project.package_requests.approve(actor, "pay", "life-lines")
    assert approved["state"] == PackageState.APPROVED == "approved, to be added by the operator"
    actions = [entry.action for entry in stores(project).database.entries()]
    assert [action for action in actions if action.startswith("package.")] == [
        "package.requested",
        "package.refused",
        "package.requested",
        "package.approved",
    ]
    project.audit_log.verify()


def test_nobody_answers_their_own_request(project, in_a_month):
    project.people.add("olga", "rita", name="Rita", roles=["researcher", "operator"])
    project.people.accredit("olga", "rita", in_a_month)
    project.projects.add_member("dana", "pay", "rita")
    project.package_requests.ask("rita", "pay", "lifelines", "Survival.")
    with pytest.raises(NotAllowed, match="their own"):
        project.package_requests.approve("rita", "pay", "lifelines")
    project.package_requests.approve("olga", "pay", "lifelines")


def test_what_nobody_asked_for_is_not_found(project):
    with pytest.raises(NotFound, match="Nobody asked"):
        project.package_requests.approve("olga", "pay", "lifelines")


def test_a_stranger_to_the_project_does_not_see_its_requests(project):
    with pytest.raises(NotAllowed):
        project.package_requests.of_project("mei", "pay")


@pytest.fixture
def mirror(tmp_path):
    """A folder with one wheel, and its list."""
    folder = tmp_path / "mirror"
    folder.mkdir()
    about = "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n"
    kind = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    wheel = folder / "tiny-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("tiny.py", "ANSWER = 42\n")
        archive.writestr("tiny-1.0.dist-info/METADATA", about)
        archive.writestr("tiny-1.0.dist-info/WHEEL", kind)
        archive.writestr("tiny-1.0.dist-info/RECORD", "")
    sha256 = hashlib.sha256(wheel.read_bytes()).hexdigest()
    (folder / "tiny.txt").write_text(f"tiny==1.0 --hash=sha256:{sha256}\n")
    return folder


def with_mirror(project, mirror):
    return Tre.open(project.settings.model_copy(update={"package_mirror": mirror}))


def test_what_the_mirror_holds_is_installed_for_that_project_alone(project, mirror):
    app = with_mirror(project, mirror)
    before = app.open_workspace("ravi", "pay")
    app.package_requests.ask("ravi", "pay", "tiny", "It is tiny.")
    assert app.package_requests.approve("olga", "pay", "tiny")["state"] == "installed"
    room = app.open_workspace("ravi", "pay")
    (mount,) = set(room.mounts) - set(before.mounts)
    assert (mount.target, mount.writable) == ("/opt/tre/packages", False)
    assert (mount.source / "tiny.py").read_text() == "ANSWER = 42\n"
    assert room.environment["PYTHONPATH"] == "/opt/tre/lib:/opt/tre/packages", "ours are found first"
    assert "PYTHONPATH" not in before.environment
    assert [entry.action for entry in stores(app).database.entries()][-3:-1] == [
        "package.approved",
        "package.installed",
    ]


def test_what_it_does_not_hold_waits_for_the_operator(project, mirror):
    app = with_mirror(project, mirror)
    app.package_requests.ask("ravi", "pay", "other", "It is other.")
    assert app.package_requests.approve("olga", "pay", "other")["state"] == PackageState.APPROVED


def test_a_wheel_that_is_not_the_one_on_the_list_is_not_installed(project, mirror):
    with zipfile.ZipFile(next(mirror.glob("*.whl")), "a") as archive:
        archive.writestr("more.py", "")
    app = with_mirror(project, mirror)
    app.package_requests.ask("ravi", "pay", "tiny", "It is tiny.")
    with pytest.raises(BadInput, match="not the one on its list"):
        app.package_requests.approve("olga", "pay", "tiny")
    assert app.package_requests.of_project("ravi", "pay")[0]["state"] == PackageState.ASKED
    assert not stores(app).packages_folder("pay").exists()


@pytest.mark.parametrize("name", ["", "-x", "x-", "a b", "x==1", "https://x", "../x", "x" * 101, "é"])
def test_what_is_no_name_is_refused(project, name):
    with pytest.raises(BadInput, match="not the name"):
        project.package_requests.ask("ravi", "pay", name, "Why")


@pytest.mark.parametrize("reason", ["", "  ", "two\nlines", "x" * 201])
def test_a_reason_is_one_line(project, reason):
    with pytest.raises(BadInput, match="reason of one line"):
        project.package_requests.ask("ravi", "pay", "lifelines", reason)


def test_who_does_not_work_in_a_project_asks_for_nothing_in_it(project):
    with pytest.raises(NotAllowed):
        project.package_requests.ask("mei", "pay", "lifelines", "Why")
    assert project.package_requests.all("olga") == []
