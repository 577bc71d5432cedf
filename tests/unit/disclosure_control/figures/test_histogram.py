import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

from disclosure_control.core.errors import BadTable
from disclosure_control.core.policy import Policy
from disclosure_control.figures.histogram import are_round, bin_cells, check_edges, draw, round_edges
from disclosure_control.formats.images.png import same_pixels
from disclosure_control.tables.sensitivity import judge_cells
from disclosure_control.tables.suppression.protection import protect_table


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("bins", [1, 7, 40])
def test_round_edges_hold_every_value_and_are_none_of_them(seed: int, bins: int) -> None:
    values = pd.Series(np.random.default_rng(seed).lognormal(2, 2, 500))
    edges = round_edges(values, bins)
    assert edges[0] <= values.min() < values.max() < edges[-1]
    assert len(edges) - 1 <= bins + 2
    assert are_round(edges)
    assert not set(edges) & set(values)


def test_bins_hold_what_numpy_counts() -> None:
    values = pd.Series(np.random.default_rng(1).normal(50, 20, 1_000).round(1))
    edges = (0.0, 25.0, 50.0, 75.0, 100.0)
    cells = bin_cells(values, edges, None)
    expected, _ = np.histogram(values, bins=edges)
    assert cells.n.tolist() == [*expected.tolist(), int(expected.sum())]


def test_the_last_edge_belongs_to_the_last_bin_and_people_are_counted_once() -> None:
    cells = bin_cells(pd.Series([0.0, 10.0, 10.0, np.nan]), (0.0, 5.0, 10.0), pd.Series(["a", "b", "b", "c"]))
    assert cells.n.tolist() == [1, 2, 3]
    assert cells.units.tolist() == [1, 1, 2]


@pytest.mark.parametrize("edges", [[1.0], [1.0, 1.0], [2.0, 1.0], [0.0, np.inf], list(range(600))])
def test_edges_must_rise(edges: list[float]) -> None:
    with pytest.raises(BadTable):
        check_edges(edges)


@pytest.mark.parametrize(("values", "bins"), [([], 5), ([np.inf], 5), ([1.0], 0), ([1.0], 1_000)])
def test_what_cannot_be_binned_is_refused(values: list[float], bins: int) -> None:
    with pytest.raises(BadTable):
        round_edges(pd.Series(values, dtype=float), bins)


EDGES = tuple(float(edge) for edge in range(0, 110, 10))


def safe_bins(tail: int, place: float = 95.0, end: int = 100) -> pd.DataFrame:
    values = pd.Series([5.0] * 40 + [15.0] * 30 + [place] * tail)
    cells = bin_cells(values, EDGES[: end // 10 + 1], None)
    return protect_table(judge_cells(cells, Policy()), ["bin"], policy=Policy())


def test_drawing_is_deterministic_and_ignores_the_researchers_style() -> None:
    plain = draw(safe_bins(30), EDGES, "pay", "Rows")
    with mpl.rc_context({"axes.facecolor": "red", "font.size": 30}):
        styled = draw(safe_bins(30), EDGES, "pay", "Rows")
    assert plain == styled
    assert b"tEXt" not in plain


def test_a_small_tail_is_not_drawn_and_its_place_is_not_told() -> None:
    one = draw(safe_bins(3), EDGES, "pay", "Rows")
    assert same_pixels(one, draw(safe_bins(1), EDGES, "pay", "Rows"))
    assert same_pixels(one, draw(safe_bins(3, place=35.0, end=40), EDGES[:5], "pay", "Rows"))
    assert not same_pixels(one, draw(safe_bins(30), EDGES, "pay", "Rows"))


def test_a_title_is_text_and_never_mathematics() -> None:
    assert draw(safe_bins(30), EDGES, r"$\frac{a}{$ pay", "Rows").startswith(b"\x89PNG")
