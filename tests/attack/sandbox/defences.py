"""Single defences of a sandbox, switched off: each changes the plan that the launcher would follow. For tests alone.

A test makes an attempt against the whole sandbox, and again with the named defence off. If it still fails then, what
held it was something else than we thought.
"""

import os
from collections.abc import Callable
from typing import Any

Plan = dict[str, Any]

ALLOW_ALL = "060000000000ff7f"
_NAMESPACES = ("user", "ipc", "pid", "net", "uts", "cgroup-try")


def _share(name: str) -> Callable[[Plan], None]:
    def off(plan: Plan) -> None:
        _replace(plan, "--unshare-all", [f"--unshare-{n}" for n in _NAMESPACES])
        _drop(plan, f"--unshare-{name}")
        if name == "uts":
            _drop(plan, "--hostname", 1)

    return off


def _drop(plan: Plan, option: str, values: int = 0) -> None:
    while option in plan["options"]:
        at = plan["options"].index(option)
        del plan["options"][at : at + 1 + values]


def _replace(plan: Plan, option: str, by: list[Any]) -> None:
    if option in plan["options"]:
        at = plan["options"].index(option)
        plan["options"][at : at + 1] = by


def host_proc(plan: Plan) -> None:
    """The host's /proc is shown, as it is where processes share the host's namespace."""
    _replace(plan, "--proc", ["--dev-bind", "/proc"])


def processes(plan: Plan) -> None:
    """No process namespace of its own."""
    _share("pid")(plan)
    host_proc(plan)


def calls(plan: Plan) -> None:
    """No filter of system calls."""
    plan["seccomp"] = ALLOW_ALL


def capabilities(plan: Plan) -> None:
    """Capabilities are kept, in the one user namespace that owns all the others."""
    _drop(plan, "--disable-userns")
    _drop(plan, "--uid", 1)
    _drop(plan, "--gid", 1)
    plan["options"] += ["--uid", "0", "--gid", "0"]
    _replace(plan, "--cap-drop", ["--cap-add"])


def further(plan: Plan) -> None:
    """User namespaces may be made inside."""
    _drop(plan, "--disable-userns")


def uid(plan: Plan) -> None:
    """Root stays root outside."""
    plan["drop_to"] = None


def rights(plan: Plan) -> None:
    """Root stays root, with every capability and no user namespace."""
    uid(plan)
    _replace(plan, "--unshare-all", [f"--unshare-{n}" for n in _NAMESPACES])
    _drop(plan, "--unshare-user")
    _drop(plan, "--disable-userns")
    _drop(plan, "--uid", 1)
    _drop(plan, "--gid", 1)
    _replace(plan, "--cap-drop", ["--cap-add"])


def read_only(plan: Plan) -> None:
    """What is shared can be written."""
    plan["options"] = ["--bind" if option == "--ro-bind" else option for option in plan["options"]]
    _leave_writable(plan)


def _leave_writable(plan: Plan) -> None:
    plan["closing"] = plan["closing"][plan["closing"].index("--chdir") :]


def devices(plan: Plan) -> None:
    """Devices among the data can be opened."""
    plan["options"] = ["--dev-bind" if option == "--ro-bind" else option for option in plan["options"]]


def host_devices(plan: Plan) -> None:
    """The host's /dev, shared memory included."""
    _replace(plan, "--dev", ["--dev-bind", "/dev"])
    at = plan["options"].index("/dev/shm")  # noqa: S108
    del plan["options"][at - 5 : at + 1]
    _leave_writable(plan)


def mounts(plan: Plan) -> None:
    """The folder of the host is shown at its own place, writable."""
    folder = os.environ["SHOWN_WHEN_OFF"]
    plan["options"] += ["--bind", {"source": folder}, folder, "--tmpfs", "/var/lib"]


def environment(plan: Plan) -> None:
    """The host's variables are kept."""
    plan["environment"] = {**os.environ, **plan["environment"]}


def limits(plan: Plan) -> None:
    """Nothing is limited by the sandbox."""
    plan["limits"], plan["entrances"] = [], []
    plan["argv"] = plan["argv"][3:]


def turn(plan: Plan) -> None:
    """It may go first at the processor."""
    plan["nice"] = 0


def session(plan: Plan) -> None:
    """Bubblewrap makes no session; the launcher's own is switched off in ``driver``."""
    _drop(plan, "--new-session")


def end_of_the_opener(plan: Plan) -> None:
    """Bubblewrap goes on without its parent; the launcher's own wish to end is switched off in ``driver``."""
    _drop(plan, "--die-with-parent")


OFF: dict[str, Callable[[Plan], None]] = {
    "network": _share("net"),
    "ipc": _share("ipc"),
    "names": _share("uts"),
    "processes": processes,
    "host proc": host_proc,
    "calls": calls,
    "capabilities": capabilities,
    "further namespaces": further,
    "uid": uid,
    "rights": rights,
    "read-only": read_only,
    "nodev": devices,
    "own devices": host_devices,
    "mounts": mounts,
    "environment": environment,
    "limits": limits,
    "turn": turn,
    "session of bubblewrap": session,
    "end of the opener": end_of_the_opener,
}


def weakened(plan: Plan, off: list[str]) -> Plan:
    """The plan with the defences ``off``; where a source of the host stands is kept."""
    for name in off:
        OFF.get(name, lambda plan: None)(plan)
    return plan
