"""skops models: read as plain values, judged by their types, rebuilt with known fields and rounded numbers.

Nothing is loaded. A type that keeps rows of its training data, or of which nothing is known, stops the file; of the
others each leaf, coefficient and name is shown. The rebuilt model gives the same answers within rounding.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from disclosure_control.core.content import ContentBuilder, FileContent, TextKind
from disclosure_control.core.errors import Unreadable
from disclosure_control.core.finding import make_finding
from disclosure_control.core.location import Location, places
from disclosure_control.core.outcome import Outcome
from disclosure_control.formats.archive import entries
from disclosure_control.formats.models.estimators import MANY, note_arrays, note_types
from disclosure_control.formats.models.skops import trees
from disclosure_control.formats.models.skops.consistency import check_together
from disclosure_control.formats.models.skops.description import clusters_of, fitted_parts, tables_of, text_of
from disclosure_control.formats.models.skops.fields import END_POINTS
from disclosure_control.formats.models.skops.reader import Reader
from disclosure_control.formats.models.skops.single_values import single_values
from disclosure_control.formats.models.skops.types import RemovedFields, take_out, unknown
from disclosure_control.formats.models.skops.values import (
    DIGITS,
    Generator,
    Mapped,
    ObjectNode,
    Objects,
    Tree,
    Value,
    changed,
    parts,
)
from disclosure_control.formats.models.skops.writer import rounded, written
from disclosure_control.formats.nesting import NestedFiles
from disclosure_control.formats.tabular.json_file import parse, strings_in
from disclosure_control.formats.text.invisible import visible

MEDIA_TYPE: Final = "application/x-skops"
SCHEMA: Final = "schema.json"
_LARGEST: Final = 2**63
_NAMED: Final = 3  # parts that are named one by one
# Well known types that are not understood; any other stays unnamed, since its name can be anything.
_OTHER_WORDS: Final = (
    "XGBClassifier XGBRegressor LGBMClassifier LGBMRegressor CatBoostClassifier CatBoostRegressor BaggingClassifier"
    " BaggingRegressor VotingClassifier VotingRegressor StackingClassifier StackingRegressor QuantileRegressor"
    " CalibratedClassifierCV GridSearchCV RandomizedSearchCV IsolationForest GaussianMixture DBSCAN BernoulliNB"
    " MultinomialNB FunctionTransformer TfidfVectorizer CountVectorizer"
)
_OTHERS: Final = frozenset(_OTHER_WORDS.split())


def examine(content: bytes, _: NestedFiles | None = None) -> FileContent:
    """Read a model that may be anybody's.

    Raises:
        Unreadable: it does not have the form of a skops file.
    """
    archive = entries(content)
    if SCHEMA not in archive:
        raise Unreadable("The archive is no skops file.", rule="artefact.mismatch")
    document: object = parse(archive[SCHEMA])
    reading = ContentBuilder()
    try:
        model, spare = _model(document, archive)
    except Unreadable as error:
        return _refusal(document, error, reading)
    clusters = list(clusters_of(model))
    removed = take_out(model)
    strangers = unknown(model)
    if strangers:
        why = f"{len(strangers)} of its types are not among those that are understood."
        return _refusal(document, Unreadable(why, rule="model.holds-records"), reading)
    check_together(model)
    _note_removed_fields(removed, spare, reading)
    if any(isinstance(part, Generator) for _, part in parts(model)):
        raise Unreadable("A generator of random numbers stands where no model has one.")
    if any(key != visible(key) for key in _keys(model)):
        raise Unreadable("A name in the model holds characters that are not seen.", rule="artefact.hidden-content")
    clean = changed(model, _plain)
    _note(clean, reading)
    reading.models += clusters
    return reading.done(MEDIA_TYPE, written(clean))


def model_of(content: bytes) -> Value:
    """The plain values of a rebuilt file.

    Raises:
        Unreadable: it is not one.
    """
    archive = entries(content)
    return _model(parse(archive[SCHEMA]), archive)[0]


def _model(document: object, archive: dict[str, bytes]) -> tuple[Value, list[str]]:
    """The model and what else the file holds: entries that are no array of it, and words that no node has."""
    reader = Reader(archive)
    model = reader.value(document)
    if not isinstance(model, ObjectNode):
        raise Unreadable("The file holds no model.", rule="model.holds-records")
    extra = [name for name in archive if name != SCHEMA and name not in reader.named]
    return model, [*reader.extra, *(archive[name].decode("utf-8", "replace") for name in extra)]


def _refusal(document: object, why: Unreadable, reading: ContentBuilder) -> FileContent:
    """What can be said of a model that is not understood: its texts, and which well known types stand in them."""
    words = list(strings_in(document))
    note_types(words, "the model", reading)
    others = sorted(_OTHERS & set(words))
    if others:
        why = Unreadable(f"{', '.join(others)}: not among the types that are understood.", rule=why.rule)
    reading.findings.append(make_finding(why.rule, "the model", why.message, outcome=Outcome.FAIL))
    reading.text("the model's description", " ".join(words), TextKind.CODE)
    return reading.done(MEDIA_TYPE, None)


def _note_removed_fields(
    removed: Mapping[RemovedFields, Sequence[Value]], spare: Sequence[str], reading: ContentBuilder
) -> None:
    for kind, values in removed.items():
        inside = [part for value in values for _, part in parts(value)]
        texts = [text for part in inside for _, text in _texts(part)] if kind.usual else map(text_of, inside)
        reading.hidden(kind.what, text=" ".join(texts))
    if spare:
        reading.hidden("what belongs to no part of the model", text=" ".join(spare))


def _plain(value: Value) -> Value:
    """A value with as many digits as are shown, or without characters that are not seen."""
    match value:
        case Tree():
            return trees.plain(value)
        case np.ndarray() if value.dtype.kind == "U":
            return np.array([visible(text) for text in value.ravel().tolist()], dtype=str).reshape(value.shape)
        case np.ndarray():
            return rounded(value)
        case str():
            return visible(value)
        case np.generic():
            return value.dtype.type(rounded(np.asarray(value))[()])
        case int() if abs(value) > _LARGEST:
            raise Unreadable("A number of the model has more digits than a number has.")
        case float() if math.isfinite(value):
            return float(f"{value:.{DIGITS}g}")
        case _:
            return value


def _note(model: Value, reading: ContentBuilder) -> None:
    for where, value in parts(model):
        for place, text in _texts(value):
            reading.text(Location(part=(*where.part, *place)), text, TextKind.LABEL)
    ends = [where for where, _ in parts(model) if where.part[-1] in END_POINTS]
    if ends:
        reading.findings.append(make_finding("table.possible-end-point", ends))
    single = list(single_values(model))
    if single:
        reading.findings.append(make_finding("model.single-values", places(single, _NAMED)))
    many = [
        where
        for where, value in parts(model)
        if any("categories" in name for name in where.part) and _length(value) >= MANY
    ]
    if many:
        why = f"It has {MANY} categories or more: as many as a column has values."
        reading.findings.append(make_finding("model.holds-records", many, why))
    reading.tables += tables_of(model)
    reading.models += fitted_parts(model)
    note_arrays([shape for _, value in parts(model) for shape in _shapes(value)], reading)


def _length(value: Value) -> int:
    return value.size if isinstance(value, np.ndarray) else len(value.items) if isinstance(value, Objects) else 0


def _keys(model: Value) -> list[str]:
    mapped = [value for _, value in parts(model) if isinstance(value, Mapped)]
    return [key for mapping in mapped for key, _ in mapping.items if isinstance(key, str)]


def _texts(value: Value) -> list[tuple[tuple[str, ...], str]]:
    match value:
        case str():
            return [((), value)]
        case Mapped():
            return [(("a key",), str(key)) for key, _ in value.items]
        case np.ndarray() if value.dtype.kind == "U":
            return [((f"text {n}",), text) for n, text in enumerate(value.ravel().tolist(), 1)]
        case _:
            return []


def _shapes(value: Value) -> list[tuple[int, ...]]:
    match value:
        case np.ndarray() if value.dtype.kind != "U":
            return [value.shape]
        case _:
            return []
