"""Opens one sandbox as whoever runs this program and prints how it ended: so that a test can be two people."""

# ruff: noqa: T201
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

from defences import weakened

from tre.adapters.sandbox import SandboxProcess, launch, prepare_writable, run
from tre.adapters.sandbox.cgroups import Group
from tre.core.ids import PersonId, ProjectId
from tre.projects.workspace import Limits, Mount, Workspace
from tre.workspace.paths import DATA, HOME

opening = sys.modules["tre.adapters.sandbox.launch"]


def main(given: dict) -> None:
    home, data = Path(given["home"]), Path(given["data"])
    prepare_writable(home)
    mounts = [Mount(home, HOME, writable=True), Mount(data, DATA)]
    mounts += [Mount(Path(source), target) for source, target in given.get("mounts", [])]
    workspace = Workspace(ProjectId("pay"), PersonId("ana"), tuple(mounts), limits=Limits(**given.get("limits", {})))
    off = given.get("off", [])
    _switch_off(off, home.parent)
    if given.get("stay"):
        process: SandboxProcess = launch(workspace, given["argv"], stdout=subprocess.DEVNULL)
        print(json.dumps({"pid": process.pid}), flush=True)
        process.wait()
        return
    if "descriptors" in given:
        _hand_in(given, inherit="descriptors" in off)
    log = home.parent / "log"
    most = _measure() if given.get("measure") else {}
    report = run(
        workspace,
        given["argv"],
        timeout_s=given.get("timeout_s", 60),
        log=log,
        env=given.get("env"),
        allow_cgroups=given["allow_cgroups"],
    )
    print(json.dumps({**vars(report), "log": log.read_text(), **most}))


def _measure() -> dict[str, int | None]:
    """The most memory that the sandbox's control group held at once, read as it goes; None where there is none."""
    held: dict[str, int | None] = {"most_bytes": None}
    remove = Group.remove

    def read_and_remove(group: Group, **options: float) -> None:
        for name in ("memory.peak", "memory.max_usage_in_bytes"):
            for folder in group.folders.values():
                if (folder / name).is_file():
                    held["most_bytes"] = int((folder / name).read_text())
        remove(group, **options)

    Group.remove = read_and_remove
    return held


def _switch_off(off: list[str], scratch: Path) -> None:
    if not off:
        return
    if "size of the log" in off:
        opening._LOG_BYTES = 1 << 30
    if "end of the opener" in off:
        text = opening._LAUNCHER.read_text().replace('    die_with(plan["parent"])\n', "")
        opening._LAUNCHER = scratch / "launcher.py"
        opening._LAUNCHER.write_text(text)
    if "session of the launcher" in off:
        started = opening.subprocess.Popen
        # A group of processes of its own still, by which it is killed.
        opening.subprocess.Popen = lambda argv, **options: started(
            argv, **{**options, "start_new_session": False, "process_group": 0}
        )
    planned = opening._plan

    def plan(*arguments: object) -> bytes:
        return json.dumps(weakened(json.loads(planned(*arguments)), off)).encode()

    opening._plan = plan


def _hand_in(given: dict, *, inherit: bool) -> None:
    """Hand in what the hub hands in, a listening unix socket; or what it must not, a TCP one and a folder."""
    server = socket.create_server(("127.0.0.1", 0)) if inherit else socket.socket(socket.AF_UNIX)
    if not inherit:
        server.bind("\0tre-attack-given-" + str(os.getpid()))
        server.listen()
    fds = [server.detach()]
    if inherit:
        fds.append(os.open(given["descriptors"], os.O_RDONLY))
    inside = {**json.loads(given["env"]["ATTEMPTS"]), "descriptor": fds[0]}
    given["env"]["ATTEMPTS"] = json.dumps(inside)
    started = opening._start
    opening._start = lambda plan, passed, out, err: started(plan, (*passed, *fds), out, err)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
