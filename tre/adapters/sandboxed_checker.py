"""Disclosure control inside a sandbox: hostile files are parsed where there is no network and nothing to reach.

Whatever goes wrong in there, or with what it wrote, leaves files without an answer; the check stage calls those FAIL.
"""

import shutil
import tempfile
from pathlib import Path
from typing import Final

from disclosure_control.checking.messages import PriorOutputFile
from disclosure_control.core.decoder import BadMessage, decode, encode
from disclosure_control.core.report_record import ReportRecord
from tre.adapters import sandbox
from tre.airlock.ports import CheckInputs, CheckResult
from tre.core.errors import BadInput
from tre.core.ids import PersonId, ProjectId
from tre.projects.workspace import GIB, Limits, Mount, Workspace
from tre.workspace.check_plan import CheckPlan
from tre.workspace.paths import DATA, HOME

REQUEST: Final = "/request"
VIEWS: Final = "/views"
UNIT: Final = "person_id"
_REPORT_BYTES: Final = 256 << 20
_CLEAN_FILES: Final = 10_000
_CLEAN_BYTES: Final = 4 << 30


class SandboxedChecker:
    """The ``OutputChecker`` port."""

    def __init__(self, scratch: Path) -> None:
        """Work in folders under ``scratch``; the last check's log stays there."""
        scratch.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._scratch = scratch

    def check(self, folder: Path, inputs: CheckInputs, *, timeout_s: float) -> CheckResult:
        """Check every file of ``folder``; see the port."""
        with tempfile.TemporaryDirectory(prefix="check-", dir=self._scratch) as temporary:
            inside, home = Path(temporary) / "data", Path(temporary) / "home"
            home.mkdir()
            inside.mkdir()
            job = _write_inputs(inputs, inside)
            sandbox.prepare_readable(inside)
            sandbox.prepare_readable(folder)
            sandbox.prepare_writable(home)
            mounts = [Mount(folder, REQUEST), Mount(inside, DATA), Mount(home, HOME, writable=True)]
            mounts += [Mount(path, f"{VIEWS}/{name}.parquet") for name, path in inputs.views.items()]
            workspace = Workspace(
                ProjectId("airlock"), PersonId("system"), tuple(mounts), limits=Limits(memory_bytes=6 * GIB)
            )
            sandbox.run(
                workspace,
                [sandbox.PYTHON, "-m", "tre.workspace.check_job", encode(job).decode()],
                timeout_s=timeout_s,
                # What does not fit into memory is not to be put into memory: its /tmp is.
                env={"TMPDIR": HOME},
                log=self._scratch / "last-check.log",
            )
            return _read_result(home)


def _write_inputs(inputs: CheckInputs, inside: Path) -> CheckPlan:
    """Put what a check needs into a folder, and say where it lies as seen from the sandbox."""
    (inside / "policy.toml").write_text(inputs.policy, encoding="utf-8")
    if inputs.numbers is not None:
        shutil.copyfile(inputs.numbers, inside / "numbers.parquet")
    (inside / "earlier").mkdir()
    for place, (_, fingerprint) in enumerate(inputs.earlier):
        (inside / "earlier" / str(place)).write_bytes(fingerprint)
    return CheckPlan(
        folder=REQUEST,
        policy=f"{DATA}/policy.toml",
        views={name: f"{VIEWS}/{name}.parquet" for name in inputs.views},
        unit=UNIT,
        numbers=None if inputs.numbers is None else f"{DATA}/numbers.parquet",
        earlier=tuple(
            PriorOutputFile(output.name, f"{DATA}/earlier/{place}", output.foreign)
            for place, (output, _) in enumerate(inputs.earlier)
        ),
    )


def _read_result(home: Path) -> CheckResult:
    """What the check wrote, taken with the same care as a researcher's files; empty when it cannot be used."""
    try:
        report = decode(sandbox.read_bytes(home, "report.json", max_bytes=_REPORT_BYTES), ReportRecord)
        with tempfile.TemporaryDirectory(prefix="tre-clean-") as temporary:
            clean, fingerprints = (_folder(home, name, Path(temporary)) for name in ("clean", "fingerprints"))
    except (BadInput, BadMessage):
        return CheckResult(None, {})
    names = {str(place): file.name for place, file in enumerate(report.files)}
    by_name = [
        {names[place]: data for place, data in by_place.items() if place in names} for by_place in (clean, fingerprints)
    ]
    return CheckResult(report, *by_name)


def _folder(home: Path, name: str, temporary: Path) -> dict[str, bytes]:
    copy = temporary / name
    names = sandbox.copy_tree(home, name, copy, max_files=_CLEAN_FILES, max_bytes=_CLEAN_BYTES)
    return {name: (copy / name).read_bytes() for name in names}
