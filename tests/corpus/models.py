"""Fitted models, as the libraries save them."""

import io
import pickle
from collections.abc import Iterator

import joblib
import numpy as np
import onnx
import skops.io
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import save
from sklearn.cluster import KMeans
from sklearn.compose import make_column_transformer
from sklearn.ensemble import GradientBoostingClassifier, HistGradientBoostingClassifier
from sklearn.linear_model import HuberRegressor, LinearRegression, LogisticRegression, Ridge
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, OneHotEncoder, StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from tests.corpus.case import MARKER, Case, people

ALONE = ("artefact.hidden-content", "HuberRegressor: who was set aside")


def rows() -> tuple[np.ndarray, np.ndarray]:
    frame = people()
    return frame[["age", "pay", "bmi"]].to_numpy(dtype=float), (frame["area"] == "North").to_numpy()


def vectors() -> bytes:
    """A support vector machine as ONNX holds one: its vectors stand in the node."""
    known, _ = rows()
    node = helper.make_node(
        "SVMClassifier",
        ["x"],
        ["label", "p"],
        domain="ai.onnx.ml",
        support_vectors=known.ravel().tolist(),
        coefficients=[1.0] * len(known),
    )
    stored = numpy_helper.from_array(known.astype("float32"), "rows")
    graph = helper.make_graph(
        [node],
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, 3])],
        [helper.make_tensor_value_info("p", TensorProto.FLOAT, [None])],
        [stored],
    )
    model = helper.make_model(graph)
    onnx.helper.set_model_props(model, {"who": MARKER})
    return bytes(model.SerializeToString())


def leaks() -> Iterator[Case]:
    known, classes = rows()
    neighbours = KNeighborsClassifier().fit(known, classes)
    yield Case("model.pkl", pickle.dumps(neighbours), "artefact.denied", "the whole file")
    with io.BytesIO() as sink:
        joblib.dump(neighbours, sink)
        yield Case("model.joblib", sink.getvalue(), "artefact.denied", "the whole file")
    yield Case("neighbours.skops", skops.io.dumps(neighbours), "model.holds-records", "the model")
    yield Case("vectors.skops", skops.io.dumps(SVC().fit(known, classes)), "model.holds-records", "the model")
    deep = DecisionTreeClassifier(random_state=1).fit(known, classes)
    yield Case("deep.skops", skops.io.dumps(deep), "model.small-leaf", "the model")
    yield Case("pure.skops", skops.io.dumps(deep), "model.class-disclosure", "the model")
    line = LinearRegression().fit(known, classes)
    line.notes_ = MARKER
    yield Case("noted.skops", skops.io.dumps(line), "artefact.hidden-content", "a field that Linear", hidden=True)
    boosted = GradientBoostingClassifier(n_estimators=2).fit(known, classes)
    yield Case("boosted.skops", skops.io.dumps(boosted), "model.small-leaf", "the model")
    binned = HistGradientBoostingClassifier(max_iter=2).fit(known * 1.2345678, classes)
    yield Case("binned.skops", skops.io.dumps(binned), "model.single-values", "the model, _predictors, item 1, item 1")
    yield Case("groups.skops", skops.io.dumps(KMeans(200).fit(known)), "model.small-leaf", "the model")
    learnt = MLPClassifier((200,), max_iter=2).fit(known, classes)
    yield Case("learnt.skops", skops.io.dumps(learnt), "model.degrees-of-freedom", "the model")
    yield Case("alone.skops", skops.io.dumps(HuberRegressor().fit(known, classes)), *ALONE)
    coded = OneHotEncoder().fit(known[:, 1:2])  # a category for each value
    yield Case("coded.skops", skops.io.dumps(coded), "model.holds-records", "the model, categories_, item 1")
    ends = MinMaxScaler().fit(known)
    yield Case("ends.skops", skops.io.dumps(ends), "table.possible-end-point", "the model, data_min_")
    yield Case("vectors.onnx", vectors(), "model.holds-records", "the model")
    yield Case("arrays.onnx", vectors(), "model.arrays", "array 3 (400 × 3)")
    yield Case("notes.onnx", vectors(), "artefact.hidden-content", "the notes of the model")
    noted = save({"rows": known}, metadata={"who": MARKER})
    yield Case("notes.safetensors", noted, "artefact.hidden-content", "the notes of the file", hidden=True)
    yield Case("rows.safetensors", save({"rows": known}), "model.arrays", "array 1 (400 × 3)")
    with io.BytesIO() as sink:
        np.save(sink, known)
        yield Case("rows.npy", sink.getvalue(), "artefact.denied", "the whole file")


def twins() -> Iterator[Case]:
    known, classes = rows()
    yield Case("linear.skops", skops.io.dumps(LogisticRegression().fit(known, classes)))
    tree = DecisionTreeClassifier(min_samples_leaf=50, random_state=1).fit(known, classes)
    yield Case("tree.skops", skops.io.dumps(tree))
    wide = {"min_samples_leaf": 60, "random_state": 1}
    boosted = GradientBoostingClassifier(n_estimators=5, **wide).fit(known.round(), classes)
    yield Case("boosted.skops", skops.io.dumps(boosted))
    binned = HistGradientBoostingClassifier(max_iter=5, **wide).fit(known.round(), classes)
    yield Case("binned.skops", skops.io.dumps(binned))
    yield Case("groups.skops", skops.io.dumps(KMeans(3, random_state=1).fit(known)))
    frame = people()
    columns = make_column_transformer((StandardScaler(), ["age", "pay"]), (OneHotEncoder(), ["area"]))
    yield Case("pipeline.skops", skops.io.dumps(make_pipeline(columns, Ridge()).fit(frame, frame["bmi"])))
