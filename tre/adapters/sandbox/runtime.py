"""What this machine lends to every sandbox: system folders, the interpreter, our packages, Java.

Discovered once, as plain data, so that the command itself stays a pure function. Nothing here belongs to a project.
"""

import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from tre.core.errors import Unavailable
from tre.projects.workspace import Mount
from tre.settings import our_templates
from tre.workspace.paths import LIB, TEMPLATES

# Where the shared software is inside.
VENV: Final = "/opt/tre/venv"
PYTHON: Final = f"{VENV}/bin/python"

# What of ours a sandbox needs: disclosure control, and of tre what runs inside with the words and errors it shares. The
# rest (services, stages, adapters) is not there.
_OURS: Final = ("disclosure_control", "tre/__init__.py", "tre/__main__.py", "tre/core", "tre/workspace")

_INSTALLED: Final = ("disclosure_control", "hub_config", "tre")

_SYSTEM_LINKS: Final = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")
# Parts of /etc that programs need and that name nobody. Java's configuration is a folder per version.
_ETC: Final = ("/etc/alternatives", "/etc/fonts", "/etc/ld.so.cache")
_JAVA_ETC: Final = "java-*"


@dataclass(frozen=True)
class Runtime:
    """The shared software of this machine.

    Attributes:
        bwrap: the bubblewrap program.
        prlimit: the program that sets limits inside; below /usr, which every sandbox sees.
        system: read-only mounts that every user of the machine can read already; never staged.
        links: symbolic links to make, ``(text of the link, place)``.
        software: read-only mounts that may lie below a private folder.
        hidden: folders below the software that are shown empty.
        environment: variables that the software needs.
    """

    bwrap: str
    prlimit: str
    system: tuple[Mount, ...]
    links: tuple[tuple[str, str], ...]
    software: tuple[Mount, ...]
    hidden: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@cache
def discover() -> Runtime:
    """The runtime of the interpreter that is running now.

    Raises:
        Unavailable: bubblewrap or prlimit is missing.
    """
    mounts, links = _system()
    return Runtime(
        bwrap=_program("bwrap", "bubblewrap"),
        prlimit=_program("prlimit", "util-linux"),
        system=mounts,
        links=links,
        software=_software(),
        hidden=_hidden(Path(__file__).resolve().parents[3], Path(sys.prefix).resolve()),
        environment=MappingProxyType(_java()),
    )


def _program(name: str, package: str) -> str:
    program = shutil.which(name, path="/usr/bin:/bin:/usr/local/bin")
    if program is None:
        raise Unavailable(
            f"The program {name} is not installed.",
            hint=f"Install the system package {package} (apt install {package}).",
        )
    return program


def _system() -> tuple[tuple[Mount, ...], tuple[tuple[str, str], ...]]:
    mounts = [Mount(Path("/usr"), "/usr")]
    links: list[tuple[str, str]] = []
    for name in _SYSTEM_LINKS:
        place = Path("/") / name
        if place.is_symlink():
            links.append((str(place.readlink()), str(place)))
        elif place.is_dir():
            mounts.append(Mount(place, str(place)))
    etc = [Path(text) for text in _ETC] + sorted(Path("/etc").glob(_JAVA_ETC))
    mounts += [Mount(place, str(place)) for place in etc if place.exists()]
    return tuple(mounts), tuple(links)


def _software() -> tuple[Mount, ...]:
    packages = Path(__file__).resolve().parents[3]
    mounts = [Mount(Path(sys.prefix).resolve(), VENV)]
    mounts += [Mount(packages / name, f"{LIB}/{name}") for name in _OURS]
    mounts.append(Mount(our_templates(), TEMPLATES))
    # An interpreter that is not the system's is shown at its own place, because the environment's links name it.
    for base in sorted({sys.base_prefix, str(Path(sys.base_prefix).resolve())}):
        if not Path(base).is_relative_to("/usr"):
            mounts.append(Mount(Path(base).resolve(), base))
    return tuple(mounts)


def _hidden(packages: Path, prefix: Path) -> tuple[str, ...]:
    """Our packages where a wheel has put them: inside the environment, which is shown whole."""
    if not packages.is_relative_to(prefix):
        return ()
    folders = (packages / name for name in _INSTALLED)
    return tuple(f"{VENV}/{folder.relative_to(prefix).as_posix()}" for folder in folders if folder.is_dir())


def _java() -> dict[str, str]:
    program = shutil.which("java", path="/usr/bin:/usr/local/bin")
    if program is None:
        return {}
    home = Path(os.path.realpath(program)).parent.parent
    return {"JAVA_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1"} if home.is_relative_to("/usr") else {}
