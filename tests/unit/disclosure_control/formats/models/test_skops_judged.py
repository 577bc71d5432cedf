"""Fitted models: what is said of their leaves, clusters, numbers and of what is left out."""

import re

import pandas as pd
import pytest
import skops.io
from sklearn.cluster import KMeans
from sklearn.ensemble import (
    AdaBoostClassifier,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
)
from sklearn.linear_model import (
    LinearRegression,
    LogisticRegression,
)
from sklearn.naive_bayes import GaussianNB
from sklearn.neural_network import MLPClassifier
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from disclosure_control.core.outcome import Outcome
from disclosure_control.core.policy import Policy
from disclosure_control.formats.models.skops_file import examine
from tests.fitted import ILL, NUMBERS, PEOPLE, dumped, rules

# Models that are fitted to a few people in a few steps say so.
pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::UserWarning")


def test_small_leaves_stop_a_tree_and_large_ones_do_not():
    deep, wide = DecisionTreeClassifier(), DecisionTreeClassifier(min_samples_leaf=60)
    assert rules(dumped(deep))["model.small-leaf"] is Outcome.FAIL
    assert "model.small-leaf" not in rules(dumped(wide))
    assert "model.small-leaf" in rules(dumped(wide), Policy(min_units=200))


def test_a_tree_with_as_many_numbers_as_people_is_refused():
    assert rules(dumped(DecisionTreeClassifier()))["model.degrees-of-freedom"] is Outcome.FAIL
    assert "model.degrees-of-freedom" not in rules(dumped(DecisionTreeClassifier(max_depth=2)))


def test_leaves_in_which_all_are_alike_are_named():
    known = (PEOPLE["age"] > 50).astype(int)
    pure = skops.io.dumps(DecisionTreeClassifier().fit(NUMBERS, known))
    assert rules(pure)["model.class-disclosure"] is Outcome.REVIEW
    assert "model.class-disclosure" not in rules(pure, Policy(group_disclosure=False))


def test_a_class_that_few_have_is_counted():
    few = pd.Series([1] * 4 + [0] * 496)
    assert "model.small-leaf" in rules(skops.io.dumps(GaussianNB().fit(NUMBERS, few)))


def test_what_a_forest_says_of_each_person_is_left_out():
    examined = examine(dumped(RandomForestClassifier(10, oob_score=True, min_samples_leaf=50)))
    assert "artefact.hidden-content" in {finding.rule for finding in examined.findings}
    assert examined.clean is not None
    assert b"oob_decision_function_" not in examined.clean


def test_boosted_trees_are_judged_by_their_leaves():
    for kind in (GradientBoostingClassifier, HistGradientBoostingClassifier):
        narrow, wide = (kind(min_samples_leaf=leaf) for leaf in (2, 60))
        assert rules(dumped(narrow))["model.small-leaf"] is Outcome.FAIL
        assert "model.small-leaf" not in rules(dumped(wide))


def test_values_of_single_people_as_thresholds_are_named():
    model = HistGradientBoostingRegressor(min_samples_leaf=60)
    assert rules(dumped(model))["model.single-values"] is Outcome.REVIEW
    assert "model.single-values" not in rules(dumped(model, NUMBERS.round()))


@pytest.mark.parametrize(
    ("middle", "mean"),
    [
        ({"criterion": "absolute_error"}, {"criterion": "squared_error"}),
        ({"loss": "quantile"}, {"loss": "squared_error"}),
    ],
)
def test_medians_and_quantiles_as_answers_are_named(middle, mean):
    kind = DecisionTreeRegressor if "criterion" in middle else GradientBoostingRegressor
    for given, named in ((middle, True), (mean, False)):
        model = kind(min_samples_leaf=60, **given).fit(NUMBERS[["age"]], NUMBERS["pay"])
        assert ("model.single-values" in rules(skops.io.dumps(model))) is named


def test_medians_with_few_digits_are_those_of_many():
    tree = DecisionTreeRegressor(criterion="absolute_error", min_samples_leaf=60)
    model = tree.fit(NUMBERS[["age"]], NUMBERS["pay"].round(-1))
    assert "model.single-values" not in rules(skops.io.dumps(model))


def test_clusters_are_judged_by_their_people_even_if_nobody_says_how_many():
    few, many = KMeans(200, n_init=1), KMeans(3, n_init=1)
    assert rules(dumped(few))["model.small-leaf"] is Outcome.FAIL
    assert "model.small-leaf" not in rules(dumped(many))
    del many.labels_
    assert rules(skops.io.dumps(many))["model.small-leaf"] is Outcome.FAIL


def test_a_network_with_more_weights_than_people_is_refused():
    assert rules(dumped(MLPClassifier((300,), max_iter=3)))["model.degrees-of-freedom"] is Outcome.FAIL
    assert "model.degrees-of-freedom" not in rules(dumped(MLPClassifier((3,), max_iter=3)))


def test_members_that_are_no_trees_are_judged_each():
    members = {f"the model, estimators_, item {n}" for n in (1, 2)}
    examined = examine(dumped(AdaBoostClassifier(LogisticRegression(), n_estimators=2)))
    assert {str(one.where) for one in examined.models if one.parameters == 3} == members


def test_what_is_left_out_of_a_model_is_told_by_what_it_is():
    examined = examine(dumped(HistGradientBoostingClassifier(max_iter=2)))
    named = {finding.where for finding in examined.findings if finding.rule == "artefact.hidden-content"}
    assert named == {
        "states of generators of random numbers",
        "HistGradientBoostingClassifier: the seed of its random numbers",
        "_BinMapper: the seed of its random numbers",
        "_BinMapper: the cut points of its columns",
    }


def test_numbers_of_what_is_left_out_are_not_taken_for_numbers_of_people():
    """Four in a hundred numbers with ten digits are valid NHS numbers, and a generator's state has 624."""
    examined = examine(dumped(GradientBoostingClassifier(min_samples_leaf=60, n_estimators=20)))
    assert not [text for text in examined.texts if re.search(r"\d{9}", text.text)]


def test_rows_in_place_of_coefficients_can_be_compared_with_the_data():
    model = LinearRegression().fit(NUMBERS, ILL)
    model.coef_ = NUMBERS.to_numpy()
    table = next(table for table in examine(skops.io.dumps(model)).tables if str(table.where) == "the model, coef_")
    assert table.rows == len(NUMBERS)
    assert table.columns[0].cells[:3] == [f"{age:.7g}" for age in NUMBERS["age"][:3]]
