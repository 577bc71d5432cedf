"""The attacks, made by an ordinary user who runs the whole TRE: an installation needs no root, and CI is root.

By name alone, as root, in a checkout that everybody may read: with the heavy controls it takes about half an hour.

    .venv/bin/python -m pytest -n0 tests/attack/as_an_ordinary_user.py

Each user is a number that nobody has, with a home of its own; what it leaves running is ended with it.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
FIRST = 54391  # one user for each part: they may run at the same time
BROWSER = "tests/attack/hub_config/test_outputs_in_a_browser.py"
# Each takes a few minutes, and has more than twice of them.
PARTS = {
    "the sandbox": ["tests/attack/sandbox"],
    "hub, relay and gateway": ["tests/attack/hub_config", f"--ignore={BROWSER}"],
    "the reader's browser": [BROWSER],
}

pytestmark = [
    pytest.mark.sandbox,
    pytest.mark.browser,
    pytest.mark.timeout(3000),
    pytest.mark.skipif(os.getuid() != 0, reason="whoever runs the tests is an ordinary user: they are in `make test`"),
]


@pytest.fixture(params=PARTS)
def part(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def user(part: str) -> int:
    return FIRST + list(PARTS).index(part)


@pytest.fixture
def home(user: int) -> Iterator[Path]:
    # Its name is short: sockets are made below it.
    made = Path(tempfile.mkdtemp(prefix="tre-o-"))
    os.chown(made, user, user)
    yield made
    for process in Path("/proc").iterdir():
        with suppress(OSError):
            if process.name.isdigit() and process.stat().st_uid == user:
                os.kill(int(process.name), signal.SIGKILL)
    shutil.rmtree(made)


def test_the_attacks_fail_and_their_controls_succeed_as_for_root(home, user, part):
    become = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"]
    told = ["-q", "-rs", "--tb=short", "-p", "no:cacheprovider", "-p", "no:randomly", "-p", "no:xdist"]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "XDG_", "TRE_"))}
    own = {"HOME": str(home), "TMPDIR": str(home), "USER": "ordinary", "LOGNAME": "ordinary"}
    done = subprocess.run(
        [*become, sys.executable, "-B", "-m", "pytest", *told, *PARTS[part]],
        cwd=REPOSITORY,
        env={**kept, **own, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=2900,
    )
    assert done.returncode == 0, done.stdout[-20_000:]
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed is not None, done.stdout[-20_000:]
    assert int(passed.group(1)) >= 20
    print(f"{part}: {done.stdout.splitlines()[-1]}")  # noqa: T201
