"""Control groups against folders that look like the kernel's; the real ones are used in tests/attack/sandbox."""

import os
import signal
import subprocess
from pathlib import Path

import pytest

from tre.adapters.sandbox import cgroups
from tre.adapters.sandbox.mode import Mode
from tre.projects.workspace import Limits

LIMITS = Limits(memory_bytes=1000, cpus=1.5, processes=7)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    file = tmp_path / "own"
    file.write_text("4:memory:/service\n3:pids:/\n1:cpu,cpuacct:/\n0::/user/service\n")
    return file


def version_1(mount: Path) -> Path:
    for place in ("memory/service", "pids", "cpu"):
        (mount / place).mkdir(parents=True)
    return mount


def version_2(mount: Path, *, offered: str = "cpu memory pids") -> Path:
    mount.mkdir(exist_ok=True)
    (mount / "cgroup.controllers").write_text(offered)
    base = mount / "tre" if os.geteuid() == 0 else mount / "user" / "service"
    base.mkdir(parents=True)
    (base / "cgroup.controllers").write_text(offered)
    (base / "cgroup.subtree_control").write_text("")
    (base / "cgroup.procs").write_text("41\n42\n")
    return base


def test_version_1_sets_each_limit_below_our_own_group(tmp_path, own):
    mount = version_1(tmp_path / "cgroup")
    group = cgroups.create(LIMITS, mount=mount, membership=own)
    assert group.mode == "cgroup-v1"
    assert group.folders["memory"].is_relative_to(mount / "memory" / "service" / "tre")
    assert (group.folders["memory"] / "memory.limit_in_bytes").read_text() == "1000"
    assert (group.folders["pids"] / "pids.max").read_text() == "7"
    assert (group.folders["cpu"] / "cpu.cfs_quota_us").read_text() == "150000"


def test_version_1_without_memory_is_no_limit_at_all(tmp_path, own):
    (tmp_path / "cgroup" / "pids").mkdir(parents=True)
    assert cgroups.create(LIMITS, mount=tmp_path / "cgroup", membership=own) is None
    assert list((tmp_path / "cgroup" / "pids" / "tre").iterdir()) == []


def test_version_2_is_preferred_and_moves_our_processes_out_of_the_way(tmp_path, own):
    base = version_2(version_1(tmp_path / "cgroup"))
    group = cgroups.create(LIMITS, mount=tmp_path / "cgroup", membership=own)
    assert group.mode == "cgroup-v2"
    folder = group.folders["unified"]
    assert folder.parent == base
    assert (folder / "memory.max").read_text() == "1000"
    assert (folder / "cpu.max").read_text() == "150000 100000"
    assert (base / "cgroup.subtree_control").read_text() == "+memory +pids +cpu"
    assert (base / "main" / "cgroup.procs").read_text() == "42"


def test_version_2_that_was_not_delegated_is_not_used(tmp_path, own):
    version_2(tmp_path / "cgroup", offered="cpu")
    assert cgroups.create(LIMITS, mount=tmp_path / "cgroup", membership=own) is None


@pytest.mark.parametrize(("mode", "name"), [(Mode.CGROUP_V1, "memory.oom_control"), (Mode.CGROUP_V2, "memory.events")])
def test_a_kill_for_memory_is_told_from_the_kernels_count(tmp_path, mode, name):
    group = cgroups.Group(mode, {"memory": tmp_path, "unified": tmp_path})
    assert not group.out_of_memory()
    (tmp_path / name).write_text("oom_kill_disable 0\nunder_oom 0\noom_kill 0\n")
    assert not group.out_of_memory()
    (tmp_path / name).write_text("oom_kill_disable 0\nunder_oom 0\noom_kill 2\n")
    assert group.out_of_memory()


def test_groups_of_killed_makers_are_swept_and_those_of_living_ones_kept(tmp_path, own):
    mount = version_1(tmp_path / "cgroup")
    base = mount / "pids" / "tre"
    gone, living = base / "4194399-aa", base / f"{os.getpid()}-bb"
    gone.mkdir(parents=True)
    living.mkdir()
    cgroups.create(LIMITS, mount=mount, membership=own)
    assert not gone.exists()
    assert living.exists()


def test_what_a_killed_maker_left_running_is_ended_at_the_next_start(tmp_path, own):
    """A real process in the group of a maker that has gone; that of one who lives is left alone."""
    mount = version_1(tmp_path / "cgroup")
    gone = subprocess.Popen(["/bin/true"])
    gone.wait()
    left, kept = (subprocess.Popen(["/bin/sleep", "60"]) for _ in range(2))
    try:
        for maker, process in ((gone.pid, left), (os.getpid(), kept)):
            folder = mount / "pids" / cgroups.FOLDER / f"{maker}-0a0b0c0d"
            folder.mkdir(parents=True)
            (folder / "cgroup.procs").write_text(f"{process.pid}\n")
        cgroups.create(LIMITS, mount=mount, membership=own)
        assert left.wait(5) == -signal.SIGKILL
        assert kept.poll() is None
    finally:
        left.kill()
        kept.kill()
