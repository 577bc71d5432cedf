"""Kubernetes manifests, applied once: the workspaces' namespace, in which nothing reaches anything but the hub's API.

``python -m hub_config.spawners.policies`` prints it; ``infra/kubernetes/workspaces.yaml`` holds what it printed.
"""

import sys
from typing import Final

import yaml

from hub_config.spawners.pod import EGRESS, PART_OF, PORT

# Hub, proxy and airlock are one pod: the only one that workspaces hear from, and the only one that they reach.
HUB_NAMESPACE: Final = "tre"
HUB_LABELS: Final = {"app.kubernetes.io/part-of": "tre", "app.kubernetes.io/component": "hub"}
HUB_PORT: Final = 8081
NAMESPACE: Final = "tre-workspaces"

Manifest = dict[str, object]


def manifests(namespace: str = NAMESPACE, hub_namespace: str = HUB_NAMESPACE) -> list[Manifest]:
    """The namespace and its network policies, in the order in which they are made."""
    return [_namespace(namespace), _nothing(namespace), _hub_alone(namespace, hub_namespace)]


def _namespace(name: str) -> Manifest:
    standard = "pod-security.kubernetes.io"
    labels = {**PART_OF, **{f"{standard}/{mode}": "restricted" for mode in ("enforce", "warn", "audit")}}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}}


def _nothing(namespace: str) -> Manifest:
    """No pod, whatever its labels, is reached or reaches anything, unless another policy says so."""
    return _policy("nothing", namespace, {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]})


def _hub_alone(namespace: str, hub_namespace: str) -> Manifest:
    hub: Manifest = {
        "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": hub_namespace}},
        "podSelector": {"matchLabels": HUB_LABELS},
    }
    spec: Manifest = {
        "podSelector": {"matchLabels": {**PART_OF, EGRESS: "none"}},
        "policyTypes": ["Ingress", "Egress"],
        "ingress": [{"from": [hub], "ports": [{"protocol": "TCP", "port": PORT}]}],
        "egress": [{"to": [hub], "ports": [{"protocol": "TCP", "port": HUB_PORT}]}],
    }
    return _policy("hub-alone", namespace, spec)


def _policy(name: str, namespace: str, spec: Manifest) -> Manifest:
    metadata = {"name": name, "namespace": namespace, "labels": PART_OF}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": metadata, "spec": spec}


class _Plain(yaml.SafeDumper):
    """Writes a value that occurs twice out twice."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - the dumper's signature
        return True


def rendered() -> str:
    """The manifests as YAML."""
    text = yaml.dump_all(manifests(), Dumper=_Plain, sort_keys=False, explicit_start=True)
    return f"# Written by python -m hub_config.spawners.policies; a test compares.\n{text}"


if __name__ == "__main__":
    sys.stdout.write(rendered())
