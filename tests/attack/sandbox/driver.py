"""Opens one sandbox as whoever runs this program and prints how it ended: so that a test can be two people."""

# ruff: noqa: T201
import json
import subprocess
import sys
from pathlib import Path

from tre.adapters.sandbox import SandboxProcess, launch, prepare_writable, run
from tre.core.ids import PersonId, ProjectId
from tre.projects.workspace import DATA, HOME, Limits, Mount, Workspace


def main(given: dict) -> None:
    home, data = Path(given["home"]), Path(given["data"])
    prepare_writable(home)
    mounts = (Mount(home, HOME, writable=True), Mount(data, DATA))
    workspace = Workspace(ProjectId("pay"), PersonId("ana"), mounts, limits=Limits(**given.get("limits", {})))
    if given.get("stay"):
        process: SandboxProcess = launch(workspace, given["argv"], stdout=subprocess.DEVNULL)
        print(json.dumps({"pid": process.pid}), flush=True)
        process.wait()
        return
    log = home.parent / "log"
    report = run(
        workspace, given["argv"], timeout_s=given.get("timeout_s", 60), log=log, allow_cgroups=given["allow_cgroups"]
    )
    print(json.dumps({**vars(report), "log": log.read_text()}))


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
