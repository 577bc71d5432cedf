"""The vault: what comes out is what went in, or an error."""

import os

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


def test_a_folder_that_is_a_link_is_never_followed(vault, tmp_path):
    name = of_bytes(b"secret")
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / name[2:]).write_bytes(b"secret")
    (tmp_path / "vault" / name[:2]).symlink_to(outside)
    with pytest.raises(NotFound):
        vault.get(name)
    with pytest.raises(IntegrityError):
        vault.put(b"secret")
    assert [path.name for path in outside.iterdir()] == [name[2:]]


def test_a_partial_or_foreign_file_is_replaced_by_the_whole(vault, tmp_path):
    name = of_bytes(b"data")
    path = tmp_path / "vault" / name[:2] / name[2:]
    path.parent.mkdir()
    path.write_bytes(b"da")
    assert vault.get(vault.put(b"data")) == b"data"
    path.unlink()
    (tmp_path / "outside").write_bytes(b"data")
    path.symlink_to(tmp_path / "outside")
    assert vault.get(vault.put(b"data")) == b"data"
    assert not path.is_symlink()
    assert (tmp_path / "outside").read_bytes() == b"data"


def test_a_pipe_in_the_place_of_a_file_holds_nobody_up(vault, tmp_path):
    name = of_bytes(b"data")
    (tmp_path / "vault" / name[:2]).mkdir()
    os.mkfifo(tmp_path / "vault" / name[:2] / name[2:])
    with pytest.raises(NotFound):
        vault.get(name)


def test_a_write_that_fails_leaves_nothing(tmp_path, monkeypatch):
    def broken(_):
        raise OSError("no space")

    monkeypatch.setattr("tre.adapters.vault.os.fsync", broken)
    with pytest.raises(OSError, match="no space"):
        write_whole(tmp_path / "file", b"data")
    assert list(tmp_path.iterdir()) == []
