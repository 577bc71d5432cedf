"""The vault: what comes out is what went in, or an error."""

import pytest

from tre.adapters.vault import FolderVault, write_whole
from tre.core.digest import of_bytes
from tre.core.errors import IntegrityError, NotFound


@pytest.fixture
def vault(tmp_path):
    return FolderVault(tmp_path / "vault")


def test_there_and_back(vault):
    assert vault.get(vault.put(b"data")) == b"data"
    assert vault.put(b"data") == of_bytes(b"data")


@pytest.mark.parametrize("name", ["", "0" * 64, "../secrets", "A" * 64, "0" * 63 + "/"])
def test_what_is_not_there_is_not_found(vault, name):
    with pytest.raises(NotFound):
        vault.get(name)


def test_a_changed_file_is_never_given_out(vault, tmp_path):
    name = vault.put(b"data")
    (tmp_path / "vault" / name[:2] / name[2:]).write_bytes(b"tada")
    with pytest.raises(IntegrityError):
        vault.get(name)


def test_a_link_is_never_followed(vault, tmp_path):
    name = of_bytes(b"secret")
    (tmp_path / "outside").write_bytes(b"secret")
    (tmp_path / "vault" / name[:2]).mkdir()
    (tmp_path / "vault" / name[:2] / name[2:]).symlink_to(tmp_path / "outside")
    with pytest.raises(NotFound):
        vault.get(name)


def test_a_write_that_fails_leaves_nothing(tmp_path, monkeypatch):
    def broken(_):
        raise OSError("no space")

    monkeypatch.setattr("tre.adapters.vault.os.fsync", broken)
    with pytest.raises(OSError, match="no space"):
        write_whole(tmp_path / "file", b"data")
    assert list(tmp_path.iterdir()) == []
