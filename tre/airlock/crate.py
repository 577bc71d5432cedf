"""A release package's own description: an RO-Crate with the terms of the Five Safes profile that fit. Pure.

The profile (https://w3id.org/5s-crate/0.4) describes a workflow that is sent to an environment and comes back. A
release is its last phase alone, so its terms for disclosure check, sign-off and check values are used, and no
conformity to the whole of it is claimed.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from rocrate.model.contextentity import ContextEntity
from rocrate.rocrate import ROCrate

from tre.airlock.package import MANIFEST
from tre.airlock.request import RequestFile
from tre.core import clock
from tre.core.digest import Json
from tre.projects.project import Project

RECORD: Final = "record.json"
PUBLIC_KEY: Final = "public-key.pem"
CRATE: Final = "ro-crate-metadata.json"
_DONE: Final = "http://schema.org/CompletedActionStatus"
_PHASES: Final = "https://w3id.org/shp#"


def crate(
    project: Project, released: Mapping[str, RequestFile], identifier: str, *, policy: str, tool: str, now: datetime
) -> dict[str, Json]:
    """The metadata of a package.

    Args:
        released: the approved files, by the name that they bear in the package.
        policy: the digest of the policy that they were judged by.
        tool: the name and version of what checked them.
    """
    graph = ROCrate()
    graph.name = f"Release {identifier} of the project {project.title}"
    graph.description = project.purpose
    graph.datePublished = now
    graph.metadata.extra_terms["sha256"] = "https://w3id.org/ro/terms/workflow-run#sha256"
    graph.root_dataset["identifier"] = identifier
    graph.root_dataset["sourceOrganization"] = graph.add(
        ContextEntity(graph, f"#project-{project.id}", {"@type": "Project", "name": project.title})
    )
    for name, file in released.items():
        properties = {"name": file.name, "encodingFormat": file.media_type, "sha256": file.clean_digest}
        graph.add_file(dest_path=name, properties=properties)
    for name, about, kind in (
        (RECORD, "Record of checks and decisions", "application/json"),
        (PUBLIC_KEY, "Public key of this environment", "application/x-pem-file"),
    ):
        graph.add_file(dest_path=name, properties={"name": about, "encodingFormat": kind})
    _add_actions(graph, list(released), policy, tool, now)
    document: dict[str, Json] = graph.metadata.generate()
    return document


def _add_actions(graph: ROCrate, outputs: list[str], policy: str, tool: str, now: datetime) -> None:
    """What was done before the release: the disclosure check, the sign-off by people, the check values."""
    checker = ContextEntity(graph, "#tool", {"@type": "SoftwareApplication", "name": tool})
    rules = ContextEntity(
        graph, "#policy", {"@type": "CreativeWork", "name": "Disclosure policy", "identifier": policy}
    )
    values = ContextEntity(graph, f"#{MANIFEST}", {"@type": "DefinedTerm", "name": "SHA-256 and Ed25519"})
    for entity in (checker, rules, values):
        graph.add(entity)
    objects = [graph.get(name) for name in outputs]
    for identifier, kind, phase, name, more in (
        ("#check", "AssessAction", "DisclosureCheck", "Disclosure check", {"agent": checker, "instrument": rules}),
        ("#review", "AssessAction", "SignOff", "Review by people", {"result": graph.get(RECORD)}),
        ("#seal", "UpdateAction", "GenerateCheckValue", "Seal of the package", {"instrument": values}),
    ):
        phase_of = graph.add(ContextEntity(graph, f"{_PHASES}{phase}", {"@type": "DefinedTerm", "name": phase}))
        action = graph.add(
            ContextEntity(
                graph,
                identifier,
                {"@type": kind, "name": name, "endTime": clock.text(now), "actionStatus": _DONE},
            )
        )
        action["additionalType"] = phase_of
        action["object"] = objects
        for key, value in more.items():
            action[key] = value
        graph.root_dataset.append_to("mentions", action)
