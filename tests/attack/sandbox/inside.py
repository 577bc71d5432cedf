"""Runs inside a sandbox: tries to get out, and prints what it met as JSON. Standard library only."""

# ruff: noqa: S108, T201
import ctypes
import errno
import fcntl
import json
import os
import pty
import socket
import subprocess
import sys
from pathlib import Path

LIBC = ctypes.CDLL(None, use_errno=True)
TIOCSTI = 0x5412
NEW_USER = 0x10000000
CLONE3 = 435
MEMFD_CREATE = 319 if os.uname().machine == "x86_64" else 279
SHMGET = 29 if os.uname().machine == "x86_64" else 194


def tried(attempt):
    """The name of the error that stopped ``attempt``, or 'done'."""
    try:
        attempt()
    except OSError as error:
        return errno.errorcode.get(error.errno, type(error).__name__)
    return "done"


def call(*arguments):
    def attempt():
        if LIBC.syscall(*arguments) < 0:
            raise OSError(ctypes.get_errno(), "")

    return attempt


def connect(family, address, kind=socket.SOCK_STREAM):
    def attempt():
        with socket.socket(family, kind) as connection:
            connection.settimeout(3)
            connection.connect(address)

    return attempt


def status():
    lines = Path("/proc/self/status").read_text().splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def processes():
    return {p.name: (p / "cmdline").read_bytes().decode() for p in Path("/proc").iterdir() if p.name.isdigit()}


def push_into_terminal():
    _, slave = pty.openpty()
    fcntl.ioctl(slave, TIOCSTI, b"x")


def unshare_by_program():
    # A second way: without a filter the kernel alone would have to refuse.
    if subprocess.run(["/usr/bin/unshare", "--user", "true"], capture_output=True, check=False).returncode:
        raise PermissionError(errno.EPERM, "")


def main(given):
    port, abstract, host_paths = given["port"], given["abstract"], given["host_paths"]
    seen = {
        "status": status(),
        "ids": [*os.getresuid(), *os.getresgid()],
        "groups": os.getgroups(),
        "interfaces": [name for _, name in socket.if_nameindex()],
        "environment": dict(os.environ),
        "descriptors": sorted(int(p.name) for p in list(Path("/proc/self/fd").iterdir()) if os.path.lexists(p)),
        "processes": processes(),
        "exists": {path: os.path.lexists(path) for path in host_paths},
        "root": sorted(p.name for p in Path("/").iterdir()),
        "sys": sorted(str(p) for p in Path("/sys").rglob("*") if p.is_file()),
        "homes": [p.name for p in Path("/home").iterdir()],
        "read": {path: tried(Path(path).read_bytes) for path in given["read"]},
        "write": {path: tried(Path(path, "new-file").touch) for path in given["write"]},
        "connect": {
            "tcp": tried(connect(socket.AF_INET, ("127.0.0.1", port))),
            "tcp6": tried(connect(socket.AF_INET6, ("::1", port))),
            "outside": tried(connect(socket.AF_INET, ("192.0.2.1", 443))),
            "abstract": tried(connect(socket.AF_UNIX, "\0" + abstract)),
            "name": tried(lambda: socket.getaddrinfo("example.org", 443)),
        },
        "socket": {
            "packet": tried(lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW)),
            "vsock": tried(lambda: socket.socket(socket.AF_VSOCK)),
            "alg": tried(lambda: socket.socket(socket.AF_ALG, socket.SOCK_SEQPACKET)),
            "raw": tried(lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)),
            "netlink audit": tried(lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 9)),
            "hidden in the high half": tried(call(41, (1 << 32) | 17, 3, 0)),
            "unix": tried(socket.socketpair),
            "inet": tried(lambda: socket.socket(socket.AF_INET)),
        },
        "call": {
            "unshare": tried(call(272 if os.uname().machine == "x86_64" else 97, NEW_USER)),
            "unshare program": tried(unshare_by_program),
            "clone3": tried(call(CLONE3, 0, 0)),
            "memfd_create": tried(call(MEMFD_CREATE, b"x", 0)),
            "shmget": tried(call(SHMGET, 0, 4096, 0o600)),
            "mount": tried(mount),
            "TIOCSTI": tried(push_into_terminal),
            "setuid 0": tried(lambda: os.setuid(0)),
            "chown": tried(lambda: os.chown("/home/researcher", 0, 0)),
        },
        "nosuid": {p: bool(os.statvfs(p).f_flag & os.ST_NOSUID) for p in ("/usr", "/home/researcher", "/tmp", "/data")},
        "limits": {n: v.split()[-3:-1] for n, _, v in (x.partition("  ") for x in limits())},
    }
    print(json.dumps(seen))


def limits():
    return Path("/proc/self/limits").read_text().splitlines()[1:]


def mount():
    if LIBC.mount(b"tmpfs", b"/tmp", b"tmpfs", 0, None):
        raise OSError(ctypes.get_errno(), "")


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
