"""The system calls a sandbox may not make, with the reason for each, and the filter made from them.

The kernel's namespaces already refuse most of these; the filter keeps attack surface of the kernel itself out of reach
and closes the few calls that memory limits cannot see. Everything not named here is allowed.
"""

import errno
import importlib
import socket
import tempfile
from functools import cache
from types import ModuleType
from typing import Final

from tre.core.errors import Unavailable

# Reason to system calls. They answer EPERM.
DENIED: Final[dict[str, tuple[str, ...]]] = {
    "changes mounts or the root": (
        "mount", "umount2", "pivot_root", "chroot", "fsopen", "fsconfig", "fsmount", "fspick", "move_mount",
        "open_tree", "mount_setattr", "swapon", "swapoff", "quotactl", "quotactl_fd",
    ),
    "makes or enters namespaces": ("unshare", "setns"),
    "reads or steers other processes": (
        "ptrace", "process_vm_readv", "process_vm_writev", "kcmp", "pidfd_getfd", "process_madvise",
    ),
    "reaches files without their path": ("open_by_handle_at", "name_to_handle_at"),
    "keys are not namespaced": ("add_key", "request_key", "keyctl"),
    "large, often broken parts of the kernel": (
        "bpf", "perf_event_open", "userfaultfd", "io_uring_setup", "io_uring_enter", "io_uring_register", "vmsplice",
        "fanotify_init", "modify_ldt", "personality", "lookup_dcookie", "uselib", "nfsservctl", "syslog",
    ),
    "changes the machine": (
        "kexec_load", "kexec_file_load", "init_module", "finit_module", "delete_module", "reboot", "acct", "iopl",
        "ioperm", "clock_settime", "settimeofday", "adjtimex", "clock_adjtime",
    ),
    "moves memory between nodes": ("mbind", "move_pages", "migrate_pages", "set_mempolicy"),
}  # fmt: skip
# These answer ENOSYS, so that libraries fall back: clone3 hides its flags from a filter; the others make memory that
# belongs to no process, which a limit that sums processes cannot see.
ABSENT: Final = ("clone3", "memfd_create", "memfd_secret", "shmget")

# Refused as well, by number: newer than the libseccomp of many a machine. Their numbers are the same everywhere.
NEWER: Final = {"set_mempolicy_home_node": 450, "open_tree_attr": 467}

FAMILIES: Final = (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK)
# Of the internet's: what is chosen for the kind (0), ICMP, TCP, UDP, ICMPv6. No namespace refuses a socket of another
# protocol (SCTP, MPTCP, UDP-Lite, L2TP), and asking for one loads its module into the kernel.
PROTOCOLS: Final = (0, 1, 6, 17, 58)
# Of their kinds: all but stream, datagram and raw.
_KINDS_REFUSED: Final = (4, 5, 6, 10)
_KIND: Final = 0xF
_CLONE_NEWUSER: Final = 0x10000000
# Pushes characters into a terminal: TIOCSTI, TIOCLINUX.
_TERMINAL_IOCTLS: Final = (0x5412, 0x541C)
_LOW_32: Final = 0xFFFFFFFF
_UNKNOWN: Final = -1


@cache
def program() -> bytes:
    """The filter as the kernel reads it, for this machine's architecture.

    Raises:
        Unavailable: libseccomp is missing or too old.
    """
    library = _library()
    try:
        rules = library.SyscallFilter(library.ALLOW)
        for rule in (*_whole_calls(library), *_arguments(library)):
            rules.add_rule(*rule)
        with tempfile.TemporaryFile() as file:
            rules.export_bpf(file)
            file.seek(0)
            return file.read()
    except (OSError, RuntimeError) as error:
        raise _unavailable() from error


@cache
def unknown_calls() -> tuple[str, ...]:
    """Names in the tables that this machine's libseccomp does not know, and that are therefore not filtered."""
    library = _library()
    names = [name for group in DENIED.values() for name in group] + list(ABSENT)
    return tuple(name for name in names if library.resolve_syscall(library.system_arch(), name) == _UNKNOWN)


def _library() -> ModuleType:
    try:
        return importlib.import_module("pyseccomp")
    except (ImportError, OSError, RuntimeError) as error:
        raise _unavailable() from error


def _unavailable() -> Unavailable:
    return Unavailable(
        "The system-call filter cannot be made on this machine.",
        hint="Install libseccomp 2.5 or newer (apt install libseccomp2) and the Python package pyseccomp.",
    )


def _whole_calls(library: ModuleType) -> list[tuple[object, ...]]:
    calls = [name for group in DENIED.values() for name in group]
    rules: list[tuple[object, ...]] = [(library.ERRNO(errno.EPERM), name) for name in calls]
    rules += [(library.ERRNO(errno.ENOSYS), name) for name in ABSENT]
    rules += [(library.ERRNO(errno.EPERM), number) for number in NEWER.values()]
    return [rule for rule in rules if rule[1] not in unknown_calls()]


def _arguments(library: ModuleType) -> list[tuple[object, ...]]:
    refuse, no_family = library.ERRNO(errno.EPERM), library.ERRNO(errno.EAFNOSUPPORT)
    new_user = library.Arg(0, library.MASKED_EQ, _CLONE_NEWUSER, _CLONE_NEWUSER)
    rules: list[tuple[object, ...]] = [(refuse, "clone", new_user)]
    rules += [(refuse, "ioctl", library.Arg(1, library.MASKED_EQ, _LOW_32, code)) for code in _TERMINAL_IOCTLS]
    families = {int(family) for family in FAMILIES}
    for call in ("socket", "socketpair"):
        rules.append((no_family, call, library.Arg(0, library.GT, max(families))))
        rules += [
            (no_family, call, library.Arg(0, library.EQ, family)) for family in set(range(max(families))) - families
        ]
    # Of netlink only its routing protocol (0), which libraries use to list interfaces.
    netlink = library.Arg(0, library.EQ, int(socket.AF_NETLINK))
    rules.append((no_family, "socket", netlink, library.Arg(2, library.NE, 0)))
    for family in (socket.AF_INET, socket.AF_INET6):
        rules += [
            (library.ERRNO(errno.EPROTONOSUPPORT), "socket", library.Arg(0, library.EQ, int(family)), protocol)
            for protocol in _other_protocols(library)
        ]
    return rules


def _other_protocols(library: ModuleType) -> list[object]:
    """Conditions, any of which tells that the socket asked for is none of the usual ones of the internet."""
    highest = max(PROTOCOLS)
    unusual = [library.Arg(2, library.GT, highest)]
    unusual += [library.Arg(2, library.EQ, number) for number in sorted(set(range(highest)) - set(PROTOCOLS))]
    return unusual + [library.Arg(1, library.MASKED_EQ, _KIND, kind) for kind in _KINDS_REFUSED]
