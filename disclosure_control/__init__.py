"""Statistical disclosure control: may this table, model, figure or file leave?

Usable alone, on a laptop or inside a trusted research environment::

    import disclosure_control as sdc

    outputs = sdc.Outputs("outputs/")
    outputs.crosstab(people.region, people.sex)
    outputs.finalise()
    print(sdc.check_folder("outputs/").to_text())

Public are the names in ``__all__``; everything else may change. Each is loaded when first used: most need pandas,
DuckDB and the solver, which whoever only reads a record or an outcome should not have to load.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Final

from disclosure_control.core import errors
from disclosure_control.core.errors import BadPolicy, BadTable, DisclosureError
from disclosure_control.core.finding import Finding
from disclosure_control.core.outcome import Outcome, combine
from disclosure_control.core.policy import Policy
from disclosure_control.core.report import FileReport, Report

if TYPE_CHECKING:
    from disclosure_control.checking.check import Progress, check_folder, check_path
    from disclosure_control.core.report_html import report_page
    from disclosure_control.evidence.comparisons import PriorOutput
    from disclosure_control.outputs import Outputs
    from disclosure_control.pii.scan import TextFinding, scan_text
    from disclosure_control.tables.attack.attacker import attack_table
    from disclosure_control.tables.sensitivity import judge_cells
    from disclosure_control.tables.statistics.cells import cell_statistics
    from disclosure_control.tables.suppression.protection import protect_table

__all__ = [
    "BadPolicy",
    "BadTable",
    "DisclosureError",
    "FileReport",
    "Finding",
    "Outcome",
    "Outputs",
    "Policy",
    "PriorOutput",
    "Progress",
    "Report",
    "TextFinding",
    "attack_table",
    "cell_statistics",
    "check_folder",
    "check_path",
    "combine",
    "errors",
    "judge_cells",
    "protect_table",
    "report_page",
    "scan_text",
]

_LOADED_LATER: Final = {
    "PriorOutput": "evidence.comparisons",
    "Progress": "checking.check",
    "Outputs": "outputs",
    "TextFinding": "pii.scan",
    "attack_table": "tables.attack.attacker",
    "cell_statistics": "tables.statistics.cells",
    "check_folder": "checking.check",
    "check_path": "checking.check",
    "judge_cells": "tables.sensitivity",
    "protect_table": "tables.suppression.protection",
    "report_page": "core.report_html",
    "scan_text": "pii.scan",
}


def __getattr__(name: str) -> object:
    """A public name that has not been used yet (PEP 562)."""
    if name not in _LOADED_LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"{__name__}.{_LOADED_LATER[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return __all__
