"""Statistical disclosure control: may this table, model, figure or file leave?

Usable alone, on a laptop or inside a trusted research environment::

    import disclosure_control as sdc

    outputs = sdc.Outputs("outputs/")
    outputs.crosstab(people.region, people.sex)
    outputs.finalise()
    print(sdc.check_folder("outputs/").to_text())

Public are the names in ``__all__``; everything else may change.
"""

from disclosure_control import errors
from disclosure_control.engine import Progress, check_folder, check_path
from disclosure_control.errors import BadPolicy, BadTable, DisclosureError
from disclosure_control.evidence.differences import Earlier
from disclosure_control.finding import Finding
from disclosure_control.outcome import Outcome, combine
from disclosure_control.outputs import Outputs
from disclosure_control.pii.scan import TextFinding, scan_text
from disclosure_control.policy import Policy
from disclosure_control.report import FileReport, Report
from disclosure_control.report_page import report_page
from disclosure_control.tables.attack import attack_table
from disclosure_control.tables.cells import cell_statistics
from disclosure_control.tables.judge import judge_cells
from disclosure_control.tables.suppress import protect_table

__all__ = [
    "BadPolicy",
    "BadTable",
    "DisclosureError",
    "Earlier",
    "FileReport",
    "Finding",
    "Outcome",
    "Outputs",
    "Policy",
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
