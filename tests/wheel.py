"""The wheel as somebody gets it: built, installed into an empty environment, used by an ordinary user elsewhere."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]
USER = 54399  # a number that nobody has; nothing else that runs as root uses it


def build(folder: Path, kind: str = "wheel", source: Path = REPOSITORY) -> Path:
    """The wheel or sdist of a source tree, built without asking anybody."""
    made = [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(folder)]
    done = subprocess.run(made, cwd=source, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (path,) = folder.glob("*.whl" if kind == "wheel" else "*.tar.gz")
    return path


@dataclass(frozen=True)
class Installed:
    """An environment that holds the wheel and what it asks for, and a home of its own for who uses it."""

    python: Path
    home: Path

    def command(self, *argv: str) -> list[str]:
        """A program of the environment, as an ordinary user."""
        become = ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups"] if os.getuid() == 0 else []
        return [*become, str(self.python.with_name(argv[0])), *argv[1:]]

    def environment(self, **more: str) -> dict[str, str]:
        """What the user's programs are told: nothing that leads to the checkout."""
        own = {"HOME": str(self.home), "TMPDIR": str(self.home), "TRE_HOME": str(self.home / "tre")}
        return {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", **own, **more}

    def run(self, *argv: str) -> subprocess.CompletedProcess[str]:
        """Run it to its end."""
        return subprocess.run(
            self.command(*argv),
            cwd=self.home,
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=280,
            check=False,
        )


@contextmanager
def installed(wheel: Path, *extras: str) -> Iterator[Installed]:
    """The wheel with extras, at the versions of the lock and with its digests, outside the checkout."""
    # A short name, because sockets are made below it, that every user may enter.
    folder = Path(tempfile.mkdtemp(prefix="tre-w-"))
    folder.chmod(0o755)
    home, python = folder / "home", folder / "venv" / "bin" / "python"
    home.mkdir(mode=0o700)
    if os.getuid() == 0:
        os.chown(home, USER, USER)
    # The interpreter of the machine, which sandboxes see as well.
    subprocess.run([sys._base_executable, "-m", "venv", "--without-pip", str(folder / "venv")], check=True)
    wanted = f"tre-toolkit[{','.join(extras)}] @ {wheel.as_uri()}"
    uv = [str(Path(sys.executable).with_name("uv")), "pip", "install", "-q", "--compile-bytecode"]
    try:
        done = subprocess.run(
            [*uv, "--python", str(python), "-c", str(REPOSITORY / "requirements.lock"), wanted],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        yield Installed(python, home)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
