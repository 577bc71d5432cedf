"""A workspace as a pod: the manifest that KubeSpawner makes, against Kubernetes' own schemas and our restrictions.

No cluster is asked: what is shown here is what would be sent to one.
"""

import asyncio
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import kubernetes_validate
import kubespawner.spawner
import pytest
import yaml
from kubernetes_asyncio.client import ApiClient
from traitlets.config import Config

from hub_config.login.access import VisibleError
from hub_config.spawners import kube
from hub_config.spawners.pod import Cluster, options
from hub_config.spawners.policies import HUB_PORT, manifests, rendered
from tre.core.errors import BadInput
from tre.core.ids import PersonId, ProjectId
from tre.projects.workspace import Limits, Mount, workspace
from tre.settings import Settings
from tre.workspace.paths import DATA, HOME

STATE = Path("/srv/tre")
CLUSTER = Cluster("tre-workspaces", "example.org/tre@sha256:" + "0" * 64, "tre-home", STATE, "http://10.96.0.20:8081")
WORKSPACE = workspace(
    ProjectId("pay"),
    PersonId("ravi"),
    view=STATE / "projects/pay/view",
    home=STATE / "homes/ravi/pay",
    limits=Limits(memory_bytes=3 << 30, cpus=1.5, tmp_bytes=256 << 20),
)
# The schemas that the validator ships, oldest to newest.
VERSIONS = ["1.29", "1.31", "1.33", "1.35", "1.37"]
POLICIES = Path(__file__).parents[4] / "infra" / "kubernetes" / "workspaces.yaml"


class App:
    """An installation in which Ravi may work until ``why`` says otherwise."""

    def __init__(self) -> None:
        self.workspaces = self
        self.why = ""
        self.closed: list[tuple[str, str, str]] = []

    def reason_to_close(self, person: str, project: str) -> str:
        return self.why

    def close(self, person: str, project: str, reason: str = "") -> None:
        self.closed.append((person, project, reason))


@pytest.fixture
def spawner(monkeypatch):
    """The spawner itself; only the connection to a cluster is not made."""
    monkeypatch.setattr(kubespawner.spawner, "load_config", lambda **_: None)
    monkeypatch.setattr(kubespawner.spawner, "shared_client", lambda _: None)
    user = SimpleNamespace(name="ravi", id=1, url="/user/ravi/", escaped_name="ravi")
    hub = SimpleNamespace(public_host="", url="", base_url="/hub/", api_url="http://10.96.0.20:8081/hub/api")
    bound = {"installation": SimpleNamespace(app=App()), "cluster": CLUSTER}
    config = Config({"KubeSpawner": {"namespace": CLUSTER.namespace}})
    orm = SimpleNamespace(name="pay", server=None, user=None)
    pod_spawner = type("Bound", (kube.PodSpawner,), bound)(
        _mock=True, user=user, hub=hub, config=config, orm_spawner=orm, api_token="t", oauth_client_id="c"
    )
    pod_spawner.workspace = WORKSPACE
    return pod_spawner


def pod_of(spawner) -> dict:
    async def make():
        manifest = await spawner.get_pod_manifest()
        async with ApiClient() as client:
            return client.sanitize_for_serialization(manifest)

    return asyncio.run(make())


@pytest.mark.parametrize("version", VERSIONS)
def test_the_pod_is_one_that_kubernetes_knows(spawner, version):
    assert kubernetes_validate.validate(pod_of(spawner), version, strict=True) == version


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("manifest", manifests(), ids=lambda manifest: manifest["metadata"]["name"])
def test_what_the_cluster_is_told_is_what_kubernetes_knows(manifest, version):
    assert kubernetes_validate.validate(manifest, version, strict=True) == version


def test_a_misspelt_restriction_would_be_seen(spawner):
    pod = pod_of(spawner)
    pod["spec"]["containers"][0]["securityContext"]["readOnlyRootFileSystem"] = True
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(pod, VERSIONS[-1], strict=True)


RESTRICTIONS = {
    "no Kubernetes token": lambda pod, box: pod["automountServiceAccountToken"] is False,
    "no service account": lambda pod, box: "serviceAccountName" not in pod,
    "no addresses of services": lambda pod, box: pod["enableServiceLinks"] is False,
    "a user namespace": lambda pod, box: pod["hostUsers"] is False,
    "no host's network": lambda pod, box: pod["hostNetwork"] is False,
    "no host's processes": lambda pod, box: pod["hostPID"] is False and pod["hostIPC"] is False,
    "no names are looked up": lambda pod, box: (
        (pod["dnsPolicy"], pod["dnsConfig"]) == ("None", {"nameservers": ["127.0.0.1"]})
    ),
    "not started again": lambda pod, box: pod["restartPolicy"] == "Never",
    "the pod not root": lambda pod, box: pod["securityContext"]["runAsNonRoot"] is True,
    "the pod's system calls": lambda pod, box: pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"},
    "the volume's owners stay": lambda pod, box: "fsGroup" not in pod["securityContext"],
    "one container": lambda pod, box: len(pod["containers"]) == 1 and not pod.get("initContainers"),
    "not root": lambda pod, box: (
        box["securityContext"]["runAsNonRoot"] is True and box["securityContext"]["runAsUser"] == 1000
    ),
    "no more privilege": lambda pod, box: box["securityContext"]["allowPrivilegeEscalation"] is False,
    "not privileged": lambda pod, box: box["securityContext"]["privileged"] is False,
    "no capabilities": lambda pod, box: box["securityContext"]["capabilities"] == {"drop": ["ALL"]},
    "its system calls": lambda pod, box: box["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"},
    "a root that is read only": lambda pod, box: box["securityContext"]["readOnlyRootFilesystem"] is True,
    "limits": lambda pod, box: (
        box["resources"]["limits"] == {"cpu": 1.5, "memory": 3 << 30, "ephemeral-storage": str(320 << 20)}
    ),
    "requests": lambda pod, box: (
        box["resources"]["requests"] == {"cpu": 0.375, "memory": 3 << 30, "ephemeral-storage": str(320 << 20)}
    ),
}


@pytest.mark.parametrize("holds", RESTRICTIONS.values(), ids=RESTRICTIONS)
def test_each_restriction_is_in_the_pod(spawner, holds):
    spec = pod_of(spawner)["spec"]
    assert holds(spec, spec["containers"][0]), spec


def test_the_view_is_read_only_the_home_is_not_and_there_is_nothing_else(spawner):
    spec = pod_of(spawner)["spec"]
    assert spec["volumes"] == [
        {"name": "state", "persistentVolumeClaim": {"claimName": "tre-home"}},
        {"name": "tmp", "emptyDir": {"sizeLimit": str(256 << 20)}},
    ]
    assert spec["containers"][0]["volumeMounts"] == [
        {"name": "state", "mountPath": DATA, "subPath": "projects/pay/view", "readOnly": True},
        {"name": "state", "mountPath": HOME, "subPath": "homes/ravi/pay", "readOnly": False},
        {"name": "tmp", "mountPath": "/tmp"},  # noqa: S108 - inside
    ]


def test_the_environment_is_the_workspaces_and_the_hubs_and_nothing_of_this_process(spawner, monkeypatch):
    monkeypatch.setenv("TRE_DATABASE_URL", "postgresql://secret")
    variables = {item["name"]: item.get("value") for item in pod_of(spawner)["spec"]["containers"][0]["env"]}
    ours = {"HOME", "MEM_LIMIT", "MEM_GUARANTEE", "CPU_LIMIT", "CPU_GUARANTEE", "TRE_PROJECT", "SDC_POLICY"}
    assert {name for name in variables if not name.startswith(("JUPYTER", "JPY_"))} == ours
    assert (variables["TRE_PROJECT"], variables["HOME"]) == ("pay", HOME)


def test_only_what_is_below_the_installations_home_can_be_shown():
    for source in (Path("/etc"), Path("/srv/tre-other/projects"), STATE.parent):
        with pytest.raises(BadInput):
            options(replace(WORKSPACE, mounts=(Mount(source, DATA),)), CLUSTER)


def test_a_cluster_without_user_namespaces_can_be_named(spawner):
    type(spawner).cluster = replace(CLUSTER, user_namespaces=False)
    pod = pod_of(spawner)
    assert "hostUsers" not in pod["spec"]
    kubernetes_validate.validate(pod, VERSIONS[0], strict=True)


def test_there_is_no_pod_without_leave(spawner):
    spawner.workspace = None
    with pytest.raises(VisibleError) as error:
        pod_of(spawner)
    assert error.value.status_code == 403


def policies() -> tuple[dict, dict]:
    _, nothing, hub_alone = manifests()
    return nothing["spec"], hub_alone["spec"]


def test_every_pod_of_the_namespace_is_cut_off_unless_another_policy_says_so():
    nothing, _ = policies()
    assert nothing == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


def test_a_workspace_reaches_the_hubs_api_alone_and_is_reached_from_there_alone(spawner):
    _, hub_alone = policies()
    labels, pod = hub_alone["podSelector"]["matchLabels"], pod_of(spawner)
    assert labels.items() <= pod["metadata"]["labels"].items(), "the policy is this pod's"
    assert [rule["ports"] for rule in hub_alone["egress"]] == [[{"protocol": "TCP", "port": HUB_PORT}]]
    assert [rule["ports"] for rule in hub_alone["ingress"]] == [[{"protocol": "TCP", "port": 8888}]]
    peers = [peer for rule in hub_alone["egress"] for peer in rule["to"]]
    peers += [peer for rule in hub_alone["ingress"] for peer in rule["from"]]
    assert all(set(peer) == {"namespaceSelector", "podSelector"} for peer in peers), "both must fit, and no addresses"
    assert not labels.items() <= peers[0]["podSelector"]["matchLabels"].items(), "no workspace is another's peer"


def test_the_namespace_takes_no_pod_that_is_less_restricted():
    labels = manifests()[0]["metadata"]["labels"]
    assert labels["pod-security.kubernetes.io/enforce"] == "restricted"


def test_the_file_is_what_the_code_says():
    assert POLICIES.read_text() == rendered(), "run python -m hub_config.spawners.policies"
    assert list(yaml.safe_load_all(POLICIES.read_text())) == manifests()


@pytest.mark.parametrize(("why", "status"), [("", None), ("The accreditation ended.", 0)])
def test_an_open_pod_is_closed_when_its_person_may_not_go_on(spawner, monkeypatch, why, status):
    app = spawner.installation.app
    app.why, deleted = why, []

    async def runs(self):
        return None

    async def delete(self, now=False):
        deleted.append(now)

    monkeypatch.setattr(kubespawner.KubeSpawner, "poll", runs)
    monkeypatch.setattr(kubespawner.KubeSpawner, "stop", delete)
    assert asyncio.run(spawner.poll()) == status
    assert (deleted, app.closed) == (([True], [("ravi", "pay", why)]) if why else ([], []))


@pytest.mark.parametrize("missing", ["kube_image", "kube_hub_url"])
def test_what_a_cluster_needs_is_asked_for(missing):
    variables = {"kube_image": "example.org/tre", "kube_hub_url": "http://10.96.0.20:8081"}
    assert Cluster.of(Settings.load({}, **variables)).namespace == "tre-workspaces"
    with pytest.raises(BadInput, match="kube_hub_url"):
        Cluster.of(Settings.load({}, **{**variables, missing: ""}))


def test_the_hub_is_named_by_address():
    with pytest.raises(BadInput, match="address"):
        Cluster.of(Settings.load({}, kube_image="x", kube_hub_url="http://hub:8081"))


def test_the_setting_chooses_pods_and_the_hub_then_listens_where_they_reach_it(tmp_path):
    settings = Settings.load({}, home=tmp_path, spawner="kube", kube_image="x", kube_hub_url="http://10.96.0.20:8081")
    module = import_module(f"hub_config.spawners.{settings.spawner}")
    c = Config()
    module.apply(c, SimpleNamespace(settings=settings))
    assert issubclass(c.JupyterHub.spawner_class, kube.PodSpawner)
    assert c.JupyterHub.hub_bind_url == f"http://0.0.0.0:{HUB_PORT}"
    assert c.JupyterHub.hub_connect_url == settings.kube_hub_url
