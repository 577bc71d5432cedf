"""What opening a workspace costs beside Jupyter's plain local spawner, in one run, and many workspaces at once.

    python benchmarks/workspaces.py spawn [--times 10]      from asking to ready, in turns; seconds and CPU seconds
    python benchmarks/workspaces.py many [--workspaces 20]  idle workspaces side by side: memory, and how long a cell
                                                            takes before and while one of them burns all it may

The plain spawner is JupyterHub's SimpleLocalProcessSpawner in a hub of its own with the same lab, with no isolation.
CPU seconds are those of the hub and all that it started, so the server's own start is among them.
"""

import argparse
import os
import secrets
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import httpx
import psutil

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.hub import Hub, install, serving
from tre.app import Tre

PLAIN = """
import sys
c = get_config()
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "simple"
c.Spawner.cmd = [sys.executable, "-m", "jupyterhub.singleuser"]
c.Spawner.args = ["--allow-root"]
c.Spawner.default_url = "/lab"
c.JupyterHub.bind_url = "http://127.0.0.1:{port}"
c.JupyterHub.hub_port = {hub}
c.ConfigurableHTTPProxy.command = {proxy!r}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{api}"
c.JupyterHub.services = [{{"name": "bench", "api_token": "{token}"}}]
c.JupyterHub.load_roles = [{{"name": "bench", "services": ["bench"], "scopes": ["admin:users", "admin:servers"]}}]
"""


def port() -> int:
    """A free port."""
    import socket  # noqa: PLC0415

    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@contextmanager
def plain() -> Iterator[tuple[httpx.Client, int]]:
    """A hub with the plain spawner: a client that may start servers, and the hub's process."""
    from hub_config.process.network import _node, _proxy  # noqa: PLC0415

    folder, token, public = Path(tempfile.mkdtemp(prefix="plain-")), secrets.token_hex(16), port()
    config = folder / "config.py"
    proxy = [str(_node()), str(_proxy())]
    config.write_text(PLAIN.format(port=public, hub=port(), api=port(), proxy=proxy, token=token))
    process = subprocess.Popen(
        [sys.executable, "-m", "jupyterhub", "-f", str(config)],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "HOME": str(folder)},
    )
    url = f"http://127.0.0.1:{public}"
    with httpx.Client(base_url=url, headers={"Authorization": f"token {token}"}, timeout=120) as client:
        for _ in range(300):
            try:
                if client.post("/hub/api/users/ana").status_code in {201, 409}:
                    break
            except httpx.HTTPError:
                pass
            time.sleep(0.2)
        yield client, process.pid
    process.terminate()
    process.wait(30)
    shutil.rmtree(folder, ignore_errors=True)


def cpu(pid: int) -> float:
    """CPU seconds of a process, of what it started, and of what ended among them."""
    family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    times = [one.cpu_times() for one in family if one.is_running()]
    return sum(one.user + one.system + one.children_user + one.children_system for one in times)


def ready(client: httpx.Client, path: str, name: str) -> bool:
    """Whether a server is ready, as the hub knows it."""
    servers = client.get(f"/hub/api/users/{path}").json()["servers"]
    return bool(servers.get(name, {}).get("ready"))


def spawn(client: httpx.Client, pid: int, server: str, name: str) -> tuple[float, float]:
    """Seconds and CPU seconds from asking for a server until it is ready; it is stopped afterwards."""
    before, began = cpu(pid), time.perf_counter()
    answer = client.post(f"/hub/api/users/ana/{server}")
    if answer.status_code not in {201, 202}:
        raise SystemExit(f"The server was refused: {answer.status_code} {answer.text[:200]}")
    while not ready(client, "ana", name):
        time.sleep(0.05)
    spent = time.perf_counter() - began, cpu(pid) - before
    while client.delete(f"/hub/api/users/ana/{server}").status_code == 202:
        time.sleep(0.2)
    while client.get("/hub/api/users/ana").json()["servers"].get(name, {}).get("pending"):
        time.sleep(0.2)
    return spent


def measure_spawn(times: int) -> None:
    """In turns: one workspace, one plain server."""
    home = Path(tempfile.mkdtemp(prefix="tre-hub-"))
    deliveries = Path(tempfile.mkdtemp(prefix="deliveries-"))
    with serving(install(home, deliveries)) as hub, plain() as (client, pid):
        mine = hub.client("ana")
        rounds = [
            (*spawn(mine, hub.process.pid, "servers/pay", "pay"), *spawn(client, pid, "server", ""))
            for _ in range(times + 1)
        ][1:]
    names = ("workspace, s", "workspace, CPU s", "plain, s", "plain, CPU s")
    for name, column in zip(names, zip(*rounds, strict=True), strict=True):
        print(f"{name:<18} median {statistics.median(column):6.2f}   {min(column):.2f} to {max(column):.2f}")
    print(f"ratio of the clock {statistics.median(r[0] for r in rounds) / statistics.median(r[2] for r in rounds):.2f}")
    print(f"own CPU s          {statistics.median(r[1] - r[3] for r in rounds):.2f} (median of the differences)")
    for folder in (home, deliveries):
        shutil.rmtree(folder, ignore_errors=True)


def latency(hub: Hub, client: httpx.Client, person: str, project: str, cells: int = 15) -> float:
    """The median seconds that a cell takes in a workspace, from a kernel that is there already."""
    code = (
        "import time, subprocess, statistics, sys\n"
        "seen = []\n"
        f"for _ in range({cells}):\n"
        "    at = time.perf_counter(); sum(i * i for i in range(200_000)); seen.append(time.perf_counter() - at)\n"
        "print(statistics.median(seen))"
    )
    return float(hub.run(client, person, project, code))


def measure_many(workspaces: int) -> None:
    """Open many, then let one burn."""
    home = Path(tempfile.mkdtemp(prefix="tre-hub-"))
    deliveries = Path(tempfile.mkdtemp(prefix="deliveries-"))
    settings = install(home, deliveries)
    app = Tre.open(settings)
    names = [f"project{i}" for i in range(workspaces)]
    for name in names:
        app.create_project(
            "dan", name, title=name, purpose="A benchmark", columns={"earnings": ["sex"]}, ends_on=date(2999, 1, 1)
        )
        app.projects.add_member("dan", name, "ana")
    with serving(settings) as hub:
        client = hub.client("ana")
        began = time.perf_counter()
        for name in names:
            hub.open(client, "ana", name)
        print(f"{workspaces} workspaces opened one after another in {time.perf_counter() - began:.0f} s")
        time.sleep(5)
        family = [psutil.Process(pid) for pid in hub.family()]
        used = sum(one.memory_full_info().uss for one in family if one.is_running())
        at = sum(sum(one.cpu_times()[:2]) for one in family if one.is_running())
        time.sleep(20)
        idle = sum(sum(one.cpu_times()[:2]) for one in family if one.is_running()) - at
        print(f"memory of all together {used / 1e9:.1f} GB; {idle / 20:.2f} processors while idle")
        before = latency(hub, client, "ana", names[0])
        bomb = "import os\nfor _ in range(6):\n    if os.fork() == 0:\n        while True: pass\nprint('burning')"
        print(hub.run(client, "ana", names[1], f"import time\n{bomb}").strip())
        during = latency(hub, client, "ana", names[0])
        print(f"a cell's median: {before * 1e3:.1f} ms before, {during * 1e3:.1f} ms beside a burning workspace")
        print(f"ratio {during / before:.2f}")
    for folder in (home, deliveries):
        shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    """Run what the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["spawn", "many"])
    parser.add_argument("--times", type=int, default=10)
    parser.add_argument("--workspaces", type=int, default=20)
    given = parser.parse_args()
    measure_spawn(given.times) if given.what == "spawn" else measure_many(given.workspaces)


if __name__ == "__main__":
    main()
