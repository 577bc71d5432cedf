"""A workspace into bubblewrap's options: a pure function, so that what a sandbox may see can be read and tested.

It leaves discovery to ``runtime``, limits to ``limits`` and starting to ``launch``. A source on the host is kept as a
``Path`` among the options, apart from plain text, so that a launcher started by root can show it at another place.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from tre.adapters.sandbox.runtime import PYTHON, VENV, Runtime
from tre.core.errors import BadInput
from tre.projects import compute
from tre.projects.workspace import Limits, Mount, Workspace
from tre.workspace.paths import HOME, LIB

Option = str | Path

UID: Final = 1000
GID: Final = 1000
USER: Final = "researcher"
HOSTNAME: Final = "workspace"

# Every namespace is new; the user namespace is asked for by name so that failure to make one is an error.
_ISOLATION: Final = (
    "--unshare-all",
    "--unshare-user",
    "--disable-userns",
    *("--uid", str(UID), "--gid", str(GID)),
    *("--hostname", HOSTNAME),
    "--die-with-parent",
    "--new-session",
    *("--cap-drop", "ALL"),
)
_ETC_LINKS: Final = (("../usr/share/zoneinfo/UTC", "/etc/localtime"), ("/proc/mounts", "/etc/mtab"))
_RESERVED: Final = tuple(PurePosixPath(p) for p in ("/usr", "/etc", "/proc", "/sys", "/dev", "/tmp", VENV, LIB))  # noqa: S108
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PAGE_BYTES: Final = 4096  # the least that a memory-backed folder can have
# Variables that would change how bubblewrap itself is loaded, outside the sandbox.
_LOADER: Final = ("LD_", "GLIBC_", "GCONV_", "MALLOC_")


@dataclass(frozen=True)
class Command:
    """All that bubblewrap is told.

    Attributes:
        options: in order; a ``Path`` is a folder or file of the host.
        files: small files to write inside, place to text.
        closing: options that come last, after the files.
        environment: the whole environment inside; nothing of the host's is kept.
        argv: what runs inside.
    """

    options: tuple[Option, ...]
    files: Mapping[str, str]
    closing: tuple[str, ...]
    environment: Mapping[str, str]
    argv: tuple[str, ...]

    @property
    def sources(self) -> tuple[Path, ...]:
        """The host's folders and files that are shown inside."""
        return tuple(option for option in self.options if isinstance(option, Path))


def build(
    workspace: Workspace,
    argv: Iterable[str],
    *,
    runtime: Runtime,
    env: Mapping[str, str] | None = None,
    mounts: Iterable[Mount] = (),
) -> Command:
    """The command that opens ``workspace`` and runs ``argv`` in it.

    Args:
        workspace: what is mounted and limited.
        argv: the program inside and its arguments.
        runtime: the shared software of this machine.
        env: more variables, over those of the workspace.
        mounts: more mounts that the caller needs (a folder with a socket, a server's code).

    Raises:
        BadInput: a mount or a variable that would weaken the sandbox.
    """
    data_mounts = _checked_mounts([*workspace.mounts, *mounts])
    targets = {mount.target for mount in data_mounts}
    software = [mount for mount in runtime.software if mount.target not in targets]
    options = [*_ISOLATION, *_system(runtime), *_scratch(workspace.limits)]
    if HOME not in targets:
        options += _tmpfs(HOME, workspace.limits.tmp_bytes, "0700")
    for mount in sorted([*software, *data_mounts], key=lambda mount: len(PurePosixPath(mount.target).parts)):
        options += ["--bind" if mount.writable else "--ro-bind", mount.source, mount.target]
    for folder in runtime.hidden:
        options += [*_tmpfs(folder, _PAGE_BYTES, "0555"), "--remount-ro", folder]
    limit = str(workspace.limits.processes)
    return Command(
        options=tuple(options),
        files={**_etc(), **compute.files(workspace.limits)},
        closing=("--remount-ro", "/dev", "--remount-ro", "/", "--chdir", HOME),
        environment=environment(workspace, runtime, env or {}),
        # Counted inside the new user namespace, so it must be set inside.
        argv=(runtime.prlimit, f"--nproc={limit}:{limit}", "--", *argv),
    )


def environment(workspace: Workspace, runtime: Runtime, env: Mapping[str, str]) -> dict[str, str]:
    """Every variable inside: ours, the workspace's, then ``env``; later ones win."""
    threads = str(max(1, int(workspace.limits.cpus)))
    values = {
        "PATH": f"{VENV}/bin:/usr/local/bin:/usr/bin:/bin",
        "VIRTUAL_ENV": VENV,
        "PYTHONPATH": LIB,
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYSPARK_PYTHON": PYTHON,
        "HOME": HOME,
        "USER": USER,
        "LOGNAME": USER,
        "SHELL": "/bin/bash",
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "TMPDIR": "/tmp",  # noqa: S108 - inside, a file system of its own
        "OMP_NUM_THREADS": threads,
        "OPENBLAS_NUM_THREADS": threads,
        **compute.environment(),
        **runtime.environment,
        **workspace.environment,
        **env,
    }
    for name, value in values.items():
        if not _NAME.fullmatch(name) or name.startswith(_LOADER) or "\0" in value:
            raise BadInput(
                "A variable for the workspace cannot be passed.",
                hint="Names are letters, digits and underscores, and none may change how programs are loaded.",
            )
    return values


def _system(runtime: Runtime) -> list[Option]:
    options: list[Option] = []
    for mount in runtime.system:
        options += ["--ro-bind", str(mount.source), mount.target]
    for text, place in (*runtime.links, *_ETC_LINKS):
        options += ["--symlink", text, place]
    return options


def _scratch(limits: Limits) -> list[Option]:
    """Memory-backed folders, each with a size: an unsized one is memory that no limit on processes counts."""
    return [
        *("--proc", "/proc", "--dev", "/dev"),
        *_tmpfs("/tmp", limits.tmp_bytes, "1777"),  # noqa: S108
        *_tmpfs("/dev/shm", limits.tmp_bytes // 4, "1777"),  # noqa: S108
    ]


def _tmpfs(place: str, size: int, mode: str) -> list[Option]:
    return ["--size", str(size), "--perms", mode, "--tmpfs", place]


def _etc() -> dict[str, str]:
    person = f"{USER}:x:{UID}:{GID}:{USER}:{HOME}:/bin/bash\n"
    return {
        "/etc/passwd": f"{person}nobody:x:65534:65534:nobody:/:/usr/sbin/nologin\n",
        "/etc/group": f"{USER}:x:{GID}:\nnogroup:x:65534:\n",
        "/etc/hosts": f"127.0.0.1 localhost {HOSTNAME}\n::1 localhost\n",
        "/etc/hostname": f"{HOSTNAME}\n",
        "/etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\nservices: files\n",
        "/etc/host.conf": "multi on\n",
    }


def _checked_mounts(mounts: list[Mount]) -> list[Mount]:
    targets = [PurePosixPath(mount.target) for mount in mounts]
    writable = [target for mount, target in zip(mounts, targets, strict=True) if mount.writable]
    for mount, target in zip(mounts, targets, strict=True):
        if not mount.source.is_absolute() or not target.is_absolute() or ".." in target.parts or str(target) == "/":
            raise _bad_mount(mount, "sources and places must be absolute, without '..'")
        if any(target.is_relative_to(place) and str(target.parent) != LIB for place in _RESERVED):
            raise _bad_mount(mount, "the system's own folders cannot be replaced")
        # Whoever may write the outer folder could put a symbolic link where the inner one is mounted.
        if any(target != parent and target.is_relative_to(parent) for parent in writable):
            raise _bad_mount(mount, "nothing may be mounted below a folder that can be written from inside")
        if targets.count(target) > 1:
            raise _bad_mount(mount, "the place is taken")
    return mounts


def _bad_mount(mount: Mount, why: str) -> BadInput:
    return BadInput(f"Nothing can be mounted at {mount.target}: {why}.", hint="Change the workspace's mounts.")
