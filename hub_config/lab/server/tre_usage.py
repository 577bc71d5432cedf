"""What this workspace uses against its limits, for the lab's status bar, in the words of jupyter-resource-usage.

Every process that can be seen inside is the workspace's own; nothing of the host is told.
"""

import os
import time
from contextlib import suppress
from typing import Any, Final

import psutil
from jupyter_server.base.handlers import APIHandler
from jupyter_server.serverapp import ServerApp
from jupyter_server.utils import url_path_join
from tornado.web import authenticated

# The status bar warns when less than this share of a limit is left.
_LEFT: Final = 0.1


class Meter:
    """Memory and processors of all processes together."""

    def __init__(self) -> None:
        self._memory_limit = int(os.environ.get("MEM_LIMIT", "0"))
        self._cpus = float(os.environ.get("CPU_LIMIT", "0"))
        self._last: tuple[float, dict[tuple[int, float], float]] = (time.monotonic(), {})

    def read(self) -> dict[str, object]:
        """What is used now: bytes, and percent of one processor since the last reading."""
        memory, usage, now = 0, dict[tuple[int, float], float](), time.monotonic()
        for process in psutil.process_iter():
            # One that ends meanwhile is not counted.
            with suppress(psutil.Error):
                times = process.cpu_times()
                memory += _bytes(process)
                usage[process.pid, process.create_time()] = times.user + times.system
        start, previous = self._last
        self._last = (now, usage)
        # A process that is new since has spent all of its time since.
        seconds = sum(value - previous.get(key, 0.0) for key, value in usage.items()) if previous else 0.0
        percent = 100 * max(0.0, seconds) / max(now - start, 0.1)
        return {
            "rss": memory,
            "pss": memory,
            "cpu_percent": percent,
            "cpu_count": max(1, int(self._cpus)),
            "limits": {
                "memory": {"rss": self._memory_limit, "pss": self._memory_limit, "warn": self._near(memory)},
                "cpu": {"cpu": self._cpus, "warn": percent > 100 * self._cpus * (1 - _LEFT)},
            },
        }

    def _near(self, memory: int) -> bool:
        return memory > self._memory_limit * (1 - _LEFT)


def _bytes(process: psutil.Process) -> int:
    """Its share of memory: what several processes have in common is counted once."""
    info = process.memory_full_info()
    return int(getattr(info, "pss", info.rss))


class Usage(APIHandler):
    """Answers in the place of jupyter-resource-usage's own handler."""

    _track_activity = False

    def initialize(self, meter: Meter) -> None:
        """Take the meter."""
        self.meter = meter

    @authenticated
    async def get(self) -> None:
        """What is used now."""
        self.finish(self.meter.read())


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "tre_usage"}]


def _load_jupyter_server_extension(server: ServerApp) -> None:
    application: Any = server.web_app
    path = url_path_join(application.settings["base_url"], "api", "metrics", "v1")
    application.add_handlers(".*", [(path, Usage, {"meter": Meter()})])
