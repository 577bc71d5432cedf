"""Settings: typed, frozen, unknown keys refused."""

from pathlib import Path

import pytest

from tre.core.errors import BadInput
from tre.settings import Settings


def test_the_defaults_need_nothing():
    assert Settings.load({}).home == Path(".tre").absolute()


def test_the_environment_wins_over_the_file(tmp_path):
    file = tmp_path / "tre.toml"
    file.write_text("port = 9000\nhost = '127.0.0.2'\n")
    loaded = Settings.load({"TRE_CONFIG": str(file), "TRE_PORT": "9001"})
    assert (loaded.port, loaded.host) == (9001, "127.0.0.2")


def test_an_unknown_key_is_refused_with_a_hint(tmp_path):
    with pytest.raises(BadInput, match="Did you mean 'database_url'"):
        Settings.load({"TRE_DATABSE_URL": "sqlite://"})
    file = tmp_path / "tre.toml"
    file.write_text("prot = 1\n")
    with pytest.raises(BadInput, match="Did you mean 'port'"):
        Settings.load({"TRE_CONFIG": str(file)})


@pytest.mark.parametrize(("name", "value"), [("PORT", "0"), ("PORT", "eighty"), ("APPROVALS_NEEDED", "1")])
def test_an_unusable_value_is_refused_by_name(name, value):
    with pytest.raises(BadInput, match=name.lower()):
        Settings.load({f"TRE_{name}": value})


def test_fewer_than_two_approvals_can_never_be_set():
    with pytest.raises(BadInput):
        Settings.load({}, approvals_needed=1)


def test_a_missing_or_broken_file_is_refused(tmp_path):
    with pytest.raises(BadInput):
        Settings.load({"TRE_CONFIG": str(tmp_path / "none.toml")})
    file = tmp_path / "tre.toml"
    file.write_text("port = ")
    with pytest.raises(BadInput):
        Settings.load({"TRE_CONFIG": str(file)})


def test_settings_survive_the_way_through_an_environment(tmp_path):
    first = Settings.load(
        {}, home=tmp_path, port=9123, training_needed=["safe", "law"], oidc_secret_file=tmp_path / "secret"
    )
    assert Settings.load(first.as_environment()) == first
    assert Settings.load(Settings.load({}).as_environment()) == Settings.load({})


def test_a_list_is_words_in_the_environment_and_a_list_in_the_file(tmp_path):
    file = tmp_path / "tre.toml"
    file.write_text("training_needed = ['safe', 'law']\n")
    assert Settings.load({"TRE_CONFIG": str(file)}).training_needed == ("safe", "law")
    assert Settings.load({"TRE_TRAINING_NEEDED": " safe, law ,"}).training_needed == ("safe", "law")
