from dataclasses import replace
from pathlib import Path

import pytest

from disclosure_control.core.errors import BadPolicy
from disclosure_control.core.policy import POLICIES, Policy, published


@pytest.mark.parametrize("name", published())
def test_every_published_policy_loads_and_gives_a_source_for_each_threshold(name: str) -> None:
    policy = Policy.load(name)
    assert policy.id == name
    assert set(policy.sources) == set(policy.values) - {"id", "version"}


def test_regimes_differ_where_their_bodies_differ() -> None:
    assert Policy.load("abs-datalab").dominance == ((1, 0.5), (2, 0.67))
    assert Policy.load("abs-datalab").p_percent is None
    assert not Policy.load("uk-llc").zero_cells_allowed
    assert Policy.load("default").zero_cells_allowed


def test_the_digest_follows_the_values_and_not_the_sources() -> None:
    policy = Policy.load("default")
    assert replace(policy, sources={}).digest == policy.digest
    assert replace(policy, min_units=11).digest != policy.digest
    assert Policy.from_values(policy.values) == policy


def test_the_workspace_names_the_policy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("SDC_POLICY", raising=False)
    assert Policy.load().id == "default"
    own = tmp_path / "own.toml"
    own.write_text((POLICIES / "default.toml").read_text().replace('id = "default"', 'id = "ours"'))
    monkeypatch.setenv("SDC_POLICY", str(own))
    assert Policy.load().id == "ours"
    assert Policy.load("default").id == "default"


def test_thresholds_of_the_published_regimes() -> None:
    assert Policy.load("bundesbank").dominance == ((2, 0.85),)
    assert Policy.load("bundesbank").min_units == 5
    assert Policy.load("opensafely").min_units == 8
    handbook = Policy.load("eurostat-handbook")
    assert (handbook.min_units, handbook.dominance, handbook.p_percent) == (3, (), 10.0)


def test_the_prior_posterior_rule_is_a_p_percent_rule() -> None:
    assert Policy(p_percent=None, prior_posterior=(10, 50)).strictest_p_percent == 20.0
    assert Policy(p_percent=30, prior_posterior=(10, 50)).strictest_p_percent == 30.0
    assert Policy(p_percent=None).strictest_p_percent is None
    policy = Policy(prior_posterior=(10, 50))
    assert Policy.from_values(policy.values) == policy


def test_as_many_contributions_are_looked_at_as_the_rules_name() -> None:
    assert Policy(dominance=()).contributions == 2
    assert Policy(dominance=[(5, 0.9), (1, 0.5)]).contributions == 5


def test_the_strictest_of_each_threshold_wins() -> None:
    one = Policy(id="one", min_units=10, dominance=[(1, 0.5), (3, 0.9)], p_percent=None, sources={"min_units": "a law"})
    other = Policy(
        id="other",
        min_units=5,
        zero_cells_allowed=False,
        dominance=[(1, 0.6), (2, 0.8)],
        p_percent=5,
        prior_posterior=(5, 20),
        min_degrees_of_freedom=20,
        group_disclosure=False,
    )
    both = Policy.strictest(one, other)
    assert both == one.strictest(other)
    assert (both.id, both.version) == ("one + other", "1")
    assert both.min_units == 10
    assert not both.zero_cells_allowed
    assert both.dominance == ((1, 0.5), (2, 0.8), (3, 0.9))
    assert (both.p_percent, both.prior_posterior) == (5.0, (5.0, 20.0))
    assert both.min_degrees_of_freedom == 20
    assert both.group_disclosure
    assert both.sources == {"min_units": "one: a law"}
    assert Policy.strictest(one) == one


def test_the_stricter_prior_and_posterior_rule_is_the_one_of_the_larger_ratio() -> None:
    weak, strict = Policy(prior_posterior=(30, 90)), Policy(prior_posterior=(10, 20))
    assert Policy.strictest(weak, strict).prior_posterior == (10.0, 20.0)
    assert Policy.strictest(Policy(prior_posterior=(10, 20)), Policy(prior_posterior=(20, 40))).prior_posterior == (
        20,
        40,
    )


def test_a_typo_is_refused_with_a_hint(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text((POLICIES / "default.toml").read_text().replace("[min_units]", "[min_unit]"))
    with pytest.raises(BadPolicy, match="Did you mean min_units"):
        Policy.load(own)
    with pytest.raises(BadPolicy, match="Did you mean p_percent"):
        Policy.from_values({"p_percentage": 5})


def test_a_policy_file_sets_every_threshold(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('id = "own"\nversion = "1"\n')
    with pytest.raises(BadPolicy, match="does not set min_units"):
        Policy.load(own)


def test_a_threshold_without_its_source_is_refused(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text("[min_units]\nvalue = 10\n")
    with pytest.raises(BadPolicy, match="needs exactly"):
        Policy.load(own)


@pytest.mark.parametrize(
    "values",
    [
        {"min_units": 0},
        {"min_units": True},
        {"min_units": 9.5},
        {"dominance": [(0, 0.5)]},
        {"dominance": [(101, 0.5)]},
        {"dominance": [(1.5, 0.5)]},
        {"dominance": [(True, 0.5)]},
        {"dominance": [("two", 0.5)]},
        {"dominance": [(1, 50)]},
        {"dominance": [(1, 1)]},
        {"p_percent": 0},
        {"dominance": [0.5]},
        {"p_percent": 0},
        {"p_percent": True},
        {"p_percent": 101},
        {"prior_posterior": (10, 10)},
        {"prior_posterior": (10,)},
        {"prior_posterior": "10"},
        {"prior_posterior": (10, 120)},
        {"zero_cells_allowed": 1},
        {"group_disclosure": "yes"},
        {"min_degrees_of_freedom": -1},
    ],
)
def test_thresholds_that_mean_nothing_are_refused(values: dict[str, object]) -> None:
    with pytest.raises(BadPolicy):
        Policy(**values)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["nowhere", "../policies/default", "missing.toml"])
def test_a_policy_that_is_not_there_is_refused(name: str) -> None:
    with pytest.raises(BadPolicy):
        Policy.load(name)


@pytest.mark.parametrize("name", published())
def test_a_policy_written_as_text_is_read_back_as_it_was(name: str) -> None:
    policy = Policy.load(name)
    assert Policy.from_text(policy.to_text()).digest == policy.digest
