"""Open a workspace and run a program in it; nothing of it outlives this process.

``launch`` is for programs that go on (a server in a workspace); ``run`` waits for one that ends (a notebook). What is
shown inside is decided in ``command``, what it may use in ``limits``.
"""

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO, Final

from tre.adapters.sandbox import seccomp
from tre.adapters.sandbox.command import Command, build
from tre.adapters.sandbox.limiter import Limiter, per_process
from tre.adapters.sandbox.mode import Mode
from tre.adapters.sandbox.privilege import SANDBOX_ID, drop_to
from tre.adapters.sandbox.processes import descendants
from tre.adapters.sandbox.runtime import discover
from tre.core.errors import Unavailable
from tre.projects.workspace import Mount, Workspace

_LAUNCHER: Final = Path(__file__).with_name("launcher.py")
_LOG_BYTES: Final = 16 << 20
_PIECE: Final = 1 << 16
_KILL_PATIENCE_S: Final = 10.0
# Where processors are short, the hub and the airlock come first. Nobody inside can take it back.
_NICE: Final = 5


@dataclass(frozen=True)
class ExitReport:
    """How a program in a sandbox ended.

    Attributes:
        returncode: its status; 128 + n when signal n ended it, below 0 when the whole sandbox was killed.
        timed_out: it was killed because its time was over.
        out_of_memory: something of it was killed because of memory.
        too_large: it was killed because of what it had written.
        seconds: from start to end.
        limits_mode: what limited it.
    """

    returncode: int
    timed_out: bool
    out_of_memory: bool
    too_large: bool
    seconds: float
    limits_mode: Mode


class SandboxProcess:
    """A program running in a sandbox. Its process here is ``bwrap``; to kill that is to kill everything inside."""

    def __init__(self, popen: subprocess.Popen[bytes], limiter: Limiter) -> None:
        self._popen = popen
        self._limiter = limiter
        self._closed = False
        self._out_of_memory = False

    @property
    def pid(self) -> int:
        """The process id of ``bwrap`` outside."""
        return self._popen.pid

    @property
    def limits_mode(self) -> Mode:
        """What limits it."""
        return self._limiter.mode

    @property
    def stdout(self) -> IO[bytes] | None:
        """Its output, when it was started with ``subprocess.PIPE``."""
        return self._popen.stdout

    def out_of_memory(self) -> bool:
        """Whether something of it has been killed because of memory."""
        return self._out_of_memory if self._closed else self._limiter.out_of_memory()

    def too_large(self) -> bool:
        """Whether it was ended because its writable folders held more than they may."""
        return self._limiter.too_large()

    def poll(self) -> int | None:
        """Its status, or None while it runs."""
        status = self._popen.poll()
        if status is not None:
            self._close()
        return status

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end.

        Raises:
            subprocess.TimeoutExpired: it still runs after ``timeout`` seconds.
        """
        status = self._popen.wait(timeout)
        self._close()
        return status

    def kill(self) -> None:
        """Kill everything inside, and return when all of it has gone."""
        inside = _first_inside(self.pid) if self._popen.returncode is None else None
        if self._popen.poll() is None:
            # Its whole process group: between two steps of its start, bwrap's child does not yet die with it.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)
        self._popen.wait()
        if inside is not None:
            # The kernel ends a process namespace's first process only after all others in it.
            select.select([inside], [], [], _KILL_PATIENCE_S)
            os.close(inside)
        self._close()

    def _close(self) -> None:
        if not self._closed:
            self._out_of_memory = self._limiter.out_of_memory()
            self._limiter.close()
            self._closed = True


def launch(
    workspace: Workspace,
    argv: Sequence[str],
    *,
    env: Mapping[str, str] | None = None,
    mounts: Iterable[Mount] = (),
    pass_fds: Sequence[int] = (),
    stdout: int | IO[bytes] | None = None,
    stderr: int | IO[bytes] | None = None,
    sandbox_id: int = SANDBOX_ID,
    allow_cgroups: bool = True,
) -> SandboxProcess:
    """Open ``workspace`` and start ``argv`` in it.

    Args:
        workspace: what is mounted and limited.
        argv: the program by its place inside, such as ``runtime.PYTHON``, and its arguments.
        env: more variables. Secrets belong here and never into ``argv``, which can be read inside by all.
        mounts: more mounts than the workspace has.
        pass_fds: file descriptors to hand on, with their numbers. Never a listening TCP socket: it can be turned into a
            connection to the host. A listening unix socket cannot.
        stdout: as for ``subprocess.Popen``; nowhere unless given.
        stderr: likewise.
        sandbox_id: the id to become when this process is root's.
        allow_cgroups: False to use the watchdog even where control groups can be had.

    Raises:
        BadInput: a mount or variable that would weaken the sandbox.
        Unavailable: something is missing on this machine.
    """
    mounts = tuple(mounts)
    command = build(workspace, argv, runtime=discover(), env=env, mounts=mounts)
    for source in command.sources:
        if not source.exists():
            raise Unavailable("A folder that the workspace needs is missing.", hint="Run tre doctor.")
    limiter = Limiter.create(workspace.limits, allow_cgroups=allow_cgroups)
    plan = _plan(command, workspace, limiter, drop_to(sandbox_id))
    plan_fd = os.memfd_create("plan", os.MFD_CLOEXEC)
    try:
        os.write(plan_fd, plan)
        os.lseek(plan_fd, 0, os.SEEK_SET)
        popen = _starter().submit(_start, plan_fd, tuple(pass_fds), stdout, stderr).result()
    except BaseException:
        limiter.close()
        raise
    finally:
        os.close(plan_fd)
    writable = [mount.source for mount in (*workspace.mounts, *mounts) if mount.writable]
    limiter.started(popen.pid, tuple(writable))
    return SandboxProcess(popen, limiter)


def run(
    workspace: Workspace,
    argv: Sequence[str],
    *,
    timeout_s: float,
    log: Path,
    env: Mapping[str, str] | None = None,
    mounts: Iterable[Mount] = (),
    sandbox_id: int = SANDBOX_ID,
    allow_cgroups: bool = True,
) -> ExitReport:
    """Run ``argv`` in ``workspace`` to its end, or kill it after ``timeout_s`` seconds.

    Args:
        workspace: what is mounted and limited.
        argv: the program by its place inside, and its arguments.
        timeout_s: seconds of wall-clock time.
        log: where what it prints goes; the first 16 MiB of it.
        env: more variables.
        mounts: more mounts.
        sandbox_id: the id to become when this process is root's.
        allow_cgroups: False to use the watchdog even where control groups can be had.
    """
    began = time.monotonic()
    process = launch(
        workspace,
        argv,
        env=env,
        mounts=mounts,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        sandbox_id=sandbox_id,
        allow_cgroups=allow_cgroups,
    )
    try:
        in_time = _copy_output(process, log, began + timeout_s)
        if in_time:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, began + timeout_s - time.monotonic()))
        timed_out = process.poll() is None
    finally:
        process.kill()
    return ExitReport(
        returncode=process.wait(),
        timed_out=timed_out,
        out_of_memory=process.out_of_memory(),
        too_large=process.too_large(),
        seconds=time.monotonic() - began,
        limits_mode=process.limits_mode,
    )


@cache
def _starter() -> ThreadPoolExecutor:
    """The one thread that starts sandboxes. "Die with the parent" means the thread that started it, so it must stay."""
    return ThreadPoolExecutor(1, thread_name_prefix="sandbox-starter")


def _start(
    plan_fd: int, pass_fds: tuple[int, ...], stdout: int | IO[bytes] | None, stderr: int | IO[bytes] | None
) -> subprocess.Popen[bytes]:
    nowhere = subprocess.DEVNULL
    return subprocess.Popen(
        [sys.executable, "-I", "-S", "-B", str(_LAUNCHER), str(plan_fd)],
        env={},
        cwd="/",
        stdin=nowhere,
        stdout=nowhere if stdout is None else stdout,
        stderr=nowhere if stderr is None else stderr,
        pass_fds=(plan_fd, *pass_fds),
        start_new_session=True,
    )


def _plan(command: Command, workspace: Workspace, limiter: Limiter, drop: int | None) -> bytes:
    plan = {
        "bwrap": discover().bwrap,
        "options": [{"source": str(o)} if isinstance(o, Path) else o for o in command.options],
        "files": dict(command.files),
        "closing": command.closing,
        "environment": dict(command.environment),
        "argv": command.argv,
        "seccomp": seccomp.program().hex(),
        "entrances": [str(entrance) for entrance in limiter.entrances],
        "limits": list(per_process(workspace.limits).items()),
        "nice": max(_NICE, os.getpriority(os.PRIO_PROCESS, 0)),
        "drop_to": drop,
        "parent": os.getpid(),
    }
    return json.dumps(plan).encode()


def _first_inside(pid: int) -> int | None:
    """A handle on the first process of the sandbox below ``bwrap``; None when there is none yet."""
    below = descendants(pid)
    try:
        return os.pidfd_open(below[0]) if below else None
    except ProcessLookupError:
        return None


def _copy_output(process: SandboxProcess, log: Path, until: float) -> bool:
    """Copy what it prints until it closes its output; False when time ran out first."""
    output = process.stdout
    if output is None:
        return True
    room = _LOG_BYTES
    with output, log.open("wb") as file:
        while (remaining := until - time.monotonic()) > 0:
            if not select.select([output], [], [], remaining)[0]:
                continue
            piece = os.read(output.fileno(), _PIECE)
            if not piece:
                return True
            file.write(piece[:room])
            file.flush()
            room -= min(room, len(piece))
    return False
