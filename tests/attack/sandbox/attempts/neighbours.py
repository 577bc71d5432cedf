"""Other people's processes, memory and queues, which a process with the same id outside holds ready."""

import ctypes
import os
import signal
from pathlib import Path

from kernel import PIDFD_GETFD, number
from tries import INTEL, LIBC, attempt, call

LIBC.shmat.restype = ctypes.c_void_p
MSGGET, SEMGET, MQ_OPEN = (68, 64, 240) if INTEL else (186, 190, 180)


@attempt("a signal to a process of the host")
def signal_it(given):
    os.kill(given["pid"], signal.SIGCONT)


@attempt("a signal to every process")
def signal_all(given):
    # Signal 0 is only a question. In a room of its own there is nobody but its own first process and this one.
    if not set(_visible()) - set(given["inside"]) - _family():
        raise OSError(3, "")


def _visible():
    return [int(p.name) for p in Path("/proc").iterdir() if p.name.isdigit()]


def _family():
    """This process and those above it, up to the first."""
    found, pid = set(), os.getpid()
    while pid > 0:
        found.add(pid)
        pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    return found | {1}


@attempt("a handle on a process of the host")
def handle(given):
    os.close(os.pidfd_open(given["pid"]))


@attempt("the limits of a process of the host")
def limits(given):
    import resource

    resource.prlimit(given["pid"], resource.RLIMIT_NOFILE)


@attempt("the processors of a process of the host")
def processors(given):
    os.sched_setaffinity(given["pid"], os.sched_getaffinity(0))


@attempt("the turn of a process of the host")
def nice(given):
    os.setpriority(os.PRIO_PROCESS, given["pid"], 19)


@attempt("the command line of a process of the host")
def command_line(given):
    if given["marker"].encode() not in Path(f"/proc/{given['pid']}/cmdline").read_bytes():
        raise OSError(2, "")


@attempt("the environment of a process of the host")
def environment(given):
    if given["secret"].encode() not in Path(f"/proc/{given['pid']}/environ").read_bytes():
        raise OSError(2, "")


@attempt("the files of a process of the host")
def through_its_root(given):
    Path(f"/proc/{given['pid']}/root{given['private']}").read_bytes()


@attempt("ptrace of a process of the host")
def ptrace(given):
    # PTRACE_SEIZE stops nothing.
    call(number("ptrace"), 0x4206, given["pid"], 0, 0)


@attempt("the memory of a process of the host")
def memory(given):
    room = ctypes.create_string_buffer(8)
    mine = (ctypes.c_void_p * 2)(ctypes.addressof(room), 8)
    theirs = (ctypes.c_void_p * 2)(given["address"], 8)
    call(number("process_vm_readv"), given["pid"], mine, 1, theirs, 1, 0)


@attempt("a descriptor of a process of the host")
def descriptor(given):
    call(PIDFD_GETFD, os.pidfd_open(given["pid"]), 0, 0)


@attempt("a shared segment of the host, by its number")
def segment(given):
    if LIBC.shmat(given["segment"], None, 0o10000) == ctypes.c_void_p(-1).value:
        raise OSError(ctypes.get_errno(), "")


@attempt("a shared segment of the host, by its key")
def segment_by_key(given):
    call(number("shmget"), given["key"], 0, 0)


@attempt("a message queue of the host")
def queue(given):
    call(MSGGET, given["key"], 0)


@attempt("a semaphore of the host")
def semaphore(given):
    call(SEMGET, given["key"], 0, 0)


@attempt("a POSIX queue of the host")
def posix_queue(given):
    call(MQ_OPEN, given["queue"].encode(), 0, 0, None)


@attempt("shared memory of the host, by its name")
def named_memory(given):
    Path("/dev/shm", given["shared"]).read_bytes()  # noqa: S108


@attempt("the host's name")
def host_name(given):
    if os.uname().nodename == "workspace":
        raise OSError(1, "")


@attempt("a socket in the host's file system")
def socket_file(given):
    import socket

    with socket.socket(socket.AF_UNIX) as made:
        made.connect(given["socket"])


@attempt("a secret of whoever opened the room")
def host_secret(given):
    texts = [p for p in Path("/proc").glob("[0-9]*/environ") if os.access(p, os.R_OK)]
    for text in texts:
        try:
            if f"\0{given['environment_secret']}=".encode() in b"\0" + text.read_bytes():
                return
        except OSError:
            continue
    raise OSError(2, "")
