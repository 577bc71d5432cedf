"""What would change the machine itself. Every argument is wrong on purpose, and nothing is written."""

import errno
import os
import resource
import stat
from pathlib import Path

from kernel import simple
from tries import INTEL, attempt, reaches

# (x86-64, the others' common table); iopl and ioperm are Intel's alone.
NUMBERS = {
    "reboot": (169, 142), "kexec_load": (246, 104), "kexec_file_load": (320, 294), "init_module": (175, 105),
    "finit_module": (313, 273), "delete_module": (176, 106), "swapon": (167, 224), "swapoff": (168, 225),
    "settimeofday": (170, 170), "clock_settime": (227, 112), "acct": (163, 89), "syslog": (103, 116),
    "iopl": (172, 172), "ioperm": (173, 173),
}  # fmt: skip
PLAIN_DEVICES = {"console", "core", "fd", "full", "null", "ptmx", "pts", "random", "shm", "stderr", "stdin", "stdout",
                 "tty", "urandom", "zero"}  # fmt: skip


def number(name: str) -> int:
    return NUMBERS[name][0 if INTEL else 1]


simple("reboot", reaches, number("reboot"), 1, 1, 0, None)
simple("another kernel", reaches, number("kexec_load"), 0, 1 << 20, None, 0)
simple("another kernel from a file", reaches, number("kexec_file_load"), -1, -1, 0, None, 0)
simple("a module", reaches, number("init_module"), None, 0, b"")
simple("a module from a file", reaches, number("finit_module"), -1, b"", 0)
simple("a module removed", reaches, number("delete_module"), b"tre_attack_none", 0o4000)
simple("a swap file", reaches, number("swapon"), b"/nowhere", 0)
simple("a swap file removed", reaches, number("swapoff"), b"/nowhere")
simple("the time of day", reaches, number("settimeofday"), None, None)
simple("the clock", reaches, number("clock_settime"), 0, b"\xff" * 16)
simple("accounting", reaches, number("acct"), b"/nowhere")
simple("the kernel's log", reaches, number("syslog"), 3, None, -1)
simple("every port of the machine", reaches, number("iopl"), 3)
simple("one port of the machine", reaches, number("ioperm"), 0x80, 1, 1)


def _opens(path: str, flags: int):
    return lambda given: os.close(os.open(path, flags | os.O_CLOEXEC | os.O_NONBLOCK))


attempt("a setting of the kernel")(_opens("/proc/sys/kernel/core_pattern", os.O_WRONLY))
attempt("sysrq")(_opens("/proc/sysrq-trigger", os.O_WRONLY))
attempt("the kernel's memory")(_opens("/proc/kcore", os.O_RDONLY))


@attempt("devices of the host")
def devices(given):
    if set(os.listdir("/dev")) <= PLAIN_DEVICES:  # noqa: PTH208
        raise OSError(errno.ENOENT, "")


@attempt("a device made")
def make_device(given):
    place = "/home/researcher/device"
    os.mknod(place, stat.S_IFCHR | 0o666, os.makedev(1, 3))
    Path(place).unlink()


@attempt("a device that lies among the data")
def found_device(given):
    os.close(os.open("/data/device", os.O_RDONLY))


@attempt("a program that becomes its owner")
def setuid_program(given):
    _gains(given["setuid"])


@attempt("a program with a capability")
def capable_program(given):
    _gains(given["capable"])


def _gains(program):
    reading, writing = os.pipe()
    if os.fork() == 0:
        os.dup2(writing, 1)
        os.execv(program, [program, given_secret()])  # noqa: S606
    os.close(writing)
    said = b""
    while piece := os.read(reading, 1000):
        said += piece
    if b"only root may read this" not in said:
        raise OSError(errno.EACCES, "")


def given_secret() -> str:
    return os.environ.get("ROOT_ONLY", "/data/root-only")


@attempt("last to be killed for memory")
def unkillable(given):
    Path("/proc/self/oom_score_adj").write_text("-1000")


@attempt("first at the processor")
def first(given):
    os.setpriority(os.PRIO_PROCESS, 0, 0)
    if os.getpriority(os.PRIO_PROCESS, 0) > 0:
        raise OSError(errno.EACCES, "")


@attempt("more open files than allowed")
def more_files(given):
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    wanted = given["open_files"] + 100
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, max(hard, wanted)))
    except ValueError:
        raise OSError(errno.EPERM, "") from None
    for _ in range(given["open_files"] + 50):
        os.dup(0)


@attempt("a core file")
def core(given):
    if resource.getrlimit(resource.RLIMIT_CORE)[1] == 0:
        raise OSError(errno.EPERM, "")
