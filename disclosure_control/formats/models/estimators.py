"""Fitted models that hold records, by the names of their types, and what to say of large arrays."""

from collections.abc import Iterable, Sequence
from typing import Final

from disclosure_control.core.content import ContentBuilder
from disclosure_control.core.finding import make_finding
from disclosure_control.core.location import Place, places

# scikit-learn's and others' estimators that keep rows of their training data, and ONNX's operators for them.
HOLD_RECORDS_WORDS: Final = (
    "KNeighborsClassifier KNeighborsRegressor KNeighborsTransformer NearestNeighbors RadiusNeighborsClassifier "
    "RadiusNeighborsRegressor RadiusNeighborsTransformer LocalOutlierFactor KernelDensity NearestCentroid "
    "KNNImputer SVC SVR NuSVC NuSVR OneClassSVM GaussianProcessClassifier GaussianProcessRegressor KernelRidge "
    "KernelPCA Nystroem LabelPropagation LabelSpreading DBSCAN HDBSCAN OPTICS MeanShift AffinityPropagation "
    "Isomap TSNE UMAP SpectralEmbedding KDTree BallTree MinCovDet EllipticEnvelope SVMClassifier SVMRegressor "
    "TfIdfVectorizer"
)
HOLD_RECORDS: Final = frozenset(HOLD_RECORDS_WORDS.split())
_NAMED: Final = 6  # arrays that are named one by one
MANY: Final = 200  # rows of an array; a table of coefficients has fewer


def note_types(names: Iterable[str], where: Place, reading: ContentBuilder) -> None:
    """Say which types of a model keep rows of their training data."""
    holding_types = sorted({name for name in names if name in HOLD_RECORDS})
    if holding_types:
        reading.findings.append(
            make_finding("model.holds-records", where, f"{', '.join(holding_types)} keep rows of what they learnt.")
        )


def note_arrays(shapes: Sequence[tuple[int, ...]], reading: ContentBuilder) -> None:
    """Say how large the arrays of a model are, the longest first; those as long as a data set may be one."""
    sizes = [(max(shape), i, " × ".join(map(str, shape))) for i, shape in enumerate(shapes, 1) if max(shape, default=0)]
    long = sum(size >= MANY for size, _, _ in sizes)
    arrays = "array" if len(shapes) == 1 else "arrays"
    why = f"{len(shapes)} {arrays}, {long} of them with {MANY} rows or more. Any of them can hold records."
    if sizes:
        spots = [
            f"array {i} ({shape})"
            for _, i, shape in sorted(sizes, key=lambda array_size: (-array_size[0], array_size[1]))
        ]
        reading.findings.append(make_finding("model.arrays", places(spots, _NAMED), why, arrays=len(shapes), long=long))
