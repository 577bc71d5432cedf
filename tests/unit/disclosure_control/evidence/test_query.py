import json
from typing import Any

import pytest

from disclosure_control.core.errors import BadEvidence
from disclosure_control.evidence.parse_query import from_dict
from disclosure_control.evidence.query import HistogramQuery, Query, RegressionQuery, TableQuery, to_dict

TABLE = TableQuery(("area",), ("sex",), (("mean", "pay"), ("count", None)), True, "person_id", "suppress")
HISTOGRAM = HistogramQuery("pay", (0.0, 10.0, 20.0), None, "none")
MODEL = RegressionQuery("pay", ("age", "area"), None, "pay ~ age + C(area)", "person_id")


@pytest.mark.parametrize("query", [TABLE, HISTOGRAM, MODEL])
def test_a_query_survives_json(query: Query) -> None:
    assert from_dict(json.loads(json.dumps(to_dict(query)))) == query


@pytest.mark.parametrize(
    ("query", "change"),
    [
        (TABLE, {"method": "pivot"}),
        (TABLE, {"method": ["crosstab"]}),
        (TABLE, {"rows": [""]}),
        (TABLE, {"rows": ["a" * 300]}),
        (TABLE, {"rows": ["a\nb"]}),
        (TABLE, {"rows": ["sex"]}),
        (TABLE, {"rows": "area"}),
        (TABLE, {"rows": []}),
        (TABLE, {"rows": ["a", "b", "c", "d"]}),
        (TABLE, {"measures": []}),
        (TABLE, {"measures": [["max", "pay"]]}),
        (TABLE, {"measures": [[["mean"], "pay"]]}),
        (TABLE, {"measures": [["mean", None]]}),
        (TABLE, {"measures": [["mean", "pay"], ["mean", "pay"]]}),
        (TABLE, {"measures": [["mean", "pay", "age"]]}),
        (TABLE, {"measures": [["count", f"c{i}"] for i in range(30)]}),
        (TABLE, {"measures": "mean"}),
        (TABLE, {"margins": 1}),
        (TABLE, {"mitigation": "wish"}),
        (TABLE, {"extra": 1}),
        (HISTOGRAM, {"edges": [0, "10"]}),
        (HISTOGRAM, {"edges": [10, 0]}),
        (HISTOGRAM, {"edges": [0, 10**400]}),
        (HISTOGRAM, {"edges": 5}),
        (HISTOGRAM, {"edges": [True, 5]}),
        (MODEL, {"formula": "pay ~ __import__('os').system('id')"}),
        (MODEL, {"formula": "pay ~ age + area + other"}),
        (MODEL, {"exog": "age"}),
        (MODEL, {"exog": [f"c{i}" for i in range(300)], "formula": None}),
    ],
)
def test_a_strangers_query_is_checked_field_by_field(query: Query, change: dict[str, Any]) -> None:
    with pytest.raises(BadEvidence):
        from_dict(to_dict(query) | change)


@pytest.mark.parametrize("data", [None, [], "crosstab", {}])
def test_what_is_no_query_is_refused(data: object) -> None:
    with pytest.raises(BadEvidence):
        from_dict(data)
