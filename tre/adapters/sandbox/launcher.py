"""The short program between this process and bubblewrap. It runs alone, with the standard library only.

It reads its plan from a file descriptor and then, in this order:

1. joins the control group, while it may still have the right to, and stands back where memory or processors are short;
2. when started by root: shows every source at a place that an ordinary user can reach, in a mount namespace of its own,
   and becomes that ordinary user for good. A sandbox opened by root would keep root's access to files;
3. limits itself, asks to die with its parent, and becomes bubblewrap.

Whatever fails ends it with status 126 before anything of the sandbox runs.
"""

import ctypes
import json
import os
import resource
import signal
import stat
import sys
from pathlib import Path
from typing import Any, Final

FAILED: Final = 126

_CLONE_NEWNS: Final = 0x00020000
_MS_NOSUID, _MS_NODEV, _MS_BIND, _MS_REC, _MS_PRIVATE = 0x2, 0x4, 0x1000, 0x4000, 0x40000
_PR_SET_PDEATHSIG: Final = 1
# Hidden below a file system of our own, which nobody else sees; it exists on every machine.
_STAGE: Final = Path("/tmp")  # noqa: S108
_OOM_SCORE: Final = "500"


def main(plan_fd: int) -> None:
    """Become bubblewrap as the plan says. Returns never."""
    with os.fdopen(plan_fd, "rb") as file:
        plan = json.load(file)
    os.umask(0o077)
    for entrance in plan["entrances"]:
        Path(entrance).write_text("0")
    Path("/proc/self/oom_score_adj").write_text(_OOM_SCORE)
    os.setpriority(os.PRIO_PROCESS, 0, plan["nice"])
    places: dict[str, str] = {}
    if plan["drop_to"] is not None:
        places = stage([option["source"] for option in plan["options"] if isinstance(option, dict)])
        drop(plan["drop_to"])
    for number, value in plan["limits"]:
        hard = resource.getrlimit(number)[1]
        ceiling = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(number, (ceiling, ceiling))
    die_with(plan["parent"])
    os.chdir("/")
    os.execve(plan["bwrap"], arguments(plan, places), plan["environment"])  # noqa: S606 - no shell is meant


def stage(sources: list[str]) -> dict[str, str]:
    """Show each source below ``_STAGE`` in a new mount namespace; source to its new place."""
    libc = ctypes.CDLL(None, use_errno=True)
    _check(libc.unshare(_CLONE_NEWNS))
    _check(libc.mount(None, b"/", None, _MS_REC | _MS_PRIVATE, None))
    # Opened before the stage hides what lies below it.
    opened = {source: os.open(source, os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC) for source in dict.fromkeys(sources)}
    _check(libc.mount(b"tmpfs", bytes(_STAGE), b"tmpfs", _MS_NOSUID | _MS_NODEV, b"mode=0711,size=1m"))
    places = {}
    for number, (source, fd) in enumerate(opened.items()):
        place = _STAGE / str(number)
        if stat.S_ISDIR(os.fstat(fd).st_mode):
            place.mkdir(mode=0o711)
        else:
            place.touch()
        _check(libc.mount(f"/proc/self/fd/{fd}".encode(), bytes(place), None, _MS_BIND, None))
        os.close(fd)
        places[source] = str(place)
    return places


def drop(uid: int) -> None:
    """Become ``uid`` for good, with its own group and no other."""
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    if os.getresuid() != (uid, uid, uid) or os.getresgid() != (uid, uid, uid) or os.getgroups():
        raise OSError("the rights of root were not given up")


def die_with(parent: int) -> None:
    """Ask for SIGKILL when the parent ends, and end now if it has already."""
    _check(ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0))
    if os.getppid() != parent:
        raise OSError("the parent has ended")


def arguments(plan: dict[str, Any], places: dict[str, str]) -> list[str]:
    """bubblewrap's own arguments: the options go through a descriptor, since those of process 1 can be read inside."""
    options: list[str] = []
    for option in plan["options"]:
        source = option["source"] if isinstance(option, dict) else ""
        options.append(places.get(source, source) if source else option)
    for place, text in plan["files"].items():
        options += ["--perms", "0444", "--file", str(_memory_file(text.encode())), place]
    filter_fd = _memory_file(bytes.fromhex(plan["seccomp"]))
    options += [*plan["closing"], "--seccomp", str(filter_fd)]
    options_fd = _memory_file(b"".join(option.encode() + b"\0" for option in options))
    return ["bwrap", "--args", str(options_fd), "--", *plan["argv"]]


def _memory_file(content: bytes) -> int:
    fd = os.memfd_create("plan", 0)
    os.write(fd, content)
    os.lseek(fd, 0, os.SEEK_SET)
    return fd


def _check(result: int) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


if __name__ == "__main__":
    try:
        main(int(sys.argv[1]))
    except (OSError, ValueError, KeyError) as error:
        sys.stderr.write(f"The sandbox could not be started: {type(error).__name__}: {error}\n")
        sys.exit(FAILED)
