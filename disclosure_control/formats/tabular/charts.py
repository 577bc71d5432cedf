"""The data behind interactive charts: plotly, Vega (altair) and bokeh, decoded into tables.

Arrays are JSON lists, or bytes in base64, at times packed with gzip. What cannot be decoded is left out.
"""

import base64
import binascii
import json
import zlib
from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np

from disclosure_control.core.content import Table, TableKind, table_of
from disclosure_control.core.location import Spot

MAX_VALUES: Final = 2_000_000
_MAX_BYTES: Final = 64_000_000
_MAX_COLUMNS: Final = 200
_MAX_TRACES: Final = 500
# Plotly's names for the values of a trace; each holds one value a point.
_PLOTLY_WORDS: Final = (
    "x y z lat lon values labels ids text hovertext customdata r theta a b c open high low close locations base"
)
_PLOTLY: Final = tuple(_PLOTLY_WORDS.split())
_DTYPES: Final = {
    **{f"{kind}{size}": f"<{kind}{size}" for kind in "iuf" for size in (1, 2, 4, 8) if (kind, size) != ("f", 1)},
    **{
        f"{kind}{bits}": f"<{code}{bits // 8}"
        for kind, code in (("int", "i"), ("uint", "u"))
        for bits in (8, 16, 32, 64)
    },
    "float32": "<f4",
    "float64": "<f8",
}


def chart_tables(document: object) -> list[Table]:
    """A table for each trace or data set of the charts in a JSON document."""
    tables: list[Table] = []
    for i, dataset in enumerate(_datasets(document), 1):
        if i > _MAX_TRACES:
            break
        columns = {name: values for name, values in dataset.items() if values}
        if not columns:
            continue
        length = max(map(len, columns.values()))
        lines = [list(columns), *([_cell(v, n) for v in columns.values()] for n in range(length))]
        tables.append(table_of(lines, kind=TableKind.POINTS, where=f"chart data {i}", spot=Spot.POINTS, first=1))
    return tables


def _datasets(document: object) -> Iterator[dict[str, list[object]]]:
    """The columns of each trace or data set, wherever it stands."""
    stack = [document]
    count = 0
    while stack and count < MAX_VALUES:
        value = stack.pop()
        count += 1
        if isinstance(value, list):
            stack += [item for item in reversed(value) if isinstance(item, list | dict)]
        elif isinstance(value, dict):
            datasets = _plotly(value) or _vega(value) or _bokeh(value)
            if datasets:
                yield from datasets
            else:
                stack += [item for item in reversed(list(value.values())) if isinstance(item, list | dict)]


def _plotly(value: Mapping[str, object]) -> list[dict[str, list[object]]]:
    """The traces of a figure: ``data`` beside ``layout``, or a bare trace."""
    traces = value.get("data") if isinstance(value.get("data"), list) and "layout" in value else [value]
    if not isinstance(traces, list):
        return []
    datasets: list[dict[str, list[object]]] = []
    for trace in traces:
        if isinstance(trace, dict) and isinstance(trace.get("type", ""), str) and _is_trace(trace):
            columns = {name: array(trace[name]) for name in _PLOTLY if name in trace}
            datasets.append(_flat(columns))
    return datasets


def _is_trace(trace: Mapping[str, object]) -> bool:
    arrays = [name for name in _PLOTLY if isinstance(trace.get(name), list | dict)]
    return bool(arrays) and ("type" in trace or "hovertemplate" in trace or "mode" in trace)


def _vega(value: Mapping[str, object]) -> list[dict[str, list[object]]]:
    """The data sets of a Vega or Vega-Lite specification."""
    rows: list[object] = []
    datasets = value.get("datasets")
    if isinstance(datasets, dict):
        rows += list(datasets.values())
    data = value.get("data")
    for dataset in data if isinstance(data, list) else [data]:
        if isinstance(dataset, dict) and isinstance(dataset.get("values"), list):
            rows.append(dataset["values"])
    return [_by_columns(dataset) for dataset in rows if isinstance(dataset, list) and dataset]


def _bokeh(value: Mapping[str, object]) -> list[dict[str, list[object]]]:
    """The columns of a ``ColumnDataSource``."""
    if value.get("name") != "ColumnDataSource" and value.get("type") != "ColumnDataSource":
        return []
    attributes = value.get("attributes")
    data = attributes.get("data") if isinstance(attributes, dict) else None
    if not isinstance(data, dict):
        return []
    entries = data.get("entries")
    pairs = [p for p in entries if isinstance(p, list) and len(p) == 2] if isinstance(entries, list) else data.items()
    return [_flat({str(name): array(values) for name, values in pairs})]


def _by_columns(rows: list[object]) -> dict[str, list[object]]:
    objects: list[dict[str, object]] = [row if isinstance(row, dict) else {"value": row} for row in rows]
    names = list(dict.fromkeys(str(name) for row in objects for name in row))[:_MAX_COLUMNS]
    return {name: [row.get(name) for row in objects] for name in names}


def _flat(columns: Mapping[str, list[object]]) -> dict[str, list[object]]:
    """Columns of lists as a column for each place in them."""
    flat: dict[str, list[object]] = {}
    for name, values in columns.items():
        width = max((len(v) for v in values if isinstance(v, list)), default=0)
        if not width:
            flat[name] = values
        for j in range(min(width, _MAX_COLUMNS)):
            flat[f"{name}[{j}]"] = [v[j] if isinstance(v, list) and j < len(v) else None for v in values]
    return dict(list(flat.items())[:_MAX_COLUMNS])


def array(value: object) -> list[object]:
    """An array as these libraries write it, empty where it is none."""
    if isinstance(value, list):
        return value[:MAX_VALUES]
    if not isinstance(value, dict):
        return []
    inner = value.get("array", value)
    if isinstance(inner, list):
        return inner[:MAX_VALUES]
    packed = value.get("bdata") or value.get("__ndarray__") or (inner.get("data") if isinstance(inner, dict) else None)
    dtype = _DTYPES.get(str(value.get("dtype")))
    if not isinstance(packed, str) or dtype is None:
        return []
    numbers = np.frombuffer(_decode(packed, np.dtype(dtype).itemsize), dtype=dtype)[:MAX_VALUES]
    shape = [int(n) for n in str(value.get("shape", "")).strip("[]()").replace(" ", "").split(",") if n.isdecimal()]
    if len(shape) == 2 and shape[0] * shape[1] == len(numbers):
        return list(numbers.reshape(shape).tolist())
    return list(numbers.tolist())


def _decode(text: str, size: int) -> bytes:
    try:
        content = base64.b64decode(text)
        if content.startswith(b"\x1f\x8b"):
            content = zlib.decompressobj(31).decompress(content, _MAX_BYTES)
    except (binascii.Error, ValueError, zlib.error):
        return b""
    return content[: len(content) // size * size]


def _cell(values: list[object], n: int) -> str:
    value = values[n] if n < len(values) else None
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, default=str)
