"""Somebody else's process on the host, with the id that a sandbox has outside: everything in it waits to be reached.

Prints where, as JSON, and lives until its input ends. Standard library only.
"""

# ruff: noqa: T201, S108, S104
import ctypes
import json
import os
import secrets
import socket
import sys
import threading
from pathlib import Path

LIBC = ctypes.CDLL(None, use_errno=True)
INTEL = os.uname().machine == "x86_64"
MQ_OPEN, MQ_UNLINK = (240, 241) if INTEL else (180, 181)
IPC_CREAT = 0o1000


def answer(server: socket.socket) -> None:
    while True:
        said, whence = server.recvfrom(500)
        server.sendto(said, whence)


def main(folder: str) -> None:
    kept = []
    key = secrets.randbelow(1 << 30) + 1
    name = f"tre-attack-{key}"
    tcp, anywhere = socket.create_server(("127.0.0.1", 0)), socket.create_server(("0.0.0.0", 0))
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(("127.0.0.1", 0))
    threading.Thread(target=answer, args=(udp,), daemon=True).start()
    try:
        tcp6 = socket.create_server(("::1", 0), family=socket.AF_INET6)
        port6 = tcp6.getsockname()[1]
        kept.append(tcp6)
    except OSError:
        port6 = 1
    abstract, datagram, file = (socket.socket(socket.AF_UNIX, k) for k in (1, 2, 1))
    abstract.bind(f"\0{name}")
    abstract.listen(64)
    datagram.bind(f"\0{name}-datagram")
    place = Path(folder, "victim.sock")
    file.bind(str(place))
    place.chmod(0o666)
    file.listen(64)
    shared = Path("/dev/shm", name)
    shared.write_text("shared")
    shared.chmod(0o644)
    segment = LIBC.shmget(key, 4096, 0o666 | IPC_CREAT)
    queue = LIBC.msgget(key, 0o666 | IPC_CREAT)
    semaphore = LIBC.semget(key, 1, 0o666 | IPC_CREAT)
    LIBC.syscall(MQ_OPEN, name.encode(), os.O_CREAT | os.O_RDWR, 0o666, None)
    private = Path(folder, "victim-private")
    private.write_text("private")
    private.chmod(0o600)
    secret = ctypes.create_string_buffer(b"a secret in memory")
    told = {
        "pid": os.getpid(),
        "marker": "victim.py",
        "secret": os.environ["VICTIM_SECRET"],
        "address": ctypes.addressof(secret),
        "tcp": tcp.getsockname()[1],
        "tcp_any": anywhere.getsockname()[1],
        "tcp6": port6,
        "udp": udp.getsockname()[1],
        "abstract": name,
        "abstract_datagram": f"{name}-datagram",
        "socket": str(place),
        "shared": name,
        "queue": name,
        "segment": segment,
        "key": key,
        "private": str(private),
    }
    print(json.dumps(told), flush=True)
    sys.stdin.read()
    LIBC.shmctl(segment, 0, None)
    LIBC.msgctl(queue, 0, None)
    LIBC.semctl(semaphore, 0, 0, None)
    LIBC.syscall(MQ_UNLINK, name.encode())
    shared.unlink()


if __name__ == "__main__":
    main(sys.argv[1])
