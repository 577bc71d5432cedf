"""Fitted models that somebody changed: refused, or what was added is named and gone."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
import skops.io
from sklearn.cluster import KMeans
from sklearn.ensemble import (
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import (
    LinearRegression,
    LogisticRegression,
)
from sklearn.preprocessing import (
    OneHotEncoder,
)
from sklearn.tree import DecisionTreeClassifier

from disclosure_control.core.errors import Unreadable
from disclosure_control.core.outcome import Outcome
from disclosure_control.formats.models.skops_file import examine
from tests.fitted import CODES, ILL, NUMBERS, PEOPLE, dumped, fields, forged

# Models that are fitted to a few people in a few steps say so.
pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::UserWarning")
random = np.random.default_rng(3)


def test_a_generator_is_not_released_and_nor_is_what_somebody_put_into_it():
    model = GradientBoostingClassifier(n_estimators=2).fit(NUMBERS, ILL)

    def plant(schema: dict[str, Any], entries: dict[str, bytes]) -> None:
        state = fields(schema)["_rng"]["content"]["content"]["state"]["content"]["key"]["file"]
        with io.BytesIO() as sink:
            np.save(sink, np.array(["Zq7Planted9"]))
            entries[state] = sink.getvalue()

    examined = examine(forged(skops.io.dumps(model), plant))
    assert any("Zq7Planted9" in text.text for text in examined.texts)
    assert examined.clean is not None
    with zipfile.ZipFile(io.BytesIO(examined.clean)) as archive:
        content = b"".join(archive.read(name) for name in archive.namelist())
    assert "Zq7Planted9".encode("utf-32-le") not in content
    assert b"RandomState" not in content


def hide_in_a_field(schema: dict[str, Any], _: dict[str, bytes]) -> None:
    fields(schema)["diary"] = {**fields(schema)["n_features_in_"], "content": '"Zq7Planted9"'}
    keys = schema["content"]["key_types"]["content"]
    keys.append(keys[0])


def hide_in_a_node(schema: dict[str, Any], _: dict[str, bytes]) -> None:
    fields(schema)["n_features_in_"]["note"] = "Zq7Planted9"


def hide_in_an_entry(_: dict[str, Any], entries: dict[str, bytes]) -> None:
    entries["Zq7Planted9.npy"] = b"Zq7Planted9"


@pytest.mark.parametrize("hide", [hide_in_a_field, hide_in_a_node, hide_in_an_entry])
def test_what_belongs_to_no_part_is_named_and_left_out(hide):
    examined = examine(forged(dumped(LinearRegression()), hide))
    assert "artefact.hidden-content" in {finding.rule for finding in examined.findings}
    assert any("Zq7Planted9" in text.text for text in examined.texts)
    assert examined.clean is not None
    assert b"Zq7Planted9" not in examined.clean


UNSEEN = "North\U000e0041\u200b"


def test_characters_that_are_not_seen_are_left_out_of_texts():
    model = OneHotEncoder().fit(CODES)
    model.categories_ = [np.array([UNSEEN, "East", "South"], dtype=object)]
    clean = examine(skops.io.dumps(model)).clean
    assert clean is not None
    assert skops.io.loads(clean).categories_[0].tolist() == ["North", "East", "South"]
    model.handle_unknown = np.str_(UNSEEN)
    clean = examine(skops.io.dumps(model)).clean
    assert clean is not None
    assert skops.io.loads(clean).handle_unknown == "North"


def test_characters_that_are_not_seen_in_a_name_stop_the_file():
    model = LogisticRegression(class_weight={UNSEEN: 1.0})
    model.coef_ = np.ones((1, 2))
    with pytest.raises(Unreadable, match="not seen"):
        examine(skops.io.dumps(model))


def test_an_empty_array_has_no_hidden_sides():
    model = SimpleImputer().fit(NUMBERS)

    def widen(schema: dict[str, Any], entries: dict[str, bytes]) -> None:
        name = fields(schema)["_fit_dtype"]["content"]["file"]
        with io.BytesIO() as sink:
            np.save(sink, np.empty((0, 9434765919)))
            entries[name] = sink.getvalue()

    clean = examine(forged(skops.io.dumps(model), widen)).clean
    assert clean is not None
    assert b"9434765919" not in clean


def test_digits_that_are_not_shown_are_not_released():
    model = LinearRegression().fit(NUMBERS, ILL)
    model.coef_ = np.array([0.12345678901234, 9876543.2101])
    clean = examine(skops.io.dumps(model)).clean
    assert clean is not None
    assert skops.io.loads(clean).coef_.tolist() == [0.1234568, 9876543.0]


def _nodes(change: Callable[[np.ndarray], None]) -> Callable[[dict[str, Any], dict[str, bytes]], None]:
    def changed(schema: dict[str, Any], entries: dict[str, bytes]) -> None:
        name = fields(schema)["tree_"]["content"]["content"]["nodes"]["file"]
        nodes = np.load(io.BytesIO(entries[name]))
        change(nodes)
        with io.BytesIO() as sink:
            np.save(sink, nodes)
            entries[name] = sink.getvalue()

    return changed


def lead_nowhere(nodes: np.ndarray) -> None:
    nodes["left_child"][0] = 10**9  # scikit-learn would read memory that is not the tree's


def lead_in_a_circle(nodes: np.ndarray) -> None:
    nodes["left_child"][0] = 0


def ask_for_no_column(nodes: np.ndarray) -> None:
    nodes["feature"][0] = 7


def count_more(nodes: np.ndarray) -> None:
    nodes["n_node_samples"][-1] += 100


@pytest.mark.parametrize("change", [lead_nowhere, lead_in_a_circle, ask_for_no_column, count_more])
def test_a_tree_that_is_none_is_refused(change):
    whole = dumped(DecisionTreeClassifier(max_depth=2))
    with pytest.raises(Unreadable):
        examine(forged(whole, _nodes(change)))


def member(schema: dict[str, Any]) -> dict[str, Any]:
    """The first of a model's trees."""
    first = fields(schema)["estimators_"]["content"][0]
    return first["content"][0] if first["__loader__"] == "ListNode" else first


def know_more_columns(schema: dict[str, Any], _: dict[str, bytes]) -> None:
    fields(member(schema))["n_features_in_"]["content"] = "70000"
    fields(member(schema))["tree_"]["__reduce__"]["args"]["content"][0]["content"] = "70000"


def know_fewer_columns(schema: dict[str, Any], _: dict[str, bytes]) -> None:
    fields(schema)["n_features_in_"]["content"] = "1"


def begin_with_less(schema: dict[str, Any], entries: dict[str, bytes]) -> None:
    """The compiled code of boosting would write beyond an array that is as wide as what it begins with."""
    with io.BytesIO() as sink:
        np.save(sink, np.array([0.5, 0.5]))
        entries[fields(fields(schema)["init_"])["class_prior_"]["file"]] = sink.getvalue()


def begin_otherwise(schema: dict[str, Any], _: dict[str, bytes]) -> None:
    fields(fields(schema)["init_"])["_strategy"]["content"] = '"constant"'


def lose_one_for_two(schema: dict[str, Any], _: dict[str, bytes]) -> None:
    fields(fields(schema)["_loss"])["n_classes"]["content"] = "2"


def know_fewer_centres(schema: dict[str, Any], _: dict[str, bytes]) -> None:
    fields(schema)["n_clusters"]["content"] = "2"


THREE = pd.Series(random.integers(0, 3, 500))
BOOSTED = GradientBoostingClassifier(n_estimators=2).fit(NUMBERS, THREE)
FOREST = RandomForestClassifier(2).fit(NUMBERS, ILL)
BINNED = HistGradientBoostingRegressor(max_iter=2).fit(NUMBERS, ILL)


@pytest.mark.parametrize(
    ("model", "change"),
    [
        *((FOREST, change) for change in (know_more_columns, know_fewer_columns)),
        *((BOOSTED, change) for change in (know_more_columns, know_fewer_columns, begin_with_less, begin_otherwise)),
        *((BOOSTED, lose_one_for_two), (BINNED, know_fewer_columns)),
        *((KMeans(3).fit(NUMBERS), change) for change in (know_fewer_columns, know_fewer_centres)),
    ],
    ids=lambda one: getattr(one, "__name__", type(one).__name__),
)
def test_a_model_whose_parts_do_not_fit_is_refused(model, change):
    whole = skops.io.dumps(model)
    assert examine(whole).clean is not None
    with pytest.raises(Unreadable, match="fit together"):
        examine(forged(whole, change))


def test_a_tree_that_splits_by_sets_is_refused():
    sets = HistGradientBoostingClassifier(max_iter=2, categorical_features=[0])
    model = sets.fit(np.column_stack([THREE, PEOPLE["age"]]), ILL)
    assert examine(skops.io.dumps(model)).clean is None


def test_a_split_by_a_set_that_is_not_there_is_refused():
    def split(schema: dict[str, Any], entries: dict[str, bytes]) -> None:
        tree = fields(schema)["_predictors"]["content"][0]["content"][0]
        name = tree["content"]["content"]["nodes"]["file"]
        nodes = np.load(io.BytesIO(entries[name]))
        nodes["is_categorical"][0] = 1
        with io.BytesIO() as sink:
            np.save(sink, nodes)
            entries[name] = sink.getvalue()

    assert examine(forged(skops.io.dumps(BINNED), split)).clean is None


def test_a_loss_holds_no_more_than_a_number():
    def fill(schema: dict[str, Any], _: dict[str, bytes]) -> None:
        loss = fields(fields(schema)["_loss"])["closs"]
        loss["__reduce__"]["args"]["content"] = [fields(schema)["loss"]]

    assert examine(forged(skops.io.dumps(BOOSTED), fill)).clean is None


def load_a_program(schema: dict[str, Any], _: dict[str, bytes]) -> None:
    fields(schema)["coef_"] = {
        "__class__": "system",
        "__module__": "os",
        "__loader__": "FunctionNode",
        "content": "system",
    }


def be_another_type(schema: dict[str, Any], _: dict[str, bytes]) -> None:
    schema["__module__"], schema["__class__"] = "os", "system"


@pytest.mark.parametrize("change", [load_a_program, be_another_type])
def test_types_that_are_not_in_the_table_stop_the_file(change):
    examined = examine(forged(dumped(LinearRegression()), change))
    assert examined.clean is None
    assert {finding.rule: finding.outcome for finding in examined.findings} == {"model.holds-records": Outcome.FAIL}
