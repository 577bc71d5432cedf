"""Ways out by sockets, of every family and protocol that a kernel may know."""

import contextlib
import ctypes
import errno
import socket

from tries import LIBC, attempt

SECONDS = 3
# Family, kind, protocol. AF_* that Python does not name are numbers.
FAMILIES = {
    "AF_PACKET": (17, socket.SOCK_RAW, 0x300),
    "AF_VSOCK": (40, socket.SOCK_STREAM, 0),
    "AF_ALG": (38, socket.SOCK_SEQPACKET, 0),
    "AF_BLUETOOTH": (31, socket.SOCK_RAW, 1),
    "AF_XDP": (44, socket.SOCK_RAW, 0),
    "AF_TIPC": (30, socket.SOCK_SEQPACKET, 0),
    "AF_RDS": (21, socket.SOCK_SEQPACKET, 0),
    "AF_CAN": (29, socket.SOCK_RAW, 1),
    "AF_KEY": (15, socket.SOCK_RAW, 2),
    "AF_SMC": (43, socket.SOCK_STREAM, 0),
    "AF_QIPCRTR": (42, socket.SOCK_DGRAM, 0),
    "AF_NFC": (39, socket.SOCK_SEQPACKET, 1),
    "AF_KCM": (41, socket.SOCK_DGRAM, 0),
    "AF_PPPOX": (24, socket.SOCK_STREAM, 0),
    "AF_APPLETALK": (5, socket.SOCK_DGRAM, 0),
    "netlink of sock_diag": (16, socket.SOCK_RAW, 4),
    "netlink of xfrm": (16, socket.SOCK_RAW, 6),
    "netlink of the audit": (16, socket.SOCK_RAW, 9),
    "netlink of the packet filter": (16, socket.SOCK_RAW, 12),
    "netlink of kernel events": (16, socket.SOCK_RAW, 15),
    "netlink of everything else": (16, socket.SOCK_RAW, 16),
    "MPTCP": (2, socket.SOCK_STREAM, 262),
    "SCTP": (2, socket.SOCK_STREAM, 132),
    "DCCP": (2, 6, 33),
    "UDP-Lite": (2, socket.SOCK_DGRAM, 136),
    "L2TP": (2, socket.SOCK_DGRAM, 115),
    "IPv6 MPTCP": (10, socket.SOCK_STREAM, 262),
    "a raw socket for pings": (2, socket.SOCK_RAW, 1),
    "a raw socket for anything": (2, socket.SOCK_RAW, 255),
    "an unprivileged ping": (2, socket.SOCK_DGRAM, 1),
}


def _opens(family: int, kind: int, protocol: int):
    def opened(given):
        fd = LIBC.socket(family, kind, protocol)
        if fd < 0:
            raise OSError(ctypes.get_errno(), "")

    return opened


for _name, _kind in FAMILIES.items():
    attempt(_name)(_opens(*_kind))


def _connect(family, address):
    with socket.socket(family) as made:
        made.settimeout(SECONDS)
        made.connect(address)


@attempt("TCP to the host's loopback")
def tcp(given):
    _connect(socket.AF_INET, ("127.0.0.1", given["tcp"]))


@attempt("TCP to the host's loopback by IPv6")
def tcp6(given):
    _connect(socket.AF_INET6, ("::1", given["tcp6"]))


@attempt("TCP to the host's loopback by a mapped address")
def mapped(given):
    _connect(socket.AF_INET6, ("::ffff:127.0.0.1", given["tcp"]))


@attempt("TCP to another address of loopback")
def whole_loopback(given):
    _connect(socket.AF_INET, ("127.0.0.2", given["tcp_any"]))


@attempt("TCP to another machine")
def other_machine(given):
    _connect(socket.AF_INET, tuple(given["outside"]))


@attempt("UDP to the host's loopback")
def udp(given):
    _udp(("127.0.0.1", given["udp"]), b"question")


@attempt("a name server on the host's loopback")
def names(given):
    # One question by hand: a resolver would read /etc/resolv.conf, which names whatever the machine uses.
    _udp(
        ("127.0.0.1", given["udp"]),
        b"\x00\x01\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x06secret\x04test\x00\x00\x01\x00\x01",
    )


def _udp(address, question):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made:
        made.settimeout(1)
        made.connect(address)
        made.send(question)
        made.recv(100)


@attempt("a stream of the host's abstract sockets")
def abstract(given):
    _connect(socket.AF_UNIX, "\0" + given["abstract"])


@attempt("a datagram to the host's abstract sockets")
def abstract_datagram(given):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as made:
        made.sendto(b"x", "\0" + given["abstract_datagram"])


@attempt("the host's network interfaces")
def interfaces(given):
    if {name for _, name in socket.if_nameindex()} == {"lo"} and _own_address_only():
        raise OSError(errno.ENODEV, "")


def _own_address_only():
    with contextlib.suppress(ConnectionRefusedError):
        _connect(socket.AF_INET, ("127.0.0.1", 1))
    with open("/proc/net/tcp") as file:  # noqa: PTH123
        return len(file.readlines()) <= 1


@attempt("a listening TCP descriptor turned into a connection")
def inherited(given):
    with socket.socket(fileno=given["descriptor"]) as made:
        made.settimeout(SECONDS)
        made.shutdown(socket.SHUT_RDWR)
        made.connect(("127.0.0.1", given["tcp"]) if made.family == socket.AF_INET else "\0" + given["abstract"])
