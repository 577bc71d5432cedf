"""Linkage around the matcher: one to one, a spine without identifiers, measured against a truth it never saw."""

import polars
import pytest

from tests.conftest import CONTRACT, delivery
from tests.stores import stores
from tre.catalogue.contract import read_contract
from tre.catalogue.link import against_truth, link, one_to_one, shared_identifiers
from tre.catalogue.ports import Pair
from tre.core import clock
from tre.core.errors import BadInput
from tre.core.ids import DatasetId


def test_each_record_stands_in_one_pair_the_most_probable():
    pairs = [Pair("a", "x", 0.9), Pair("a", "y", 0.95), Pair("b", "y", 0.8), Pair("b", "x", 0.7)]
    assert one_to_one(pairs) == [Pair("a", "y", 0.95), Pair("b", "x", 0.7)]


def test_ties_do_not_depend_on_order():
    pairs = [Pair("a", "x", 0.9), Pair("a", "y", 0.9), Pair("b", "x", 0.9)]
    assert one_to_one(pairs) == one_to_one(pairs[::-1])


@pytest.mark.parametrize(
    ("pairs", "truth", "expected"),
    [
        ([], set(), (0, 0, 0)),
        ([], {("a", "x")}, (0, 0, 0)),
        ([Pair("a", "x", 1)], {("a", "x"), ("b", "y")}, (1, 0.5, 2 / 3)),
        ([Pair("a", "y", 1)], {("a", "x")}, (0, 0, 0)),
    ],
)
def test_quality_against_the_truth(pairs, truth, expected):
    assert tuple(against_truth(pairs, truth).values()) == pytest.approx(expected)


def test_fewer_than_two_shared_identifiers_cannot_link():
    other = read_contract(CONTRACT.replace("name: surname", "name: family_name"))
    with pytest.raises(BadInput, match="fewer than two"):
        shared_identifiers(read_contract(CONTRACT), other)


def test_the_keys_of_the_departments_are_never_compared():
    shared = shared_identifiers(read_contract(CONTRACT), read_contract(CONTRACT))
    assert [column.name for column in shared] == ["surname", "born"]


class _Exact:
    """A matcher that joins on both identifiers; tests of Splink itself run the demo's deliveries."""

    def match(self, left, right, shared):
        names = [column.name for column in shared]
        one, two = polars.read_parquet(left), polars.read_parquet(right)
        joined = one.join(two, on=names)
        return [Pair(a, b, 1.0) for a, b in zip(joined["row_key"], joined["row_key_right"], strict=True)]


def test_the_spine_holds_person_keys_and_no_identifier(wages, tmp_path):
    other = tmp_path / "care.yaml"
    other.write_text(CONTRACT.replace("id: wages", "id: care"))
    path = tmp_path / "care.csv"
    path.write_text(delivery(10))
    wages.ingest("dana", other, path)
    catalogue = stores(wages).catalogue
    left, right = (catalogue.version(DatasetId(name)) for name in ("wages", "care"))
    truth = tmp_path / "truth.csv"
    truth.write_text("wages,care\n" + "".join(f"R{n},R{n}\n" for n in range(10)))
    made = link(left, right, _Exact(), catalogue, links=tmp_path / "links", actor="dana", now=clock.now(), truth=truth)
    assert made.quality["f1"] == 1.0
    spine = polars.read_parquet(made.spine_path)
    assert spine.columns == ["dataset", "row_key", "person_key"]
    assert len(spine) == 50
    assert spine["person_key"].n_unique() == 40, "ten people stand in both"
    assert catalogue.link_of([DatasetId("care"), DatasetId("wages")]).id == made.id
