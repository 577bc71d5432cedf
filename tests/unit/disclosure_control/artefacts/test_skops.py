"""Fitted models: what is released gives the same answers and holds no more than is shown; what is forged is refused."""

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest
import skops.io
from sklearn.base import BaseEstimator
from sklearn.cluster import KMeans, MiniBatchKMeans
from sklearn.compose import make_column_transformer
from sklearn.decomposition import PCA
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.ensemble import (
    AdaBoostClassifier,
    AdaBoostRegressor,
    ExtraTreesRegressor,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import (
    BayesianRidge,
    ElasticNet,
    ElasticNetCV,
    HuberRegressor,
    Lasso,
    LassoCV,
    LinearRegression,
    LogisticRegression,
    LogisticRegressionCV,
    PoissonRegressor,
    Ridge,
    RidgeClassifier,
    RidgeClassifierCV,
    RidgeCV,
    SGDClassifier,
    SGDRegressor,
    TweedieRegressor,
)
from sklearn.naive_bayes import GaussianNB
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    MaxAbsScaler,
    MinMaxScaler,
    OneHotEncoder,
    OrdinalEncoder,
    RobustScaler,
    StandardScaler,
)
from sklearn.svm import LinearSVC, LinearSVR
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor
from sklearn.utils import all_estimators

from disclosure_control.artefacts import seen
from disclosure_control.artefacts.fitted.types import TYPES
from disclosure_control.artefacts.skops_file import MEDIA_TYPE, examine
from disclosure_control.errors import Unreadable
from disclosure_control.models.fitted import fitted_findings
from disclosure_control.outcome import Outcome
from disclosure_control.policy import Policy

# Models that are fitted to a few people in a few steps say so.
pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::UserWarning")
random = np.random.default_rng(3)
PEOPLE = pd.DataFrame(
    {
        "age": random.integers(18, 90, 500).astype(float),
        "pay": random.normal(300, 50, 500),
        "area": random.choice(["North", "South", "East"], 500),
    }
)
NUMBERS, CODES = PEOPLE[["age", "pay"]], PEOPLE[["area"]]
ILL = (random.random(500) < PEOPLE["age"] / 100).astype(int)
MODELS = [
    (model, NUMBERS)
    for model in (
        *(LinearRegression(), Ridge(), RidgeClassifier(), Lasso(), ElasticNet(), LogisticRegression(), LinearSVC()),
        *(LinearSVR(), LinearDiscriminantAnalysis(store_covariance=True), GaussianNB(), PCA(), StandardScaler()),
        *(MinMaxScaler(), RobustScaler(), MaxAbsScaler(), SimpleImputer(), DecisionTreeClassifier(max_depth=3)),
        *(DecisionTreeRegressor(max_depth=3), RandomForestClassifier(5, oob_score=True), ExtraTreesRegressor(3)),
        *(GradientBoostingClassifier(n_estimators=3), GradientBoostingClassifier(loss="exponential", n_estimators=3)),
        *(GradientBoostingRegressor(n_estimators=3, subsample=0.5), GradientBoostingRegressor(loss="huber")),
        *(GradientBoostingRegressor(loss="quantile", n_estimators=3), GradientBoostingClassifier(init="zero")),
        *(AdaBoostClassifier(n_estimators=3), AdaBoostRegressor(n_estimators=3), BayesianRidge(), HuberRegressor()),
        *(MLPClassifier((4,), max_iter=5), MLPRegressor(hidden_layer_sizes=(3, 2), solver="lbfgs", max_iter=5)),
        *(
            PoissonRegressor(),
            TweedieRegressor(power=1.5),
            LassoCV(),
            ElasticNetCV(),
            RidgeCV(store_cv_results=True),
            RidgeClassifierCV(),
        ),
        *(LogisticRegressionCV(cv=2), SGDClassifier(loss="log_loss"), SGDRegressor(), KMeans(3), MiniBatchKMeans(3)),
    )
] + [(OneHotEncoder(), CODES), (OrdinalEncoder(), CODES)]
MODELS += [
    # A threshold that is a person's value moves with its last digit, and the person with it.
    (model, NUMBERS.round())
    for model in (
        *(HistGradientBoostingClassifier(max_iter=5), HistGradientBoostingRegressor(max_iter=5, max_features=0.5)),
        HistGradientBoostingRegressor(loss="poisson", max_iter=3),
        HistGradientBoostingClassifier(early_stopping=True, max_iter=20),
    )
]
PIPELINE = make_pipeline(
    make_column_transformer(
        (make_pipeline(SimpleImputer(), StandardScaler()), ["age", "pay"]), (OneHotEncoder(), ["area"])
    ),
    LogisticRegression(class_weight={0: 1.0, 1: 2.0}),
)
MODELS.append((PIPELINE, PEOPLE))


def dumped(model: Any, data: Any = NUMBERS) -> bytes:
    return skops.io.dumps(model.fit(data, ILL))


def answers(model: Any, data: Any) -> np.ndarray:
    ask = next(name for name in ("predict_proba", "predict", "transform") if hasattr(model, name))
    given = getattr(model, ask)(data)
    return np.asarray(given.toarray() if hasattr(given, "toarray") else given, dtype=float)


def rules(content: bytes, policy: Policy | None = None) -> dict[str, Outcome]:
    examined = examine(content)
    judged = [one for model in examined.models for one in fitted_findings(model, policy or Policy())]
    return {finding.rule: finding.outcome for finding in [*examined.findings, *judged]}


def shown(content: bytes) -> str:
    return "\n".join(
        f"{part['name']}\n{part.get('text', '')}{part.get('table', '')}" for part in seen.parts_of(content, MEDIA_TYPE)
    )


def forged(content: bytes, change: Callable[[dict[str, Any], dict[str, bytes]], None]) -> bytes:
    """A file whose description or arrays somebody changed."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    schema = json.loads(entries.pop("schema.json"))
    change(schema, entries)
    with io.BytesIO() as sink:
        with zipfile.ZipFile(sink, "w") as archive:
            for name, data in {**entries, "schema.json": json.dumps(schema).encode()}.items():
                archive.writestr(name, data)
        return sink.getvalue()


def nodes(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict):
        yield part
    for inner in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from nodes(inner)


def fields(schema: dict[str, Any]) -> dict[str, Any]:
    return schema["content"]["content"]


@pytest.mark.parametrize(("model", "data"), MODELS, ids=lambda one: type(one).__name__)
def test_the_released_model_answers_as_the_one_that_was_handed_in(model: BaseEstimator, data: pd.DataFrame):
    clean = examine(dumped(model, data)).clean
    assert clean is not None
    again = skops.io.loads(clean, trusted=skops.io.get_untrusted_types(data=clean))
    assert answers(again, data) == pytest.approx(answers(model, data), rel=1e-5, abs=1e-4)


def assert_shown(nodes: np.ndarray, page: set[str]) -> None:
    """Whether each number of a tree's nodes is on the page, or cannot be another."""
    binned = "is_leaf" in (nodes.dtype.names or ())
    leaves = nodes["is_leaf"] != 0 if binned else nodes["left_child"] == -1
    asked = ("feature_idx", "num_threshold", "left", "right") if binned else ASKED
    for name in asked:
        assert {f"{one:.7g}" for one in nodes[name][~leaves].tolist()} <= page
    for name in ("count", "value") if binned else ("n_node_samples", "impurity", "weighted_n_node_samples"):
        assert {f"{one:.7g}" for one in nodes[name].tolist()} <= page
    assert not nodes["missing_go_to_left"][leaves].any()
    for name in asked if binned else ASKED[:2]:
        assert set(nodes[name][leaves]) == {0 if binned else -2}
    for name in ("gain", "bin_threshold", "is_categorical", "bitset_idx") if binned else ():
        assert not nodes[name].any()


ASKED = ("feature", "threshold", "left_child", "right_child")


@pytest.mark.parametrize(("model", "data"), MODELS, ids=lambda one: type(one).__name__)
def test_the_released_bytes_hold_nothing_beyond_what_is_shown(model: BaseEstimator, data: pd.DataFrame):
    """Written again from what a person saw of it, a model has the same numbers and texts."""
    clean = examine(dumped(model, data)).clean
    assert clean is not None
    assert examine(clean).clean == clean
    page = set(re.findall(r"[^\s,;:]+", shown(clean)))
    with zipfile.ZipFile(io.BytesIO(clean)) as archive:
        arrays = {name: archive.read(name) for name in archive.namelist() if name != "schema.json"}
        schema = archive.read("schema.json").decode()
    for data_of in arrays.values():
        read = np.load(io.BytesIO(data_of))
        if read.dtype.names is None:
            assert {f"{one:.7g}" if isinstance(one, float) else str(one) for one in read.ravel().tolist()} <= page
        else:
            assert_shown(read, page)
    plain = [json.loads(node["content"]) for node in nodes(json.loads(schema)) if node.get("__loader__") == "JsonNode"]
    texts = [f"{one:.7g}" if isinstance(one, float) else str(one) for one in plain]
    assert {word for text in texts for word in re.findall(r"[^\s,;:]+", text)} <= page


def test_the_table_of_types_has_every_parameter_of_its_types():
    known = {f"{kind.__module__}.{name}": kind for name, kind in all_estimators()}
    for name, allowed in TYPES.items():
        if name not in known:
            assert re.search(r"_loss\.|_BinMapper$|Pipeline$|ColumnTransformer$", name)
            continue
        needed = set(known[name]()._get_param_names()) if "compose" not in name and "pipeline" not in name else set()
        assert needed <= allowed, name


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


def test_parts_that_are_alike_are_told_once_and_their_trees_are_one_table():
    clean = examine(dumped(GradientBoostingClassifier(n_estimators=30, min_samples_leaf=60))).clean
    assert clean is not None
    parts = {part["name"]: part for part in seen.parts_of(clean, MEDIA_TYPE)}
    assert parts["The model"]["text"].count("min_samples_leaf: 60") == 2
    assert "item 30: DecisionTreeRegressor, as item 1" in parts["The model"]["text"]
    table = parts["the nodes of its trees"]["table"].splitlines()
    assert {line.split(",")[1] for line in table[1:]} == {f" item {n}" for n in range(1, 31)}


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
    assert {one.where for one in examined.models if one.parameters == 3} == members


def test_what_is_left_out_of_a_model_is_told_by_what_it_is():
    examined = examine(dumped(HistGradientBoostingClassifier(max_iter=2)))
    named = {finding.where for finding in examined.findings if finding.rule == "artefact.hidden-content"}
    assert named == {
        "states of generators of random numbers",
        "HistGradientBoostingClassifier: the seed of its random numbers",
        "_BinMapper: the seed of its random numbers",
        "_BinMapper: the cut points of its columns",
    }


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


def test_numbers_of_what_is_left_out_are_not_taken_for_numbers_of_people():
    """Four in a hundred numbers with ten digits are valid NHS numbers, and a generator's state has 624."""
    examined = examine(dumped(GradientBoostingClassifier(min_samples_leaf=60, n_estimators=20)))
    assert not [text for text in examined.texts if re.search(r"\d{9}", text.text)]


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


def test_rows_in_place_of_coefficients_can_be_compared_with_the_data():
    model = LinearRegression().fit(NUMBERS, ILL)
    model.coef_ = NUMBERS.to_numpy()
    table = next(table for table in examine(skops.io.dumps(model)).tables if table.where == "the model, coef_")
    assert table.rows == len(NUMBERS)
    assert table.columns[0].cells[:3] == [f"{age:.7g}" for age in NUMBERS["age"][:3]]
