"""Cell keys: the same people get the same noise; the noise is what was asked for."""

import numpy as np
import pandas as pd
import pytest

from disclosure_control.core.errors import BadTable
from disclosure_control.tables.perturbation import Ptable, design_ptable, perturb_counts, record_keys

SECRET = b"a secret of 32 bytes, kept inside"


def people(size: int = 500) -> pd.DataFrame:
    random = np.random.default_rng(4)
    frame = pd.DataFrame({"area": random.choice(list("NSW"), size), "sex": random.choice(list("fm"), size)})
    who = pd.Series([f"p{i}" for i in range(size)])
    return frame.assign(who=who, key=record_keys(who, SECRET))


def test_equal_cells_of_two_tables_have_equal_noise() -> None:
    table = design_ptable(max_noise=3, variance=2.0)
    frame = people()
    one = perturb_counts(frame, ["area", "sex"], "key", table).set_index(["area", "sex"])
    two = perturb_counts(frame.sample(frac=1, random_state=1), ["sex"], "key", table).set_index("sex")
    assert one.perturbed["All", "f"] == two.perturbed["f"]
    assert one.n["All", "All"] == 500
    assert (np.abs(one.perturbed - one.n) <= 3).all()
    assert (one.perturbed != one.n).any()


def test_a_unit_counts_once_in_a_cell() -> None:
    frame = people(50)
    twice = pd.concat([frame, frame])
    table = design_ptable(2, 1.0)
    once = perturb_counts(frame, ["area"], "key", table)
    pd.testing.assert_frame_equal(perturb_counts(twice, ["area"], "key", table, unit="who"), once)


def test_small_perturbed_counts_are_missing_below_the_threshold() -> None:
    cells = perturb_counts(people(60), ["area", "sex"], "key", design_ptable(2, 1.0), threshold=10, margins=False)
    assert not (cells.area == "All").any()
    assert (cells.perturbed.dropna() >= 10).all()
    assert cells.perturbed.isna().any()


@pytest.mark.parametrize(("noise", "variance", "smallest"), [(2, 1.0, 0), (3, 2.5, 0), (5, 3.0, 3), (1, 0.5, 0)])
def test_the_noise_has_mean_nothing_and_the_variance_asked_for(noise: int, variance: float, smallest: int) -> None:
    table = design_ptable(noise, variance, smallest).noise
    counts = np.arange(1, len(table) + 1)
    assert (np.abs(table.mean(axis=1)) < 0.005).all()
    assert np.abs(table).max() == noise
    after = counts[:, None] + table
    assert after.min() >= 0
    assert not ((after > 0) & (after < smallest)).any()
    full = table[-1]
    assert abs(full.var() - variance) < 0.01
    assert set(np.unique(full)) == set(range(-noise, noise + 1))


def test_noise_that_cannot_be_had_is_refused() -> None:
    with pytest.raises(BadTable, match="variance"):
        design_ptable(2, 4.0)
    with pytest.raises(BadTable, match="no noise of mean 0"):
        design_ptable(1, 0.5, smallest=4)


def test_counts_with_two_possible_steps_take_them_so_that_the_mean_is_nothing() -> None:
    # Noise of at most 1, and results of 1 forbidden: a count of 1 becomes 0 or 2, one of 2 stays or becomes 3.
    noise = design_ptable(1, 0.5, smallest=2).noise
    assert sorted(set(noise[0].tolist())) == [-1, 1]
    assert abs(noise[0].mean()) < 0.005


def test_counts_above_the_ptable_use_its_last_rows_in_turn() -> None:
    frame = pd.DataFrame({"pcv": np.repeat([1, 2, 3], 2), "ckey": [0, 1] * 3, "pvalue": [0, 0, 1, 1, -1, -1]})
    table = Ptable.from_frame(frame, cycle=2)
    counts = np.array([0, 1, 2, 3, 4, 5, 6])
    assert table.of(counts, np.zeros(7, dtype=np.int64)).tolist() == [0, 0, 1, -1, 1, -1, 1]
    with pytest.raises(BadTable, match="every count"):
        Ptable.from_frame(frame[1:])
    with pytest.raises(BadTable, match="lacks pvalue"):
        Ptable.from_frame(frame.drop(columns="pvalue"))


def test_secrets_and_columns_are_needed() -> None:
    with pytest.raises(BadTable, match="16 bytes"):
        record_keys(pd.Series(["a"]), b"short")
    with pytest.raises(BadTable, match="lacks nothing"):
        perturb_counts(people(5), ["nothing"], "key", design_ptable(1, 0.5))
    assert (record_keys(pd.Series(["a"] * 3), SECRET) != record_keys(pd.Series(["a"] * 3), b"t" * 32)).any()


def test_the_mechanism_is_that_of_cell_key_perturbation() -> None:
    """The same keys and the same ptable give what the Office for National Statistics' package gives."""
    create = pytest.importorskip("cell_key_perturbation.create_perturbed_table").create_perturbed_table
    generate = pytest.importorskip("cell_key_perturbation.utils.generate_test_ptable").generate_ptable_10_5_rule
    theirs_table = generate()
    random = np.random.default_rng(9)
    frame = pd.DataFrame({"area": random.choice(list("NSWE"), 4_000), "band": random.choice(["1", "2", "3"], 4_000)})
    frame["key"] = random.integers(0, 256, len(frame))
    frame.loc[:1_500, "area"] = "N"
    theirs = create(frame, theirs_table, ["area"], ["band"], "key", use_existing_ons_id=False, threshold=10)
    ours = perturb_counts(
        frame, ["area", "band"], "key", Ptable.from_frame(theirs_table, cycle=250), threshold=10, margins=False
    )
    merged = theirs.merge(ours, on=["area", "band"])
    assert len(merged) == 12
    assert merged["count"].tolist() == merged["perturbed"].tolist()
