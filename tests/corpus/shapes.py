"""Tables in other shapes than rows of a file: JSON in every form, and tables that lie on their side."""

import json
from collections.abc import Iterator
from typing import Any

from tests.corpus.case import Case, counts, people

_RULE = "microdata.records"


def leaks() -> Iterator[Case]:
    bare = people().drop(columns="patient_id")
    keyed = people().set_index("patient_id")
    forms: dict[str, tuple[Any, str]] = {
        "lists": (bare.to_numpy().tolist(), "lists 1"),
        "header-and-lists": ([list(bare.columns), *bare.to_numpy().tolist()], "lists 1"),
        "keyed-objects": (keyed.to_dict("index"), "keys 1"),
        "keyed-lists": ({key: list(row) for key, row in keyed.iterrows()}, "keys 1"),
        "pandas-columns": (json.loads(bare.to_json()), "keys 1"),
        "pandas-split": (json.loads(bare.to_json(orient="split")), "lists 1"),
        "pandas-table": (json.loads(bare.to_json(orient="table")), "list"),
        "deep": ({"run": [{"model": {"rows": bare.to_dict("records")}}]}, "list 1"),
        "objects-in-rows": ([{"who": {"age": r.age, "bmi": r.bmi}, "pay": r.pay} for r in bare.itertuples()], "list 1"),
    }
    for name, (document, place) in forms.items():
        yield Case(f"shape-{name}.json", json.dumps(document).encode(), _RULE, place)
    yield Case("on-its-side.csv", bare.T.to_csv().encode(), _RULE, "rows as columns")
    small = {"North": 120, "South": 3, "East": 44}
    yield Case("small-keyed.json", json.dumps({"n": small}).encode(), "table.possible-small-count", "key 2")
    rows = {area: {"women": n, "men": 100} for area, n in small.items()}
    yield Case("small-keyed-rows.json", json.dumps(rows).encode(), "table.small-count", "key 2")


def twins() -> Iterator[Case]:
    table = counts().set_index("area")
    yield Case("shape-keyed.json", json.dumps(table.to_dict("index")).encode())
    yield Case("shape-columns.json", table.to_json().encode())
    yield Case("shape-split.json", table.to_json(orient="split").encode())
    yield Case("shape-settings.json", json.dumps({"folds": 5, "seed": 42, "depth": 3}).encode())
    years = {str(year): [1200 + year % 7, 1300 + year % 11] for year in range(1960, 2024)}
    lines = [["sex", *years], *(["fm"[i], *(str(v[i]) for v in years.values())] for i in (0, 1))]
    yield Case("shape-years.csv", "\n".join(",".join(line) for line in lines).encode())
