"""For each contract of pyproject.toml, an import or a module that it forbids: a line each.

An import is (contract, importing module, imported module); a module that no layer names is (contract, module, "").
"""

from tests.architecture.broken_hub_contracts import ROWS as HUB_ROWS

ROWS = (
    *HUB_ROWS,
    ("roots", "disclosure_control.core.policy", "tre.core.errors"),
    ("roots", "tre.app", "hub_config.up"),
    ("tre-flow", "tre.projects.project", "tre.airlock.request"),
    ("tre-flow", "tre.core.ids", "tre.workspace.client"),
    ("tre-flow", "tre.services.people", "tre.app"),
    ("tre-flow", "tre.web.queue", "tre.cli.context"),
    ("tre-flow", "tre.utils", ""),
    ("engine-layers", "disclosure_control.core.policy", "disclosure_control.tables.sensitivity"),
    ("engine-layers", "disclosure_control.utils", ""),
    ("engine-core", "disclosure_control.core.outcome", "disclosure_control.core.finding"),
    ("engine-core", "disclosure_control.core.utils", ""),
    ("hub-layers", "hub_config.lab.lockdown", "hub_config.process.installation"),
    ("hub-layers", "hub_config.utils", ""),
    ("no-circles", "tre.audit.chain", "tre.catalogue.contract"),
    ("tre-pure", "tre.airlock.submit", "subprocess"),
    ("tre-pure", "tre.runs.execute", "papermill"),
    ("one-door", "tre.web.actions", "tre.airlock.release"),
    ("workspace-alone", "tre.workspace.client", "tre.settings"),
    ("workspace-alone", "tre.workspace.lab", "tre.runs.execute"),
    ("workspace-alone", "tre.workspace.commands.request", "tre.services.requests"),
    ("container", "tre.web.notifier", "tre.services.container"),
    ("container", "hub_config.process.installation", "tre.services.container"),
    ("identifiers", "tre.airlock.submit", "tre.catalogue.pseudonyms"),
)
