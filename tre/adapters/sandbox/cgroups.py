"""Control groups for one sandbox: made, read and removed, version 2 when delegated, else version 1.

A group is made below a folder that this process may write; nothing is changed above it. Which mechanism is used is
decided in ``limits``.
"""

import contextlib
import os
import secrets
import signal
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tre.adapters.sandbox.mode import Mode
from tre.projects.workspace import Limits

FOLDER: Final = "tre"
_MOUNT: Final = Path("/sys/fs/cgroup")
_SELF: Final = Path("/proc/self/cgroup")
_PERIOD_US: Final = 100_000
_NEEDED: Final = ("memory", "pids")
_OPTIONAL: Final = ("cpu",)
_SWEEP_PATIENCE_S: Final = 1.0


@dataclass(frozen=True)
class Group:
    """The control group of one sandbox.

    Attributes:
        mode: which version of control groups.
        folders: controller to folder; version 2 has one folder, ``unified``.
    """

    mode: Mode
    folders: Mapping[str, Path]

    @property
    def entrances(self) -> tuple[Path, ...]:
        """The files in which a process writes 0 to join."""
        return tuple(folder / "cgroup.procs" for folder in self.folders.values())

    def processes(self) -> set[int]:
        """Every process in the group."""
        processes: set[int] = set()
        for entrance in self.entrances:
            with contextlib.suppress(OSError):
                processes |= {int(line) for line in entrance.read_text().split()}
        return processes

    def out_of_memory(self) -> bool:
        """Whether the kernel has killed a process of the group for its memory."""
        name = "memory.oom_control" if self.mode is Mode.CGROUP_V1 else "memory.events"
        folder = self.folders["memory" if self.mode is Mode.CGROUP_V1 else "unified"]
        with contextlib.suppress(OSError):
            for line in (folder / name).read_text().splitlines():
                key, _, count = line.partition(" ")
                if key == "oom_kill":
                    return int(count) > 0
        return False

    def remove(self, *, patience_s: float = 5.0) -> None:
        """Kill whatever is left and remove the group."""
        until = time.monotonic() + patience_s
        while (processes := self.processes()) and time.monotonic() < until:
            for pid in processes:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.02)
        for folder in self.folders.values():
            _remove_folder(folder, until)


def create(limits: Limits, *, mount: Path = _MOUNT, membership: Path = _SELF) -> Group | None:
    """A new group with ``limits``, or None when this process may make none.

    Args:
        limits: memory, processor time and number of processes.
        mount: where control groups are mounted.
        membership: the file that names this process's own groups.
    """
    paths = _own_paths(membership)
    return _create_v2(limits, mount, paths) or _create_v1(limits, mount, paths)


def _own_paths(membership: Path) -> dict[str, str]:
    """Controller to path from the root of its hierarchy; version 2 is the empty name."""
    paths = {}
    with contextlib.suppress(OSError):
        for line in membership.read_text().splitlines():
            _, controllers, path = line.split(":", 2)
            for controller in controllers.split(","):
                paths[controller] = path.strip("/")
    return paths


def _create_v2(limits: Limits, mount: Path, paths: Mapping[str, str]) -> Group | None:
    if not (mount / "cgroup.controllers").is_file() or "" not in paths:
        return None
    base = mount / FOLDER if os.geteuid() == 0 else mount / paths[""]
    try:
        base.mkdir(exist_ok=True)
        _delegate(base)
        folder = base / _name()
        folder.mkdir()
    except OSError:
        return None
    settings: list[tuple[Path, str]] = [
        (folder / "memory.max", str(limits.memory_bytes)),
        (folder / "memory.swap.max", "0"),
        (folder / "pids.max", str(limits.processes)),
        (folder / "cpu.max", f"{int(limits.cpus * _PERIOD_US)} {_PERIOD_US}"),
    ]
    group = Group(Mode.CGROUP_V2, {"unified": folder})
    return _limited(group, settings, optional=("memory.swap.max", "cpu.max"))


def _delegate(base: Path) -> None:
    """Let groups below ``base`` be limited: a group that does so may hold no process of its own."""
    offered = (base / "cgroup.controllers").read_text().split()
    if not set(_NEEDED) <= set(offered):
        raise OSError("memory and pids are not delegated")
    enabled = (base / "cgroup.subtree_control").read_text().split()
    controllers = [name for name in (*_NEEDED, *_OPTIONAL) if name in offered and name not in enabled]
    if not controllers:
        return
    leaf = base / "main"
    leaf.mkdir(exist_ok=True)
    for pid in (base / "cgroup.procs").read_text().split():
        with contextlib.suppress(ProcessLookupError):
            (leaf / "cgroup.procs").write_text(pid)
    (base / "cgroup.subtree_control").write_text(" ".join(f"+{name}" for name in controllers))


def _create_v1(limits: Limits, mount: Path, paths: Mapping[str, str]) -> Group | None:
    name = _name()
    folders: dict[str, Path] = {}
    for controller in (*_NEEDED, *_OPTIONAL):
        # Below our own group first, so that a limit on all of us still holds; else where an administrator made room.
        places = [mount / controller / paths.get(controller, "") / FOLDER, mount / controller / FOLDER]
        folder = _first_writable(places, name)
        if folder is not None:
            folders[controller] = folder
    group = Group(Mode.CGROUP_V1, folders)
    if not set(_NEEDED) <= set(folders):
        _discard(group)
        return None
    settings = [
        (folders["memory"] / "memory.limit_in_bytes", str(limits.memory_bytes)),
        (folders["memory"] / "memory.memsw.limit_in_bytes", str(limits.memory_bytes)),
        (folders["pids"] / "pids.max", str(limits.processes)),
    ]
    if "cpu" in folders:
        settings.append((folders["cpu"] / "cpu.cfs_period_us", str(_PERIOD_US)))
        settings.append((folders["cpu"] / "cpu.cfs_quota_us", str(int(limits.cpus * _PERIOD_US))))
    return _limited(group, settings, optional=("memory.memsw.limit_in_bytes",))


def _limited(group: Group, settings: Iterable[tuple[Path, str]], *, optional: tuple[str, ...]) -> Group | None:
    for file, value in settings:
        try:
            file.write_text(value)
        except OSError:
            if file.name not in optional:
                _discard(group)
                return None
    return group


def _first_writable(places: Iterable[Path], name: str) -> Path | None:
    for place in places:
        try:
            if not place.parent.is_dir():
                continue
            place.mkdir(exist_ok=True)
            _sweep(place)
            (place / name).mkdir()
        except OSError:
            continue
        return place / name
    return None


def _name() -> str:
    """Begins with our own process id, so that what a killed process left behind can be told apart."""
    return f"{os.getpid()}-{secrets.token_hex(4)}"


def _sweep(base: Path) -> None:
    """End what a maker that has gone left running in its groups, and remove them."""
    for folder in base.iterdir():
        maker = folder.name.partition("-")[0]
        if maker.isdigit() and not Path(f"/proc/{maker}").exists():
            with contextlib.suppress(OSError, ValueError):
                for pid in (folder / "cgroup.procs").read_text().split():
                    os.kill(int(pid), signal.SIGKILL)
            _remove_folder(folder, time.monotonic() + _SWEEP_PATIENCE_S)


def _discard(group: Group) -> None:
    for folder in group.folders.values():
        with contextlib.suppress(OSError):
            folder.rmdir()


def _remove_folder(folder: Path, until: float) -> None:
    while True:
        try:
            folder.rmdir()
        except FileNotFoundError:
            return
        except OSError:
            # A killed process leaves its group a moment after it has gone.
            if time.monotonic() > until:
                return
            time.sleep(0.02)
        else:
            return
