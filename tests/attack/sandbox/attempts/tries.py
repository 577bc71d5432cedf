"""What every attempt is made with: a list of them, raw system calls, and how one ended."""

import ctypes
import errno
import os
import select
import signal
from collections.abc import Callable

ATTEMPTS: dict[str, Callable[[dict], object]] = {}
LIBC = ctypes.CDLL(None, use_errno=True)
LIBC.syscall.restype = ctypes.c_long
INTEL = os.uname().machine == "x86_64"
PATIENCE_S = 10


def attempt(name: str):
    """List a function under ``name``. It succeeds by returning, and is stopped by an error."""

    def listed(function):
        ATTEMPTS[name] = function
        return function

    return listed


def call(number: int, *arguments: object) -> int:
    """A system call by its number. Raises what the kernel answered."""
    made = [value if isinstance(value, bytes | ctypes.Array | None) else ctypes.c_long(value) for value in arguments]
    result = LIBC.syscall(ctypes.c_long(number), *made)
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, errno.errorcode.get(number, str(number)))
    return result


def reaches(number: int, *arguments: object) -> None:
    """Succeeds when the kernel looked at the arguments, which are wrong on purpose, and not only at who asked."""
    try:
        call(number, *arguments)
    except OSError as error:
        if error.errno in {errno.EPERM, errno.EACCES, errno.ENOSYS}:
            raise


def outcome(function: Callable[[dict], object], given: dict) -> str:
    """'done', the name of the error, or of the signal, that ended it."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        os.setsid()
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        os.write(writing, _ended(function, given).encode()[:500])
        os._exit(0)
    os.close(writing)
    ready = select.select([reading], [], [], PATIENCE_S)[0]
    said = os.read(reading, 500).decode() if ready else "too slow"
    os.close(reading)
    for of in (-pid, pid):
        try:
            os.kill(of, signal.SIGKILL)
        except OSError:
            continue
    status = os.waitpid(pid, 0)[1]
    return said or f"signal {os.WTERMSIG(status)}"


def _ended(function: Callable[[dict], object], given: dict) -> str:
    try:
        function(given)
    except OSError as error:
        return errno.errorcode.get(error.errno or 0, f"{type(error).__name__}: {error}")
    except Exception as error:  # noqa: BLE001 - told, and taken for a mistake of the attempt
        return f"{type(error).__name__}: {error}"
    return "done"
