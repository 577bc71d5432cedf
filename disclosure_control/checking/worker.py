"""A subprocess in which hostile files are parsed: limited in memory, processor time and file size,
without network, and replaceable.

Requests and answers are lines of JSON, of the types in ``messages``, so that a parser that was taken over can answer
wrongly about its own file and do nothing to this process. A request that crashes, hangs or answers with anything else
raises ``WorkerFailed``, and the next one gets a fresh worker.
"""

import json
import os
import resource
import select
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import IO, Final, TypeVar, cast

from disclosure_control.checking.messages import Answer, Request
from disclosure_control.checking.network_filter import take_network_away
from disclosure_control.core.decoder import BadMessage, decode, encode

A = TypeVar("A", bound=Answer)

# Of addresses: allocators keep those of what they gave back, so that two thirds of it are not memory at any time.
MEMORY_BYTES: Final = 9_000_000_000
PROCESSOR_S: Final = 900
# DuckDB spills what does not fit into its memory; nothing else is written.
FILE_BYTES: Final = 1_000_000_000
OPEN_FILES: Final = 256
# One output of ten million rows takes a minute and a half of processor time.
TIMEOUT_S: Final = 600.0
MAX_ANSWER_BYTES: Final = 600_000_000
_SERVE: Final = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from disclosure_control.checking.worker_tasks import serve; serve()"
)


class WorkerFailed(Exception):
    """The worker crashed, hung, or did not answer as it must."""


class Worker:
    """A limited subprocess that answers requests one after another; use it as a context manager."""

    def __init__(self, timeout_s: float = TIMEOUT_S) -> None:
        self._timeout_s = timeout_s
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Worker":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def ask(self, request: Request[A], timeout_s: float | None = None) -> A:
        """Send one request and return its answer, within a time that may be shorter than this worker's usual one.

        Raises:
            WorkerFailed: there was no proper answer within the limits.
        """
        process = self._running()
        try:
            if process.stdin is None or process.stdout is None:
                raise WorkerFailed("The worker has no pipes.")
            process.stdin.write(encode(request) + b"\n")
            process.stdin.flush()
            line = _read_line(process.stdout, min(self._timeout_s, timeout_s or self._timeout_s))
            return cast(A, decode(line, request.answer))
        except (OSError, BadMessage) as error:
            self._stop()
            raise WorkerFailed("The worker stopped without an answer.") from error
        except WorkerFailed:
            self._stop()
            raise

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-c", _SERVE, json.dumps([str(Path(p).resolve()) for p in sys.path if p])],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd="/",
                env=_environment(),
                close_fds=True,
                start_new_session=True,
            )
        return self._process

    def _stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe is not None:
                    pipe.close()
            self._process.wait()
            self._process = None


def apply_limits() -> None:
    """Limit this process and take its network away; called by the worker before it reads its first request."""
    take_network_away()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for kind, limit in (
        (resource.RLIMIT_DATA, MEMORY_BYTES),
        (resource.RLIMIT_CPU, PROCESSOR_S),
        (resource.RLIMIT_FSIZE, FILE_BYTES),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
    ):
        _, hard = resource.getrlimit(kind)
        lowest = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.setrlimit(kind, (lowest, lowest))


def _environment() -> dict[str, str]:
    """Nothing of ours but a home, where matplotlib keeps its list of fonts, and a place for what DuckDB spills."""
    return {
        **{name: os.environ[name] for name in ("TMPDIR",) if name in os.environ},
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "HOME": str(Path.home()),
        "MPLBACKEND": "agg",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }


def _read_line(pipe: IO[bytes], timeout_s: float) -> bytes:
    """One line of an unbuffered pipe, within a time and a size."""
    ends_at = time.monotonic() + timeout_s
    parts: list[bytes] = []
    size = 0
    while True:
        remaining_s = ends_at - time.monotonic()
        if remaining_s <= 0 or not select.select([pipe], [], [], remaining_s)[0]:
            raise WorkerFailed("The worker took too long.")
        part = os.read(pipe.fileno(), 1 << 20)
        size += len(part)
        if not part or size > MAX_ANSWER_BYTES:
            raise WorkerFailed("The worker stopped, or answered with too much.")
        parts.append(part)
        if part.endswith(b"\n"):
            return b"".join(parts)
