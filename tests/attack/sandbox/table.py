"""Attempt by attempt, which defences must be switched off before it succeeds.

Two stand there where either alone still holds it. ``attempts/`` makes them, ``defences`` switches off.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Attempt:
    """One attempt.

    Attributes:
        name: as it is listed inside.
        off: the defences to switch off, all at once, for it to succeed.
        off_as_root: the same where root opens the sandbox, if it differs.
        why: why one defence is not enough, or what the control needs.
    """

    name: str
    off: tuple[str, ...]
    off_as_root: tuple[str, ...] | None = None
    why: str = ""

    def switched_off(self, is_root: bool) -> tuple[str, ...]:
        return self.off_as_root if is_root and self.off_as_root is not None else self.off


TWO = "the kernel asks for a capability as well"
ROOTS = "the kernel asks for root's own rights as well, which an ordinary user has not to give"
NOBODY = "bubblewrap always forbids new privileges, so the control is no sandbox at all"


def each(names: str, *off: str, as_root: tuple[str, ...] | None = None, why: str = "") -> list[Attempt]:
    """Attempts, one a line, that the same defences hold."""
    return [Attempt(name.strip(), off, as_root, why) for name in names.strip().splitlines()]


NETWORK = [
    *each(
        """
        TCP to the host's loopback
        TCP to the host's loopback by IPv6
        TCP to the host's loopback by a mapped address
        TCP to another address of loopback
        TCP to another machine
        UDP to the host's loopback
        a name server on the host's loopback
        a stream of the host's abstract sockets
        a datagram to the host's abstract sockets
        the host's network interfaces
        an unprivileged ping
        """,
        "network",
    ),
    *each(
        """
        AF_VSOCK
        AF_ALG
        AF_BLUETOOTH
        AF_TIPC
        AF_RDS
        AF_CAN
        AF_SMC
        AF_QIPCRTR
        AF_NFC
        AF_KCM
        AF_PPPOX
        AF_APPLETALK
        netlink of sock_diag
        netlink of xfrm
        netlink of the audit
        netlink of the packet filter
        netlink of kernel events
        netlink of everything else
        MPTCP
        SCTP
        DCCP
        UDP-Lite
        L2TP
        IPv6 MPTCP
        a family in a number's high half
        """,
        "calls",
    ),
    *each("AF_PACKET\nAF_XDP\nAF_KEY", "calls", "capabilities", why=TWO),
    *each("a raw socket for pings\na raw socket for anything", "calls", "capabilities", why=TWO),
    *each("a listening TCP descriptor turned into a connection\na descriptor of a folder of the host", "descriptors"),
]
NEIGHBOURS = [
    *each(
        """
        a signal to a process of the host
        a signal to every process
        a handle on a process of the host
        the limits of a process of the host
        the processors of a process of the host
        the turn of a process of the host
        the command line of a process of the host
        """,
        "processes",
    ),
    *each(
        """
        the environment of a process of the host
        the files of a process of the host
        """,
        "processes",
        "rights",
        why="a process of another user namespace is closed to whoever has no capability there",
    ),
    *each(
        """
        ptrace of a process of the host
        the memory of a process of the host
        a descriptor of a process of the host
        """,
        "processes",
        "calls",
        "rights",
        why="a process of another user namespace is closed to whoever has no capability there",
    ),
    *each(
        """
        a shared segment of the host, by its number
        a message queue of the host
        a semaphore of the host
        a POSIX queue of the host
        """,
        "ipc",
    ),
    *each("a shared segment of the host, by its key", "ipc", "calls", why="the filter refuses new segments alike"),
    *each("shared memory of the host, by its name", "own devices"),
    *each("the host's name", "names"),
    *each("a socket in the host's file system", "mounts"),
    *each("a secret of whoever opened the room", "environment"),
]
KERNEL = [
    *each(
        """
        ptrace
        process_vm_readv
        process_vm_writev
        kcmp
        pidfd_getfd
        process_madvise
        entering a namespace again
        an unmount
        quotactl
        quotactl_fd
        a file's handle
        a file by its handle
        keyctl
        add_key
        request_key
        userfaultfd
        io_uring
        memfd_create
        memfd_secret
        a program that is only in memory
        a new segment of shared memory
        vmsplice
        fanotify
        personality
        pages moved between nodes
        all pages moved between nodes
        memory bound to a node
        a policy of memory
        the clock's rate read
        keys pushed into a terminal
        keys pushed by a code with a high half
        a console's selection
        calls by the 32-bit door
        ptrace by the 32-bit door
        calls by the x32 door
        perf_event_open
        """,
        "calls",
    ),
    *each(
        """
        a new user namespace
        a new user namespace by clone
        a new user namespace by clone3
        """,
        "calls",
        "further namespaces",
        why="the kernel is told to allow no further one as well",
    ),
    *each(
        """
        a new network namespace
        a mount
        pivot_root
        chroot
        fsopen
        fspick
        open_tree
        open_tree_attr
        move_mount
        mount_setattr
        """,
        "calls",
        "capabilities",
        why=TWO,
    ),
    *each("/data made writable again", "calls", "rights", why=ROOTS),
]
MACHINE = [
    *each(
        """
        reboot
        another kernel
        another kernel from a file
        a module
        a module from a file
        a module removed
        a swap file
        a swap file removed
        the time of day
        the clock
        accounting
        the kernel's log
        every port of the machine
        one port of the machine
        bpf
        """,
        "calls",
        "rights",
        why=ROOTS,
    ),
    *each("a setting of the kernel\nsysrq\nthe kernel's memory", "host proc", "rights", why=ROOTS),
    *each("a device made", "rights", why=ROOTS),
    *each("last to be killed for memory", "rights", why=ROOTS),
    *each("devices of the host", "own devices"),
    *each("a device that lies among the data", "nodev"),
    *each("a program that becomes its owner\na program with a capability", "sandbox", why=NOBODY),
    *each("first at the processor", "turn"),
    *each("more open files than allowed\na core file", "limits"),
]
FILES = [
    *each(
        """
        writing the view
        writing the system
        writing the interpreter's packages
        writing our own packages
        writing the templates
        a new file among the data
        the view through its descriptor
        the view's name moved away
        a second name of the view in one's home
        a link put where the relay's socket is
        """,
        "read-only",
        as_root=("read-only", "uid"),
        why="what root shares, root owns",
    ),
    *each(
        """
        another's notes
        another's notes through a link in one's home
        another's notes through a link among many swaps
        another's notes by way of the root of a process
        another's notes by way of the first process
        outputs of another run changed
        the way up out of the root
        the machine's own state
        """,
        "mounts",
    ),
    *each("ids of root", "capabilities"),
    *each("a file given to root", "rights", why=ROOTS),
    *each("capabilities", "capabilities"),
    *each("new privileges by a program", "sandbox", why=NOBODY),
    *each("what only its owner may read", "uid", as_root=("uid",), why="an ordinary user owns it"),
]
TABLE = [*NETWORK, *NEIGHBOURS, *KERNEL, *MACHINE, *FILES]
NAMES = [attempt.name for attempt in TABLE]
# Held by nothing where an ordinary user opens the room, because nothing is to be held there.
ONLY_ROOTS = {"what only its owner may read"}
