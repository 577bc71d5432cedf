"""Packages on disk: whole or not at all, plain files only."""

import pytest

from tre.adapters.release_packages import FolderPackages
from tre.core.errors import BadInput, NotFound


@pytest.fixture
def packages(tmp_path):
    return FolderPackages(tmp_path / "releases")


def test_there_and_back(packages):
    path = packages.write_package("rel-1", {"outputs/a.csv": b"1", "record.json": b"{}"})
    assert packages.read_package(path) == {"outputs/a.csv": b"1", "record.json": b"{}"}
    assert packages.package_path("rel-1") == path


def test_one_left_unfinished_is_replaced(packages, tmp_path):
    (tmp_path / "releases" / ".rel-1.partial").mkdir()
    (tmp_path / "releases" / ".rel-1.partial" / "old").write_bytes(b"x")
    path = packages.write_package("rel-1", {"a": b"1"})
    assert packages.read_package(packages.write_package("rel-1", {"b": b"2"})) == {"b": b"2"}
    assert [item.name for item in path.parent.iterdir()] == ["rel-1"]


@pytest.mark.parametrize("name", ["../out", "/etc/x", "a/../../b"])
def test_no_name_leads_out(packages, name):
    with pytest.raises(BadInput):
        packages.write_package("rel-1", {name: b""})


def test_a_link_in_a_package_is_refused(packages, tmp_path):
    path = packages.write_package("rel-1", {"a": b"1"})
    (path / "b").symlink_to(path / "a")
    with pytest.raises(BadInput):
        packages.read_package(path)


@pytest.mark.parametrize("name", ["none", "../releases"])
def test_an_unknown_release_is_not_found(packages, name):
    with pytest.raises(NotFound):
        packages.package_path(name)
