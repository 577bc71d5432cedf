"""The code behind outputs: read by its digest, told from the author's word, never released."""

import json
from dataclasses import replace

import pytest

from tests.airlock import CHECKERS, SAID, Airlock
from tests.stores import stores
from tre.airlock.request import Decision
from tre.airlock.review import Ballot
from tre.airlock.source_code import Source
from tre.audit.events import Action, Event
from tre.core import clock, digest
from tre.core.errors import BadInput, NotAllowed, NotFound
from tre.runs.manifest import Run, RunState
from tre.web.previews.code import cells_of, document

FILES = {"one.csv": b"a,1\n", "two.csv": b"b,2\n"}
NOTEBOOK = json.dumps(
    {
        "cells": [
            {"cell_type": "markdown", "source": "# Pay <script>x</script>"},
            {"cell_type": "code", "source": ["least", " = 1"], "metadata": {"tags": ["parameters"]}},
            {"cell_type": "code", "source": "tre.load('pay')", "outputs": [{"text": "Thomas Whitfield"}]},
        ]
    }
).encode()


@pytest.fixture
def airlock(tmp_path):
    made = Airlock(tmp_path / "home", "").prepare()
    yield made
    made.close()


def run_of(airlock, project, **changes):
    """A run that left ``FILES``, written as the runner writes it."""
    run = Run(
        id="run-1",
        project=project,
        person="ravi",
        template="pay",
        parameters={"least": 10},
        notebook_digest=stores(airlock).vault.put(NOTEBOOK),
        environment_digest="0" * 64,
        view_digests={},
        started_at="2026-01-01",
        state=RunState.SUCCEEDED,
        output_digests={name: digest.of_bytes(data) for name, data in FILES.items()},
    )
    ended = {"state": "succeeded", "manifest_digest": run.manifest_digest}
    run = replace(run, **changes)
    stores(airlock).runs.save_run(run, Event(Action.RUN_ENDED, "ravi", run.id, clock.now(), ended))
    return run


def test_the_code_of_a_run_is_read_with_its_parameters_and_vouched_for(airlock):
    project = airlock.project()
    run = run_of(airlock, project.id)
    asked = airlock.submissions.submit("ravi", project.id, FILES, SAID, run="run-1")
    source = airlock.request_files.code("chidi", asked.id, run.notebook_digest)
    assert source == Source("pay.ipynb", run.notebook_digest, NOTEBOOK, "", True, True, {"least": 10})
    text, policy = document(source)
    assert "least = 10" in text
    assert "Thomas Whitfield" not in text, "what a cell printed was checked by nobody"
    assert "<script>" not in text
    assert "script-src" not in policy
    assert policy.startswith("sandbox;")
    (seen,) = [one for one in stores(airlock).database.entries() if one.action == Action.REQUEST_FILE_VIEWED]
    assert (seen.actor, seen.details["digest"]) == ("chidi", run.notebook_digest)


def test_a_record_that_the_log_does_not_have_is_not_vouched_for(airlock):
    project = airlock.project()
    run_of(airlock, project.id, parameters={"least": 1})
    asked = airlock.submissions.submit("ravi", project.id, FILES, SAID, run="run-1")
    assert [one.vouched for one in airlock.request_files.sources(asked)] == [False]


def test_files_that_the_run_did_not_leave_are_not_called_its_own(airlock):
    project = airlock.project()
    run_of(airlock, project.id)
    asked = airlock.submissions.submit("ravi", project.id, {**FILES, "one.csv": b"changed"}, SAID, run="run-1")
    assert airlock.request_files.run_of(asked) is None
    assert airlock.request_files.sources(asked) == ()


def test_a_resubmission_by_hand_no_longer_names_the_run(airlock):
    project = airlock.project()
    run_of(airlock, project.id)
    asked = airlock.submissions.submit("ravi", project.id, FILES, SAID, run="run-1")
    airlock.reviews.send_back("chidi", asked.id, "Merge them.")
    said = replace(SAID, context="Merged.", code={"work/pay.py": b"merge()\n"})
    again = airlock.submissions.resubmit("ravi", asked.id, {"one.csv": b"c,3\n"}, said)
    assert again.run is None
    (source,) = airlock.request_files.sources(again)
    assert (source.name, source.data, source.run, source.vouched) == ("work/pay.py", b"merge()\n", False, False)


def test_code_that_was_not_kept_or_was_changed_is_said_to_be_so(airlock):
    project = airlock.project()
    run_of(airlock, project.id, notebook_digest="0" * 64)
    asked = airlock.submissions.submit("ravi", project.id, FILES, replace(SAID, code={"a.py": b"x = 1\n"}), run="run-1")
    kept = asked.code[0].digest
    path = airlock.settings.home / "vault" / kept[:2] / kept[2:]
    path.chmod(0o600)
    path.write_bytes(b"x = 2\n")
    run, author = airlock.request_files.sources(asked)
    assert (run.data, author.data) == (None, None)
    assert "not kept" in document(run)[0]
    assert "changed on the disk" in document(author)[0]


def test_code_is_read_by_those_who_may_see_the_request_alone(airlock):
    project = airlock.project()
    asked = airlock.submissions.submit("ravi", project.id, FILES, replace(SAID, code={"a.py": b"x = 1\n"}))
    other = airlock.submissions.submit("ravi", project.id, FILES, replace(SAID, code={"b.py": b"x = 2\n"}))
    for person in ("mei", "lapsed", "dana"):
        with pytest.raises(NotAllowed):
            airlock.request_files.code(person, asked.id, asked.code[0].digest)
    for elsewhere in (other.code[0].digest, asked.files[0].digest, "0" * 64, "../../secrets"):
        with pytest.raises(NotFound):
            airlock.request_files.code("chidi", asked.id, elsewhere)


def test_code_never_leaves(airlock):
    project = airlock.project()
    secret = b"# pay of person 17: 12345\n"
    asked = airlock.submissions.submit("ravi", project.id, FILES, replace(SAID, code={"a.py": secret}))
    for checker in CHECKERS[:2]:
        ballots = {one.name: Ballot(Decision.APPROVE, asked.binding(one)) for one in asked.outputs}
        airlock.reviews.review(checker, asked.id, ballots)
    released = airlock.releases.release("chidi", asked.id)
    left = b"".join(path.read_bytes() for path in released.path.rglob("*") if path.is_file())
    assert secret not in left
    assert asked.code[0].digest.encode() not in left
    assert b"a.py" not in left


@pytest.mark.parametrize("name", ["", "x" * 101, "a\nb", "a\u202eb"])
def test_a_name_of_code_is_one_short_line(airlock, name):
    with pytest.raises(BadInput):
        airlock.submissions.submit("ravi", airlock.project().id, FILES, replace(SAID, code={name: b""}))


@pytest.mark.parametrize("data", [b"[" * 100_000, b'{"cells": 3}', b'{"cells": [1]}', b"\xff\xfe", b"", b"9" * 9_000])
def test_hostile_code_is_shown_as_words_or_not_at_all(data):
    text, policy = document(Source("a.ipynb", "0" * 64, data))
    assert "</html>" in text
    assert policy.startswith("sandbox;")


def test_parameters_stand_first_without_a_tagged_cell():
    cells = cells_of(b'{"cells": [{"cell_type": "code", "source": "x"}]}', {"a": "b"})
    assert [one.source for one in cells] == ["a = 'b'", "x"]
