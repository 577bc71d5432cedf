"""The one door: only approved bytes leave, whatever state the request claims to be in."""

import json
from dataclasses import replace

import pytest

from disclosure_control.core.decoder import encode
from disclosure_control.core.outcome import Outcome
from tests.factories import NOW, checker, file, finding, person, project, report_record, request, vote
from tre.adapters.keys import Keys
from tre.adapters.release_packages import FolderPackages
from tre.adapters.vault import FolderVault
from tre.airlock.materials import ReleaseMaterials
from tre.airlock.package import verify
from tre.airlock.release import release
from tre.airlock.request import Condition, Decision, OwnerDecision
from tre.airlock.states import State
from tre.core.digest import of_bytes, of_value
from tre.core.errors import BadTransition, NotAllowed, NotFound
from tre.runs.manifest import Run, RunState


@pytest.fixture
def door(tmp_path):
    vault, keys = FolderVault(tmp_path / "vault"), Keys(tmp_path / "secrets")
    packages = FolderPackages(tmp_path / "releases")
    report = vault.put(encode(report_record()))

    def go(asked, by=None, run=None):
        asked = type(asked)(**{**asked.__dict__, "report_digest": report})
        materials = ReleaseMaterials(needed=2, vault=vault, packages=packages, signer=keys, run=run)
        return release(asked, by or checker(), project(), materials, now=NOW)

    go.vault, go.packages, go.keys = vault, packages, keys
    return go


def approved(*files, decisions=None):
    votes = [
        vote(of, by=by, decision=(decisions or {}).get(of.name, Decision.APPROVE))
        for of in files
        for by in ("chidi", "sofia")
    ]
    return request(state=State.APPROVED, files=files, votes=votes)


def test_the_package_holds_the_approved_files_and_the_record(door):
    good, bad = file(clean=b"good"), file(name="bad.csv", clean=b"bad", outcome=Outcome.FAIL, findings=[finding()])
    door.vault.put(b"good")
    door.vault.put(b"bad")
    changed, event, released = door(approved(good, bad, decisions={"bad.csv": Decision.REFUSE}))
    files = door.packages.read_package(released.path)
    assert files["outputs/table.csv"] == b"good"
    assert not any("bad.csv" in name for name in files)
    assert b"bad" not in files["outputs/table.csv"]
    record = json.loads(files["record.json"])
    assert [len(of["reviews"]) for of in record["outputs"].values()] == [2]
    assert record["withheld"] == 1
    assert "chidi" not in files["record.json"].decode(), "checkers stand in a package under pseudonyms"
    assert verify(files, door.keys.fits)
    assert (changed.state, changed.release) == (State.RELEASED, released.id)
    assert event.details["manifest_digest"] == released.manifest_digest


@pytest.mark.parametrize(
    "votes",
    [
        [],
        [vote(file(), by="chidi")],
        [vote(file(), by="chidi"), vote(file(), by="chidi")],
        [vote(file(), by="chidi"), vote(file(), by="ravi")],
        [vote(file(), by="chidi", round=0), vote(file(), by="sofia")],
        [vote(file(clean=b"other"), by="chidi"), vote(file(clean=b"other"), by="sofia")],
    ],
    ids=["none", "one", "one twice", "one and the author", "one of another round", "two for other bytes"],
)
def test_a_request_that_claims_to_be_approved_without_the_votes_is_refused(door, votes):
    door.vault.put(b"a,b\n")
    with pytest.raises(BadTransition):
        door(request(state=State.APPROVED, votes=votes))


def test_nothing_leaves_that_the_vault_does_not_hold(door):
    with pytest.raises(NotFound):
        door(approved(file(clean=b"never put")))


def test_the_author_does_not_release(door):
    door.vault.put(b"a,b\n")
    with pytest.raises(NotAllowed):
        door(approved(file()), by=person(roles=("researcher", "checker")))


def test_nothing_leaves_without_the_data_owners_approval_of_this_round(door):
    door.vault.put(b"a,b\n")
    asks = Condition("wages", 1, owner_approval=True, owners=("odo",))
    asked = replace(approved(file()), conditions=(asks,))
    said = OwnerDecision(1, "wages", "odo", True, "", "t")
    for words in (
        (),
        (replace(said, approves=False),),
        (replace(said, round=0),),
        (said, replace(said, approves=False)),
    ):
        with pytest.raises(BadTransition, match="wages"):
            door(replace(asked, owner_decisions=words))
    changed, _, _ = door(replace(asked, owner_decisions=(said,)))
    assert changed.state is State.RELEASED


@pytest.mark.parametrize("state", [state for state in State if state is not State.APPROVED])
def test_only_an_approved_request_is_released(door, state):
    door.vault.put(b"a,b\n")
    asked = approved(file())
    with pytest.raises(BadTransition):
        door(type(asked)(**{**asked.__dict__, "state": state}))


def test_the_crate_names_every_released_file(door):
    door.vault.put(b"a,b\n")
    _, _, released = door(approved(file()))
    crate = json.loads((released.path / "ro-crate-metadata.json").read_text())
    entities = {entity["@id"]: entity for entity in crate["@graph"]}
    assert entities["outputs/table.csv"]["sha256"] == file().clean_digest
    assert entities["./"]["identifier"] == released.id


def test_no_free_word_of_the_author_is_in_a_package(door):
    """A record of the data could be written into them, and nobody approved them byte by byte."""
    door.vault.put(b"a,b\n")
    run = Run(
        id="run-1",
        project="pay",
        person="ravi",
        template="t",
        parameters={"bins": 10, "title": "row of somebody"},
        notebook_digest="0" * 64,
        environment_digest="0" * 64,
        view_digests={},
        started_at="2026-01-01",
        state=RunState.SUCCEEDED,
    )
    asked = replace(approved(file()), title="row of somebody", context="row of somebody", returned_because="row of")
    _, _, released = door(asked, run=run)
    for name, data in door.packages.read_package(released.path).items():
        assert b"row of" not in data, name
    provenance = json.loads((released.path / "record.json").read_text())["provenance"]["run"]
    assert set(provenance["parameter_commitments"]) == {"bins", "title"}


def test_a_secret_cannot_be_tried_out_of_a_package(door):
    """Ten digits are found from their SHA-256 in minutes: no digest or size of what nobody approved may leave."""
    door.vault.put(b"a,b\n")

    def package(secret: int) -> dict[str, bytes]:
        run = Run(
            id="run-1",
            project="pay",
            person="ravi",
            template="t",
            parameters={"title": str(secret), "bins": secret},
            notebook_digest="0" * 64,
            environment_digest="0" * 64,
            view_digests={},
            started_at="2026-01-01",
            state=RunState.SUCCEEDED,
        )
        handed_in = b"a,b\n" + b" " * (secret % 1000) + str(secret).encode()
        given = replace(file(), digest=of_bytes(handed_in), bytes=len(handed_in))
        _, _, released = door(approved(given), run=run)
        return door.packages.read_package(released.path)

    one, other = package(9434765919), package(1234567881)
    first, second = (dict(leaves(json.loads(files["record.json"]))) for files in (one, other))
    different = {path for path in first if first[path] != second[path]}
    assert len(different) == 3, different
    assert all("commitment" in path and first[path].startswith("hmac-sha256:") for path in different)
    for text in ("9434765919", of_bytes(b"9434765919"), of_bytes(b"a,b\n" + b" " * 919 + b"9434765919")):
        assert text.encode() not in one["record.json"]


def test_a_commitment_is_this_installations_own(door, tmp_path):
    other = Keys(tmp_path / "other")
    assert door.keys.commit("x") == Keys(tmp_path / "secrets").commit("x") != other.commit("x")
    assert door.keys.commit("x") != door.keys.commit("y")


def test_no_list_of_names_tells_who_checked(door):
    door.vault.put(b"a,b\n")
    asked = approved(file())
    _, _, released = door(asked)
    record = json.loads((released.path / "record.json").read_text())
    (output,) = record["outputs"].values()
    names = {review["reviewer"] for review in output["reviews"]}
    assert len(names) == 2
    assert record["released_by"] in names
    for one in ("chidi", "sofia"):
        tried = {of_value([asked.id, one])[:12], of_bytes(one.encode())[:12]}
        assert not tried & {name.removeprefix("person-") for name in names}


def leaves(value, path=""):
    """Each plain value of a record, with its path."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    if inner is None:
        return [(path, value)]
    return [leaf for key, one in inner for leaf in leaves(one, f"{path}/{key}")]
