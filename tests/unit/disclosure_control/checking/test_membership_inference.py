"""Attacks on fitted models: what is refused before any, and, where SACRO-ML is installed, what they find."""

import importlib.util
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import skops.io
from sklearn.linear_model import LinearRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from disclosure_control.checking.membership_inference import assess_model
from disclosure_control.core.errors import BadTable, DisclosureError, MissingExtra

HERE = importlib.util.find_spec("sacroml") is not None
COLUMNS = ["age", "pay", "visits"]


@pytest.fixture
def people() -> pd.DataFrame:
    random = np.random.default_rng(5)
    frame = pd.DataFrame(random.normal(size=(800, 3)), columns=COLUMNS)
    return frame.assign(ill=np.where(frame["age"] + random.normal(size=800) > 0, "yes", "no"))


def kept(model, people: pd.DataFrame, folder: Path) -> Path:
    path = folder / "model.skops"
    path.write_bytes(skops.io.dumps(model.fit(people[COLUMNS][:400], people["ill"][:400])))
    return path


def assessed(path: Path, people: pd.DataFrame):
    return assess_model(path, people[:400], people[400:], "ill")


def test_a_model_that_stays_inside_is_not_attacked(people, tmp_path):
    with pytest.raises(DisclosureError, match="stays inside"):
        assessed(kept(KNeighborsClassifier(), people, tmp_path), people)


def test_only_classifiers_are_attacked(people, tmp_path):
    numbers = people.assign(ill=(people["ill"] == "yes").astype(float))
    with pytest.raises(DisclosureError, match="classifier"):
        assessed(kept(LinearRegression(), numbers, tmp_path), numbers)


def test_rows_without_the_target_are_refused(people, tmp_path):
    path = kept(DecisionTreeClassifier(max_depth=2), people, tmp_path)
    with pytest.raises(BadTable, match="'sick'"):
        assess_model(path, people[:400], people[400:], "sick")


def test_too_few_rows_are_refused(people, tmp_path):
    path = kept(DecisionTreeClassifier(max_depth=2), people, tmp_path)
    with pytest.raises(BadTable, match="100 or more"):
        assess_model(path, people[:400], people[400:420], "ill")


def test_rows_that_the_model_does_not_know_are_refused(people, tmp_path):
    path = kept(DecisionTreeClassifier(max_depth=2), people, tmp_path)
    strange = people.rename(columns={"age": "years"})
    with pytest.raises(BadTable, match="cannot be applied"):
        assess_model(path, strange[:400], strange[400:], "ill")


@pytest.mark.skipif(HERE, reason="SACRO-ML is installed")
def test_without_the_extra_it_says_what_to_install(people, tmp_path):
    with pytest.raises(MissingExtra, match=r"tre-toolkit\[models\]"):
        assessed(kept(DecisionTreeClassifier(max_depth=2), people, tmp_path), people)


@pytest.mark.skipif(not HERE, reason="needs the extra models, which brings torch")
def test_a_model_that_learnt_by_heart_tells_more_of_whom_it_knows(people, tmp_path):
    by_heart = assessed(kept(DecisionTreeClassifier(random_state=0), people, tmp_path), people)
    wide = assessed(kept(DecisionTreeClassifier(min_samples_leaf=60, random_state=0), people, tmp_path), people)
    assert {attack.name for attack in by_heart.attacks if attack.succeeded} == {"LiRA"}
    assert by_heart.accuracy[0] == 1.0
    assert by_heart.attacks[0].auc > wide.attacks[0].auc + 0.1
    fewer = people[["age", "ill"]]
    stump = DecisionTreeClassifier(max_depth=1).fit(fewer[["age"]][:400], fewer["ill"][:400])
    (tmp_path / "stump.skops").write_bytes(skops.io.dumps(stump))
    alone = assessed(tmp_path / "stump.skops", fewer)
    assert alone.attacks[0].auc != wide.attacks[0].auc, "nothing of another subject is kept"
    assert not Path("outputs").exists()
    assert "Worst case cannot tell them apart" in wide.to_text()


@pytest.mark.skipif(not HERE, reason="needs the extra models, which brings torch")
def test_the_last_step_of_a_pipeline_is_attacked(people, tmp_path):
    piped = make_pipeline(StandardScaler(), DecisionTreeClassifier(random_state=0))
    assert assessed(kept(piped, people, tmp_path), people).to_dict()["succeeded"] == ["LiRA"]
