"""A workspace as a pod: pure functions of the same ``Workspace`` that a sandbox is made of. They ask no cluster."""

import ipaddress
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from tre.core.errors import BadInput
from tre.projects.workspace import MIB, Mount, Workspace
from tre.settings import Settings
from tre.workspace.paths import HOME

# Who runs inside; the hub's pod must run as the same, for it makes the homes.
UID: Final = 1000
PORT: Final = 8888
PART_OF: Final = {"app.kubernetes.io/part-of": "tre"}
# By this a pod says which policy of the network applies to it; one that says nothing reaches nothing.
EGRESS: Final = "tre-egress"
_STATE: Final = "state"
_TMP: Final = "tmp"
_LOGS: Final = 64 * MIB
# Of the processors that a workspace may use, those that are kept free for it.
_CPU_SHARE_KEPT: Final = 0.25
_SECCOMP: Final = {"type": "RuntimeDefault"}

Options = dict[str, object]


@dataclass(frozen=True)
class Cluster:
    """Where pods run.

    Attributes:
        claim: the volume claim that holds the installation's ``home``, mounted by hub and pods.
        home: where that is in the hub's own pod.
        hub_url: the hub's API by address: pods can look up no names.
        user_namespaces: each pod has a user namespace of its own.
    """

    namespace: str
    image: str
    claim: str
    home: Path
    hub_url: str
    user_namespaces: bool = True

    @classmethod
    def of(cls, settings: Settings) -> "Cluster":
        """The cluster of the settings. Raises BadInput when one that is needed is missing or no address."""
        if not (settings.kube_image and settings.kube_hub_url):
            raise BadInput("Workspaces as pods need kube_image and kube_hub_url.")
        try:
            ipaddress.ip_address(urlsplit(settings.kube_hub_url).hostname or "")
        except ValueError:
            raise BadInput(
                "kube_hub_url must hold an address, not a name: pods can look up no names.",
                hint="For example http://10.96.0.20:8081, the cluster address of the hub's service.",
            ) from None
        return cls(
            settings.kube_namespace,
            settings.kube_image,
            settings.kube_claim,
            settings.home,
            settings.kube_hub_url,
            settings.kube_user_namespaces,
        )


def options(workspace: Workspace, cluster: Cluster) -> Options:
    """KubeSpawner's options for one workspace.

    Raises:
        BadInput: a mount is outside the installation's home, which is all that pods share with the hub.
    """
    return {
        "image": cluster.image,
        "cmd": ["jupyterhub-singleuser"],
        "port": PORT,
        "working_dir": HOME,
        "environment": {"HOME": HOME, "JUPYTER_RUNTIME_DIR": "/tmp/jupyter", **workspace.environment},  # noqa: S108
        "extra_labels": {**PART_OF, EGRESS: workspace.egress},
        **_volumes(workspace, cluster),
        **_limits(workspace),
        **_restrictions(cluster),
    }


def _volumes(workspace: Workspace, cluster: Cluster) -> Options:
    mounts: list[Options] = [_mount(mount, cluster) for mount in workspace.mounts]
    size = str(workspace.limits.tmp_bytes)
    return {
        "volumes": [
            {"name": _STATE, "persistentVolumeClaim": {"claimName": cluster.claim}},
            {"name": _TMP, "emptyDir": {"sizeLimit": size}},
        ],
        "volume_mounts": [*mounts, {"name": _TMP, "mountPath": "/tmp"}],  # noqa: S108 - inside
    }


def _mount(mount: Mount, cluster: Cluster) -> Options:
    if not mount.source.is_relative_to(cluster.home):
        raise BadInput(f"The folder shown at '{mount.target}' is not below the installation's home.")
    below = str(mount.source.relative_to(cluster.home))
    return {"name": _STATE, "mountPath": mount.target, "subPath": below, "readOnly": not mount.writable}


def _limits(workspace: Workspace) -> Options:
    """Processes are limited by the nodes (``podPidsLimit``): a pod cannot say how many it may have."""
    limits = workspace.limits
    storage = {"ephemeral-storage": str(limits.tmp_bytes + _LOGS)}
    return {
        "mem_limit": limits.memory_bytes,
        "mem_guarantee": limits.memory_bytes,
        "cpu_limit": limits.cpus,
        "cpu_guarantee": limits.cpus * _CPU_SHARE_KEPT,
        "extra_resource_limits": storage,
        "extra_resource_guarantees": storage,
    }


def _restrictions(cluster: Cluster) -> Options:
    pod: Options = {
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "hostIPC": False,
        "hostNetwork": False,
        "hostPID": False,
        "restartPolicy": "Never",
        # A name that is looked up is a message to whoever answers for it.
        "dnsPolicy": "None",
        "dnsConfig": {"nameservers": ["127.0.0.1"]},
        **({"hostUsers": False} if cluster.user_namespaces else {}),
    }
    return {
        "uid": UID,
        "gid": UID,
        "privileged": False,
        "allow_privilege_escalation": False,
        "automount_service_account_token": False,
        "container_security_context": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "privileged": False,
            "readOnlyRootFilesystem": True,
            "runAsNonRoot": True,
            "seccompProfile": _SECCOMP,
        },
        "pod_security_context": {"runAsNonRoot": True, "seccompProfile": _SECCOMP},
        "extra_pod_config": pod,
    }
