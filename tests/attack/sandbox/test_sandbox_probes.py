"""From inside a real sandbox: what an adversary with a notebook would try first."""

# ruff: noqa: S108
import json
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tre.projects import compute
from tre.projects.workspace import Limits

pytestmark = pytest.mark.sandbox

READ_ONLY = ["/data", "/usr", "/etc", "/", "/dev", "/opt/tre/venv", "/opt/tre/lib/tre", "/opt/tre"]
ROOT = {
    "bin",
    "data",
    "dev",
    "etc",
    "home",
    "lib",
    "lib32",
    "lib64",
    "libx32",
    "opt",
    "proc",
    "sbin",
    "sys",
    "tmp",
    "usr",
}
HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def host_sockets() -> Iterator[tuple[int, str]]:
    """A server on the host's loopback and one on an abstract unix address, both listening."""
    with socket.create_server(("127.0.0.1", 0)) as tcp, socket.socket(socket.AF_UNIX) as unix:
        abstract = f"tre-attack-{tcp.getsockname()[1]}"
        unix.bind("\0" + abstract)
        unix.listen()
        # They can be reached from here, so that failing inside means something.
        socket.create_connection(tcp.getsockname(), 3).close()
        yield tcp.getsockname()[1], abstract


@pytest.fixture(scope="module")
def seen(outside, host_sockets) -> dict:
    port, abstract = host_sockets
    given = {
        "port": port,
        "abstract": abstract,
        "host_paths": [
            str(outside.scratch),
            str(outside.scratch / "other-home"),
            str(HERE),
            "/root",
            "/var",
            "/run",
            "/sys/class",
            "/sys/kernel",
            "/sys/fs/cgroup/cgroup.procs",
            "/etc/shadow",
            "/etc/hostname.real",
            "/opt/tre/lib/hub_config",
        ],
        "read": ["/data/view.parquet", "/data/private"],
        "write": [*READ_ONLY, "/home/researcher", "/tmp", "/dev/shm"],
    }
    text = (HERE / "inside.py").read_text()
    report = outside.open(["/opt/tre/venv/bin/python", "-I", "-c", text, json.dumps(given)])
    assert report["returncode"] == 0, report["log"]
    return json.loads(report["log"])


def test_the_only_interface_is_its_own_loopback(seen):
    assert seen["interfaces"] == ["lo"]


@pytest.mark.parametrize("way", ["tcp", "tcp6", "abstract"])
def test_servers_of_the_host_are_out_of_reach(seen, way):
    assert seen["connect"][way] == "ECONNREFUSED"


def test_there_is_no_way_to_any_other_machine(seen):
    assert seen["connect"]["outside"] == "ENETUNREACH"
    assert seen["connect"]["name"] != "done"


@pytest.mark.parametrize("kind", ["packet", "vsock", "alg", "netlink audit", "hidden in the high half"])
def test_unusual_socket_families_are_refused(seen, kind):
    assert seen["socket"][kind] == "EAFNOSUPPORT"


def test_raw_sockets_are_refused_and_usual_ones_work(seen):
    assert seen["socket"]["raw"] == "EPERM"
    assert seen["socket"]["unix"] == seen["socket"]["inet"] == "done"


def test_other_homes_and_the_hosts_state_are_not_there(seen):
    assert not any(seen["exists"].values()), seen["exists"]
    assert seen["homes"] == ["researcher"]
    assert set(seen["root"]) <= ROOT
    # Nothing of the kernel's own: small files that tell of the workspace's limits.
    assert set(seen["sys"]) == {place for place in compute.files(Limits()) if place.startswith("/sys/")}


@pytest.mark.parametrize("place", READ_ONLY)
def test_nothing_shared_can_be_written(seen, place):
    assert seen["write"][place] in {"EROFS", "EACCES"}
    if place in {"/data", "/usr", "/opt/tre/venv", "/opt/tre/lib/tre", "/", "/dev", "/etc"}:
        assert seen["write"][place] == "EROFS"


def test_home_and_scratch_can_be_written(seen):
    assert {seen["write"][place] for place in ("/home/researcher", "/tmp", "/dev/shm")} == {"done"}


def test_it_holds_no_capability_and_can_gain_none(seen):
    for kind in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
        assert int(seen["status"][kind], 16) == 0
    assert seen["status"]["NoNewPrivs"] == "1"
    assert seen["status"]["Seccomp"] == "2"
    assert all(seen["nosuid"].values()), seen["nosuid"]


def test_it_is_an_ordinary_user_without_groups(seen):
    assert seen["ids"] == [1000] * 6
    assert [group for group in seen["groups"] if group not in {1000, 65534}] == []


@pytest.mark.parametrize("name", ["unshare", "unshare program", "mount", "TIOCSTI", "setuid 0", "chown"])
def test_calls_that_widen_rights_are_refused(seen, name):
    assert seen["call"][name] in {"EPERM", "EINVAL"}
    if name in {"unshare", "mount", "TIOCSTI"}:
        assert seen["call"][name] == "EPERM"


@pytest.mark.parametrize("name", ["clone3", "memfd_create", "shmget"])
def test_calls_that_escape_filter_or_limits_are_absent(seen, name):
    assert seen["call"][name] == "ENOSYS"


def test_only_its_own_processes_are_seen_and_they_name_no_place_of_the_host(seen, outside):
    assert len(seen["processes"]) <= 3
    # What follows -c is this test's own program, which names places to look for.
    for text in (command.partition("-c\0")[0] for command in seen["processes"].values()):
        assert str(outside.scratch) not in text
        assert sys.prefix not in text


def test_no_descriptor_but_the_three_is_inherited(seen):
    assert seen["descriptors"] == [0, 1, 2]


def test_nothing_of_the_hosts_environment_is_inside(seen, outside):
    values = seen["environment"]
    assert "A_SECRET_OF_THE_HOST" not in values
    assert not any(str(outside.scratch) in value or sys.prefix in value for value in values.values())
    assert values["HOME"] == "/home/researcher"


def test_files_are_read_with_the_rights_of_nobody_in_particular(seen, outside):
    assert seen["read"]["/data/view.parquet"] == "done"
    # A file that only root may read stays closed though root opened the sandbox.
    assert seen["read"]["/data/private"] == ("EACCES" if outside.is_root else "done")


def test_limits_of_single_processes_are_on(seen):
    assert seen["limits"]["Max core file size"] == ["0", "0"]
    assert seen["limits"]["Max open files"] == ["4096", "4096"]
    assert seen["limits"]["Max processes"] == ["512", "512"]
