"""What a dataset's contract asks reaches every project and request by itself, and the strictest wins."""

import pytest

from disclosure_control.core.policy import Policy
from tests.conftest import CONTRACT, delivery
from tre.airlock.owners import conditions_of
from tre.catalogue.contract import read_contract
from tre.core.errors import BadInput
from tre.projects.effective_policy import strictest_policy

ASKS = """\
  - {property: outputPolicy, value: {min_units: 25}}
  - {property: ownerApproval, value: true}
  - {property: dataOwners, value: [odo]}
"""


def with_terms(terms: str) -> str:
    return CONTRACT.replace("schema:\n", f"{terms}schema:\n")


def test_a_contract_carries_thresholds_owners_and_conditions():
    (asked,) = conditions_of([(3, read_contract(with_terms(ASKS)))])
    assert (asked.dataset, asked.version, asked.owner_approval, asked.owners) == ("wages", 3, True, ("odo",))
    assert dict(asked.policy) == {"min_units": 25}
    assert "fewer than 10" in asked.conditions[0]


@pytest.mark.parametrize(
    "terms",
    [
        "  - {property: outputPolicy, value: {min_unit: 25}}\n",
        "  - {property: outputPolicy, value: {min_units: many}}\n",
        "  - {property: outputPolicy, value: [25]}\n",
        "  - {property: ownerApproval, value: 'yes please'}\n",
        "  - {property: ownerApproval, value: true}\n",
    ],
    ids=["unknown threshold", "no number", "a list", "no yes or no", "nobody to ask"],
)
def test_terms_that_could_not_be_kept_are_refused_with_the_contract(terms):
    with pytest.raises(BadInput):
        read_contract(with_terms(terms))


DEFAULT = Policy.load("default")


def test_the_strictest_wins_whichever_way_round():
    text = DEFAULT.to_text()
    assert Policy.from_text(text) == DEFAULT
    asked = [("wages", 1, {"min_units": 25}), ("care", 2, {"min_units": 5, "p_percent": 20.0})]
    strict = Policy.from_text(strictest_policy(text, asked))
    assert (strict.min_units, strict.p_percent, strict.dominance) == (25, 20.0, DEFAULT.dominance)
    assert Policy.from_text(strictest_policy(text, asked[::-1])).values | {"id": "", "version": ""} == strict.values | {
        "id": "",
        "version": "",
    }


def test_a_dataset_that_asks_for_less_changes_nothing():
    text = DEFAULT.to_text()
    assert strictest_policy(text, [("wages", 1, {"min_units": 3}), ("care", 1, {})]) == text


@pytest.fixture
def project(app, contract, tmp_path, in_a_month):
    contract.write_text(with_terms(ASKS))
    path = tmp_path / "wages.csv"
    path.write_text(delivery())
    app.ingest("dana", contract, path)
    columns = {"wages": ["sex", "pay"]}
    made = app.create_project("dana", "pay", title="Pay", purpose="To see", columns=columns, ends_on=in_a_month)
    app.projects.add_member("dana", "pay", "ravi")
    return made


def test_a_project_is_as_strict_as_its_datasets_and_its_workspace_knows(app, project):
    assert Policy.from_text(project.policy).min_units == 25
    assert project.policy_digest == Policy.from_text(project.policy).digest
    view = app.settings.home / "projects" / "pay" / "view" / "policy.toml"
    assert Policy.load(view).min_units == 25


def test_a_contract_that_becomes_stricter_reaches_requests_of_projects_that_are_older(app, project, contract, tmp_path):
    contract.write_text(with_terms(ASKS.replace("25", "40")).replace("version: 1.0.0", "version: 1.1.0"))
    app.ingest("dana", contract, tmp_path / "wages.csv")
    asked = app.checks.conditions(app.projects.get("pay"))
    assert sorted(dict(one.policy)["min_units"] for one in asked) == [25, 40]
    effective = strictest_policy(project.policy, [(one.dataset, one.version, one.policy) for one in asked])
    assert Policy.from_text(effective).min_units == 40
