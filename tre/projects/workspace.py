"""A workspace as plain data: what is mounted, what is limited, what may leave.

The same value drives the bubblewrap sandbox here and a pod elsewhere; nothing in it knows which.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from tre.core.ids import PersonId, ProjectId
from tre.workspace.paths import DATA, HOME, LIB, PACKAGES

MIB: Final = 1 << 20
GIB: Final = 1 << 30


@dataclass(frozen=True)
class Mount:
    """A folder or file of the host shown inside. Read-only unless said."""

    source: Path
    target: str
    writable: bool = False


@dataclass(frozen=True)
class Limits:
    """What one workspace may use. Dask and Spark together need at least 3 GiB and 512 processes.

    ``file_bytes`` holds for each file, ``home_bytes`` and ``home_files`` for all that it keeps on the disk.
    """

    memory_bytes: int = 4 * GIB
    cpus: float = 2.0
    processes: int = 512
    tmp_bytes: int = 512 * MIB
    file_bytes: int = 8 * GIB
    home_bytes: int = 32 * GIB
    home_files: int = 1_000_000


@dataclass(frozen=True)
class Workspace:
    """One person's room in one project."""

    project: ProjectId
    person: PersonId
    mounts: tuple[Mount, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    limits: Limits = Limits()
    egress: Literal["none"] = "none"


def workspace(
    project: ProjectId,
    person: PersonId,
    *,
    view: Path,
    home: Path,
    limits: Limits = Limits(),
    packages: Path | None = None,
) -> Workspace:
    """The workspace of one person in one project: the view read-only, a home, the project's policy, no way out.

    ``packages`` were installed for this project alone; ours are found before them.
    """
    more = () if packages is None else (Mount(packages, PACKAGES),)
    return Workspace(
        project=project,
        person=person,
        mounts=(Mount(view, DATA), Mount(home, HOME, writable=True), *more),
        environment={
            "TRE_PROJECT": project,
            "SDC_POLICY": f"{DATA}/policy.toml",
            **({"PYTHONPATH": f"{LIB}:{PACKAGES}"} if more else {}),
        },
        limits=limits,
    )
