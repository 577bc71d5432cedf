"""Fitted models: what is released gives the same answers and holds no more than is shown."""

import io
import json
import re
import zipfile
from functools import cache
from typing import Any

import numpy as np
import pytest
import skops.io
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

from disclosure_control.formats import preview
from disclosure_control.formats.models.skops.types import TYPES
from disclosure_control.formats.models.skops_file import MEDIA_TYPE, examine
from tests.fitted import CODES, NUMBERS, PEOPLE, dumped, nodes

# Models that are fitted to a few people in a few steps say so.
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::UserWarning")]
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
        *(
            PoissonRegressor(),
            TweedieRegressor(power=1.5),
            LassoCV(),
            ElasticNetCV(),
            RidgeCV(store_cv_results=True),
            RidgeClassifierCV(),
        ),
        *(LogisticRegressionCV(cv=2), KMeans(3), MiniBatchKMeans(3)),
    )
] + [(OneHotEncoder(), CODES), (OrdinalEncoder(), CODES)]
MODELS += [
    # Of columns as they are these learn numbers so large that seven digits are too few.
    (make_pipeline(StandardScaler(), model), NUMBERS)
    for model in (
        *(SGDClassifier(loss="log_loss", random_state=3), SGDRegressor(random_state=3)),
        MLPClassifier((4,), max_iter=5, random_state=3),
        MLPRegressor(hidden_layer_sizes=(3, 2), solver="lbfgs", max_iter=5, random_state=3),
    )
]
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


def answers(model: Any, data: Any) -> np.ndarray:
    ask = next(name for name in ("predict_proba", "predict", "transform") if hasattr(model, name))
    given = getattr(model, ask)(data)
    return np.asarray(given.toarray() if hasattr(given, "toarray") else given, dtype=float)


def shown(content: bytes) -> str:
    return "\n".join(
        f"{part.name}\n{part.text or ''}{part.table or ''}" for part in preview.parts_of(content, MEDIA_TYPE)
    )


@cache
def released(place: int) -> bytes | None:
    """What is released of a model: fitting and examining it is most of the work of each test of it."""
    return examine(dumped(*MODELS[place])).clean


EVERY_MODEL = pytest.mark.parametrize("place", range(len(MODELS)), ids=lambda place: type(MODELS[place][0]).__name__)


@EVERY_MODEL
def test_the_released_model_answers_as_the_one_that_was_handed_in(place: int):
    model, data = MODELS[place]
    clean = released(place)
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


@EVERY_MODEL
def test_the_released_bytes_hold_nothing_beyond_what_is_shown(place: int):
    """Written again from what a person saw of it, a model has the same numbers and texts."""
    clean = released(place)
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


def test_parts_that_are_alike_are_told_once_and_their_trees_are_one_table():
    clean = examine(dumped(GradientBoostingClassifier(n_estimators=30, min_samples_leaf=60))).clean
    assert clean is not None
    parts = {part.name: part for part in preview.parts_of(clean, MEDIA_TYPE)}
    assert parts["The model"].text.count("min_samples_leaf: 60") == 2
    assert "item 30: DecisionTreeRegressor, as item 1" in parts["The model"].text
    table = parts["the nodes of its trees"].table.splitlines()
    assert {line.split(",")[1] for line in table[1:]} == {f" item {n}" for n in range(1, 31)}
