"""Workspaces as pods on Kubernetes. What a pod is, is in ``pod``; what the cluster is set up with, in ``policies``.

Who may have a workspace is decided in ``login.access``. Pods reach the hub's API by address and nothing else.
"""

import asyncio
from typing import ClassVar

from kubernetes_asyncio.client import V1Pod
from kubespawner import KubeSpawner
from traitlets.config import Config

from hub_config.login.access import NO_PROJECT, forbidden
from hub_config.process.installation import Installation
from hub_config.spawners.pod import Cluster, options
from hub_config.spawners.policies import HUB_PORT
from tre.projects.workspace import Workspace


class PodSpawner(KubeSpawner):  # type: ignore[misc]
    """One workspace: a person, a project, a pod."""

    installation: ClassVar[Installation]
    cluster: ClassVar[Cluster]
    workspace: Workspace | None = None

    async def get_pod_manifest(self) -> V1Pod:
        """The pod of this workspace. Raises VisibleError, 403, without leave for this project."""
        if self.workspace is None:
            raise forbidden(NO_PROJECT)
        for name, value in options(self.workspace, self.cluster).items():
            setattr(self, name, value)
        manifest: V1Pod = await super().get_pod_manifest()
        return manifest

    async def poll(self) -> int | None:
        """None while it runs, else its status; ends one whose person may not go on."""
        status: int | None = await super().poll()
        if status is not None:
            await self._note_closed()
            return status
        app = self.installation.app
        reason = await asyncio.to_thread(app.workspaces.reason_to_close, self.user.name, self.name)
        if not reason:
            return None
        self.log.warning("Workspace %s is closed: %s", self._log_name, reason)
        await super().stop(now=True)
        await self._note_closed(reason)
        return 0

    async def stop(self, now: bool = False) -> None:
        """Delete the pod; the home stays."""
        await super().stop(now=now)
        await self._note_closed()

    async def _note_closed(self, reason: str = "") -> None:
        workspace, self.workspace = self.workspace, None
        if workspace is not None or reason:
            close = self.installation.app.workspaces.close
            await asyncio.to_thread(close, self.user.name, self.name, reason)


def apply(c: Config, installation: Installation) -> None:
    """Run workspaces as pods, which reach the hub by TCP."""
    cluster = Cluster.of(installation.settings)
    # A class of its own, because the values of a configuration are copied and an installation cannot be.
    attributes = {"installation": installation, "cluster": cluster}
    c.JupyterHub.spawner_class = type("BoundSpawner", (PodSpawner,), attributes)
    c.JupyterHub.hub_bind_url = f"http://0.0.0.0:{HUB_PORT}"
    c.JupyterHub.hub_connect_url = cluster.hub_url
    c.KubeSpawner.namespace = cluster.namespace
    c.KubeSpawner.enable_user_namespaces = False
    c.KubeSpawner.storage_pvc_ensure = False
    c.KubeSpawner.disable_user_config = True
    c.KubeSpawner.default_url = "/lab"
    c.KubeSpawner.start_timeout = 300
    c.KubeSpawner.poll_interval = installation.settings.workspace_poll_s
