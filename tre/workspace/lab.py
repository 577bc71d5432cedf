"""What Jupyter shows of a workspace, read inside it: the outputs that were made, the templates to start from.

Everything here lies in the researcher's own home, so it is shown to them and believed by nobody. Data comes from
``tre.workspace.client``, requests go through it.
"""

import json
import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from disclosure_control.core.outcome import Outcome, combine
from disclosure_control.core.report import TOOL
from disclosure_control.evidence.manifest import FILE_NAME, MAX_BYTES
from tre.core.errors import BadInput
from tre.workspace.template import load_template

_DEEPEST: Final = 4
_MOST_FOLDERS: Final = 30
_MOST_VISITED: Final = 5_000
_MOST_COPIES: Final = 1_000

Record = dict[str, object]


def output_folders(home: Path) -> list[Record]:
    """The folders below ``home`` into which outputs were finalised, the newest first.

    Returns:
        Records with ``folder``, ``outcome``, ``made_at_utc`` and ``outputs``: each with ``name``, ``outcome``,
        ``files`` and ``findings`` (``rule``, ``outcome``, ``why``, ``todo``). A record that cannot be read has an
        outcome of its own, ``unreadable``.
    """
    records = [(path.stat().st_mtime, path) for path in _records(home)]
    newest = sorted(records, reverse=True)[:_MOST_FOLDERS]
    return [_folder(home, path, when) for when, path in newest]


def copy_template(templates: Path, name: str, home: Path) -> str:
    """Copy a notebook template into ``home`` under a name that is free; returns that name.

    Raises:
        NotFound: there is no such template.
        BadInput: there are too many copies already.
    """
    content = load_template(templates, name).notebook.read_bytes()
    for number in range(1, _MOST_COPIES):
        path = home / (f"{name}.ipynb" if number == 1 else f"{name}-{number}.ipynb")
        try:
            with path.open("xb") as file:
                file.write(content)
        except FileExistsError:
            continue
        return path.name
    raise BadInput(f"There are too many copies of '{name}' in the home.", hint="Remove some.")


def _records(home: Path) -> Iterator[Path]:
    """Every record of a session below ``home``; hidden folders and symbolic links are left out."""
    for visited, (folder, below, files) in enumerate(os.walk(home)):
        depth = len(Path(folder).relative_to(home).parts)
        below[:] = sorted(name for name in below if not name.startswith(".")) if depth < _DEEPEST else []
        path = Path(folder) / FILE_NAME
        if FILE_NAME in files and path.is_file() and not path.is_symlink():
            yield path
        if visited >= _MOST_VISITED:
            return


def _folder(home: Path, path: Path, when: float) -> Record:
    record = {
        "folder": str(path.parent.relative_to(home)),
        "made_at_utc": datetime.fromtimestamp(when, UTC).isoformat(timespec="seconds"),
    }
    try:
        outputs = [_output(name, result) for name, result in _results(path).items()]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {**record, "outcome": "unreadable", "outputs": []}
    worst = combine(Outcome.from_label(str(output["outcome"])) for output in outputs)
    return {**record, "outcome": worst.label, "outputs": outputs}


def _results(path: Path) -> Mapping[str, Any]:
    if path.stat().st_size > MAX_BYTES:
        raise ValueError("the record is too large")
    document = json.loads(path.read_bytes())
    if document["tool"] != TOOL:
        raise ValueError("the record was made by another tool")
    results: Mapping[str, Any] = document["results"]
    return results


def _output(name: str, result: Mapping[str, Any]) -> Record:
    findings = {json.dumps(finding): finding for file in result["files"] for finding in file["sdc"]["findings"]}
    rows = [
        {key: str(finding[key]) for key in ("rule", "outcome", "where", "why", "todo")} for finding in findings.values()
    ]
    rows.sort(key=lambda finding: Outcome.from_label(finding["outcome"]), reverse=True)
    return {
        "name": name,
        "outcome": Outcome.from_label(result["status"]).label,
        "files": [str(file["name"]) for file in result["files"]],
        "findings": rows,
    }
