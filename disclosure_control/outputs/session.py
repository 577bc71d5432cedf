"""A session: the outputs that were made so far, and what is done with them as a whole."""

import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import click
import pandas as pd
import pyarrow as pa

from disclosure_control.core.errors import BadTable
from disclosure_control.core.finding import make_finding
from disclosure_control.core.policy import Policy
from disclosure_control.core.report import Report
from disclosure_control.evidence.compute import answer
from disclosure_control.evidence.manifest import FILE_NAME, RECORD_FOLDERS, is_plain_name
from disclosure_control.evidence.query import Query, RegressionQuery, SurvivalQuery, TableQuery
from disclosure_control.evidence.result import QueryResult
from disclosure_control.outputs.spool import Spool
from disclosure_control.outputs.writer import RecordedOutput, line_of, write_session

_KINDS = {TableQuery: "table", RegressionQuery: "model", SurvivalQuery: "survival"}


class Session:
    """Outputs by name, in the order they were made."""

    def __init__(
        self,
        folder: str | Path,
        policy: Policy | str | Path | None,
        unit: "str | pd.Series[Any] | None",
        mitigation: str,
    ) -> None:
        self.folder = Path(folder)
        self.policy = policy if isinstance(policy, Policy) else Policy.load(policy)
        self._unit = unit
        self._mitigation = mitigation
        self._outputs: dict[str, RecordedOutput] = {}
        self._spool = Spool()

    @property
    def _hiding(self) -> str:
        """What is done about unsafe cells where counts cannot be rounded."""
        return "none" if self._mitigation == "none" else "suppress"

    def custom_output(self, content: str | Path, comment: str, *, name: str | None = None) -> str:
        """Add a file, or a text, that has no evidence; a checker must look at it.

        Args:
            content: the path of a file, or the text itself.
            comment: what it is, for the checkers.
            name: the output's name, and that of its file; ``custom_1`` and so on when not given.

        Returns:
            The output's name.

        Raises:
            BadTable: the name cannot be used.
            OSError: the file cannot be read.
        """
        text = None if isinstance(content, Path) or _is_file(content) else content
        label = self._new_name(name, "custom")
        ending = Path(content).suffix if text is None else ".txt"
        data = Path(content).read_bytes() if text is None else text.encode()
        findings = (make_finding("evidence.none"),)
        self._add(
            RecordedOutput(label, {ending: data}, "custom", "custom_output()", findings, _comments(comment), _now())
        )
        return label

    def enable_suppression(self) -> None:
        """From here on, tables and figures hide unsafe cells."""
        self._mitigation = "suppress"

    def disable_suppression(self) -> None:
        """From here on, unsafe cells are shown; the airlock stops them."""
        self._mitigation = "none"

    def enable_rounding(self) -> None:
        """From here on, tables of counts are rounded to the policy's minimum, so that they add up; others suppress."""
        self._mitigation = "round"

    def disable_rounding(self) -> None:
        """From here on, tables and figures hide unsafe cells."""
        self._mitigation = "suppress"

    def add_comments(self, name: str, comment: str) -> None:
        """Tell the checkers something about an output.

        Args:
            name: the output's name.
            comment: a sentence or more; it is read for personal data like everything else.

        Raises:
            BadTable: there is no output of that name.
        """
        self._named(name).comments.append(comment)

    def add_exception(self, name: str, reason: str) -> None:
        """Say why an output may be released although a rule stops it; the checkers decide.

        Args:
            name: the output's name.
            reason: why it is safe all the same.

        Raises:
            BadTable: there is no output of that name, or no reason.
        """
        if not reason.strip():
            raise BadTable("An exception needs a reason.", hint="Say why the output is safe all the same.")
        self._outputs[name] = replace(self._named(name), exception=reason.strip())

    def rename_output(self, old: str, new: str) -> None:
        """Give an output another name; its place in the session stays.

        Args:
            old: its name so far.
            new: letters, digits, spaces, - and _.

        Raises:
            BadTable: there is no output of the old name, or the new one cannot be used.
        """
        renamed = replace(self._named(old), name=self._new_name(new, "output"))
        self._check_files(renamed, [output for name, output in self._outputs.items() if name != old])
        outputs = [renamed if name == old else output for name, output in self._outputs.items()]
        self._outputs = {output.name: output for output in outputs}

    def print_outputs(self) -> None:
        """One line for each output: its name, what the rules say, and the call that made it."""
        for output in self._outputs.values():
            click.echo(f"{line_of(output)}  [{output.command}]")

    def remove_output(self, name: str) -> None:
        """Take an output out of the session.

        Args:
            name: the output's name.

        Raises:
            BadTable: there is no output of that name.
        """
        self._named(name)
        del self._outputs[name]

    def finalise(self) -> Report:
        """Write the files, the evidence and ``results.json`` into the session's folder.

        What an earlier ``finalise`` wrote as evidence into the same folder is replaced.

        Returns:
            What the session's own checks say. The airlock computes everything again and does not read this.

        Raises:
            OSError: the folder cannot be written.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        for name in RECORD_FOLDERS if (self.folder / FILE_NAME).is_file() else ():
            shutil.rmtree(self.folder / name, ignore_errors=True)
        report = write_session(self.folder, list(self._outputs.values()), self.policy)
        click.echo(f"{len(self._outputs)} outputs written to {self.folder}: {report.outcome.name}.")
        return report

    def _keep(self, query: Query, frame: pa.Table | Path, command: str, name: str | None, comment: str) -> QueryResult:
        kind = _KINDS.get(type(query), "figure")
        label = self._new_name(name, kind)
        result = answer(query, frame, self.policy)
        output = RecordedOutput(
            name=label,
            files=result.files(),
            kind=kind,
            command=command,
            findings=result.findings,
            comments=_comments(comment),
            made_at_utc=_now(),
            query=query,
            frame=frame,
            answer=result,
        )
        self._add(output)
        return result

    def _add(self, output: RecordedOutput) -> None:
        self._check_files(output, list(self._outputs.values()))
        self._outputs[output.name] = output
        click.echo(line_of(output))

    def _check_files(self, output: RecordedOutput, others: Sequence[RecordedOutput]) -> None:
        names = {f"{other.name}{ending}" for other in others for ending in other.files}
        for file in (f"{output.name}{ending}" for ending in output.files):
            if file in names or not is_plain_name(file):
                raise BadTable(f"The output cannot be written as {file!r}.", hint="Give it another name.")

    def _new_name(self, name: str | None, kind: str) -> str:
        if name is None:
            return next(label for number in count(1) if (label := f"{kind}_{number}") not in self._outputs)
        if not is_plain_name(name) or "." in name:
            raise BadTable("The name of an output is letters, digits, spaces, - and _.", hint="Give another name.")
        if name in self._outputs:
            raise BadTable(f"There is already an output named {name!r}.", hint="Give another name, or remove it.")
        return name

    def _named(self, name: str) -> RecordedOutput:
        if name not in self._outputs:
            names = ", ".join(self._outputs) or "none yet"
            raise BadTable(f"There is no output named {name!r}.", hint=f"There are: {names}.")
        return self._outputs[name]


def _is_file(content: str) -> bool:
    return "\n" not in content and len(content) < 1_000 and Path(content).is_file()


def _comments(comment: str) -> list[str]:
    return [comment] if comment else []


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
