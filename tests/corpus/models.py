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
from sklearn.linear_model import LinearRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC

from tests.corpus.case import MARKER, Case, people


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
    yield Case("linear.skops", skops.io.dumps(LinearRegression().fit(known, classes)), "artefact.denied", "the whole")
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
    yield from ()
