"""What the gateway costs: the same requests through the proxy to a Jupyter server, with and without it, in one run.

    python benchmarks/gateway.py [--requests N]

Rounds with and without take turns, so that what else runs on the machine meets both. Milliseconds are medians of all
requests, a ratio is the median of the rounds' own; CPU is what the gateway's process spent on one request.
"""

import argparse
import asyncio
import json
import os
import secrets
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from contextlib import ExitStack
from itertools import chain
from pathlib import Path

import httpx
import psutil
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

from hub_config.gateway.configuration import GatewayConfiguration
from hub_config.gateway.registry import OpenWorkspace
from hub_config.lab import environment, lockdown
from hub_config.process.egress_store import EgressStore
from hub_config.process.installation import unix_url
from hub_config.process.network import _node, _proxy
from hub_config.process.workspace_registry import WorkspaceRegistry

BASE = "/user/ana/pay/"
SOCKET = "kernel's answer, web socket"
ROUNDS = 10


def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def start(stack: ExitStack, command: list[str], **given: object) -> int:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **given)  # type: ignore[call-overload]
    stack.callback(process.wait)
    stack.callback(process.terminate)
    return process.pid


def server(stack: ExitStack, folder: Path, token: str) -> Path:
    """A Jupyter server on a unix socket, with a file of 1 MB in its folder."""
    files = folder / "files"
    files.mkdir()
    (files / "large.txt").write_text("x" * 1_000_000)
    options = {
        "sock": folder / "server.sock",
        "base_url": BASE,
        "root_dir": files,
        "open_browser": False,
        "allow_root": True,
    }
    command = [
        sys.executable,
        "-m",
        "jupyter_server",
        *(f"--ServerApp.{name}={value}" for name, value in options.items()),
    ]
    start(stack, [*command, f"--IdentityProvider.token={token}"])
    return folder / "server.sock"


def gateway(stack: ExitStack, folder: Path, inside: Path) -> tuple[Path, psutil.Process]:
    """The gateway's own process before that server."""
    GatewayConfiguration(environment.EXTENSIONS_FOLDER, lockdown.DISABLED_EXTENSIONS).write(folder)
    WorkspaceRegistry(folder).add(OpenWorkspace(BASE, str(inside), "ana"))
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(folder / "gateway.sock"))
    listening.listen(512)
    number = listening.fileno()
    command = [sys.executable, "-m", "hub_config.gateway", str(folder), str(number)]
    return folder / "gateway.sock", psutil.Process(start(stack, command, pass_fds=[number]))


def proxy(stack: ExitStack, target: Path) -> str:
    """Jupyter's proxy with one route; its address."""
    public, control, token = port(), port(), secrets.token_hex(8)
    ports = ["--ip=127.0.0.1", f"--port={public}", "--api-ip=127.0.0.1", f"--api-port={control}"]
    start(stack, [str(_node()), str(_proxy()), *ports], env={**os.environ, "CONFIGPROXY_AUTH_TOKEN": token})
    for _ in range(100):
        try:
            httpx.post(
                f"http://127.0.0.1:{control}/api/routes{BASE}",
                json={"target": unix_url(target)},
                headers={"Authorization": f"token {token}"},
            ).raise_for_status()
            break
        except httpx.HTTPError:
            time.sleep(0.1)
    return f"http://127.0.0.1:{public}"


def requests(client: httpx.Client, path: str, count: int) -> list[float]:
    """Milliseconds of each of some requests, one after another."""
    took = []
    for _ in range(count):
        begun = time.perf_counter()
        answer = client.get(f"{BASE}{path}")
        took.append(1000 * (time.perf_counter() - begun))
        assert answer.status_code == 200, answer.text[:200]
    return took


async def messages(url: str, token: str, kernel: str, count: int) -> list[float]:
    """Milliseconds of each of some questions to a kernel, one after another."""
    address = f"{url.replace('http', 'ws', 1)}{BASE}api/kernels/{kernel}/channels"
    connection = await websocket_connect(HTTPRequest(address, headers={"Authorization": f"token {token}"}))
    took = []
    for _ in range(count):
        number = uuid.uuid4().hex
        header = {"msg_id": number, "msg_type": "kernel_info_request", "session": "s", "username": "", "version": "5.3"}
        said = {"header": header, "parent_header": {}, "metadata": {}, "content": {}, "channel": "shell"}
        begun = time.perf_counter()
        await connection.write_message(json.dumps(said))
        while True:
            heard = json.loads(await connection.read_message())
            if heard["parent_header"].get("msg_id") == number and heard["msg_type"] == "kernel_info_reply":
                break
        took.append(1000 * (time.perf_counter() - begun))
    connection.close()
    return took


Took = dict[str, dict[str, list[list[float]]]]


def measure(urls: dict[str, str], token: str, count: int, process: psutil.Process) -> tuple[Took, dict[str, float]]:
    """Milliseconds by what was asked, with and without, a list a round; the gateway's CPU milliseconds of each."""
    clients = {
        name: httpx.Client(base_url=url, headers={"Authorization": f"token {token}"}, trust_env=False, timeout=30)
        for name, url in urls.items()
    }
    kernel = clients["without"].post(f"{BASE}api/kernels", json={}).json()["id"]
    took: Took = {}
    cpu: dict[str, float] = {}
    what = {
        "api": "api",
        "status": "api/status",
        "1 MB of contents": "api/contents/large.txt?content=1&format=text&type=file",
        "a file of the lab": "static/favicons/favicon.ico",
    }
    each = count // ROUNDS
    for number in range(ROUNDS):
        # Who goes first changes, and the last of one is not the first of the next.
        for name in sorted(clients, reverse=bool(number % 2)):
            for label, path in what.items():
                spent = sum(process.cpu_times()[:2])
                took.setdefault(label, {}).setdefault(name, []).append(requests(clients[name], path, each))
                if name == "with":
                    cpu[label] = cpu.get(label, 0.0) + 1000 * (sum(process.cpu_times()[:2]) - spent) / count
            spent = sum(process.cpu_times()[:2])
            answers = asyncio.run(messages(urls[name], token, kernel, each))
            took.setdefault(SOCKET, {}).setdefault(name, []).append(answers)
            if name == "with":
                cpu[SOCKET] = cpu.get(SOCKET, 0.0) + 1000 * (sum(process.cpu_times()[:2]) - spent) / count
    return took, cpu


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--requests", type=int, default=1000)
    count = parser.parse_args().requests
    token = secrets.token_hex(8)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        loop = asyncio.new_event_loop()
        store = EgressStore(folder, lambda *_: (0, 0))
        loop.run_until_complete(store.start())

        # The store answers beside the measuring.
        threading.Thread(target=loop.run_forever, daemon=True).start()
        inside = server(stack, folder, token)
        before, process = gateway(stack, folder, inside)
        urls = {"with": proxy(stack, before), "without": proxy(stack, inside)}
        client = httpx.Client(base_url=urls["without"], headers={"Authorization": f"token {token}"}, trust_env=False)
        while client.get(f"{BASE}api").status_code != 200:
            time.sleep(0.2)
        print(f"{'':32}{'without, ms':>12}{'with, ms':>12}{'ratio':>8}{'CPU, ms':>10}")
        took, cpu = measure(urls, token, count, process)
        for label, found in took.items():
            without, with_it = (statistics.median(chain.from_iterable(found[name])) for name in ("without", "with"))
            rounds = zip(found["with"], found["without"], strict=True)
            ratio = statistics.median(statistics.median(one) / statistics.median(other) for one, other in rounds)
            print(f"{label:32}{without:12.2f}{with_it:12.2f}{ratio:8.2f}{cpu[label]:10.2f}")


if __name__ == "__main__":
    main()
