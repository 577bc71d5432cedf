"""What a sandbox may see is decided by one pure function; here it is read."""

from dataclasses import replace
from pathlib import Path

import pytest

from tre.adapters.sandbox.command import build
from tre.adapters.sandbox.runtime import LIB, VENV, Runtime, _hidden
from tre.core.errors import BadInput
from tre.core.ids import PersonId, ProjectId
from tre.projects.workspace import Limits, Mount, Workspace
from tre.workspace.paths import DATA, HOME, TEMPLATES

RUNTIME = Runtime(
    bwrap="/usr/bin/bwrap",
    prlimit="/usr/bin/prlimit",
    system=(Mount(Path("/usr"), "/usr"),),
    links=(("usr/bin", "/bin"),),
    software=(Mount(Path("/srv/env"), VENV), Mount(Path("/srv/templates"), TEMPLATES)),
    environment={"JAVA_HOME": "/usr/lib/jvm/x"},
)


def workspace(*mounts: Mount, **environment: str) -> Workspace:
    return Workspace(ProjectId("pay"), PersonId("ana"), mounts, environment, Limits(processes=99))


def command(*mounts: Mount, **given):
    return build(workspace(*mounts), ["/bin/true"], runtime=RUNTIME, **given)


def follows(options, *wanted) -> bool:
    return any(tuple(options[i : i + len(wanted)]) == wanted for i in range(len(options)))


HOME_MOUNT = Mount(Path("/srv/homes/ana"), HOME, writable=True)
DATA_MOUNT = Mount(Path("/srv/views/pay"), DATA)


@pytest.mark.parametrize(
    "flag",
    ["--unshare-all", "--unshare-user", "--disable-userns", "--die-with-parent", "--new-session"],
)
def test_every_isolation_is_asked_for(flag):
    assert flag in command().options


def test_no_option_shares_anything_again():
    assert not [o for o in command(HOME_MOUNT).options if str(o).startswith(("--share", "--cap-add", "--dev-bind"))]
    assert follows(command().options, "--cap-drop", "ALL")


def test_a_mount_is_read_only_unless_it_says_otherwise():
    options = command(HOME_MOUNT, DATA_MOUNT).options
    assert follows(options, "--bind", HOME_MOUNT.source, HOME)
    assert follows(options, "--ro-bind", DATA_MOUNT.source, DATA)
    assert list(options).count("--bind") == 1


def test_sources_are_kept_apart_from_text_and_system_folders_are_not_among_them():
    assert set(command(HOME_MOUNT, DATA_MOUNT).sources) == {
        HOME_MOUNT.source,
        DATA_MOUNT.source,
        Path("/srv/env"),
        Path("/srv/templates"),
    }


def test_memory_backed_folders_have_a_size_and_the_root_is_closed_last():
    given = command()
    at = [i for i, option in enumerate(given.options) if option == "--tmpfs"]
    assert at
    assert all(given.options[i - 4] == "--size" for i in at)
    assert follows(given.closing, "--remount-ro", "/dev", "--remount-ro", "/")


def test_without_a_home_there_is_a_temporary_one():
    assert follows(command().options, "--tmpfs", HOME)
    assert not follows(command(HOME_MOUNT).options, "--tmpfs", HOME)


def test_a_project_may_bring_its_own_templates():
    own = Mount(Path("/srv/own"), TEMPLATES)
    options = command(own).options
    assert follows(options, "--ro-bind", own.source, TEMPLATES)
    assert Path("/srv/templates") not in options


@pytest.mark.parametrize(
    "mount",
    [
        Mount(Path("relative"), "/data"),
        Mount(Path("/srv/x"), "data"),
        Mount(Path("/srv/x"), "/"),
        Mount(Path("/srv/x"), "/data/../etc"),
        Mount(Path("/srv/x"), "/usr/bin"),
        Mount(Path("/srv/x"), "/etc"),
        Mount(Path("/srv/x"), "/proc/1"),
        Mount(Path("/srv/x"), VENV),
        Mount(Path("/srv/x"), f"{LIB}/tre/core"),
        Mount(Path("/srv/x"), f"{HOME}/below-a-writable-folder"),
        Mount(Path("/srv/x"), HOME),
    ],
)
def test_mounts_that_would_weaken_it_are_refused(mount):
    with pytest.raises(BadInput):
        command(HOME_MOUNT, mount)


def test_a_further_package_may_stand_beside_ours():
    extra = Mount(Path("/srv/server"), f"{LIB}/server")
    assert extra.source in command(mounts=[extra]).sources


def test_the_environment_is_whole_and_later_values_win(monkeypatch):
    monkeypatch.setenv("A_SECRET_OF_THE_HOST", "x")
    given = build(
        workspace(TRE_PROJECT="pay", LANG="a"), ["/bin/true"], runtime=RUNTIME, env={"LANG": "b", "TOKEN": "t"}
    )
    assert given.environment["TRE_PROJECT"] == "pay"
    assert given.environment["LANG"] == "b"
    assert given.environment["JAVA_HOME"] == "/usr/lib/jvm/x"
    assert "A_SECRET_OF_THE_HOST" not in given.environment


@pytest.mark.parametrize("name", ["LD_PRELOAD", "GLIBC_TUNABLES", "has-hyphen", "", "A=B"])
def test_variables_that_change_how_programs_load_are_refused(name):
    with pytest.raises(BadInput):
        command(env={name: "x"})


def test_the_number_of_processes_is_limited_inside():
    assert command().argv == ("/usr/bin/prlimit", "--nproc=99:99", "--", "/bin/true")


def test_no_secret_of_the_environment_is_among_the_arguments():
    given = command(env={"JUPYTERHUB_API_TOKEN": "very-secret"})
    assert "very-secret" not in " ".join(map(str, (*given.options, *given.argv, *given.closing)))


def test_what_a_wheel_has_put_beside_the_software_is_shown_empty_and_closed():
    place = f"{VENV}/lib/python3.11/site-packages/tre"
    options = build(workspace(), ["/bin/true"], runtime=replace(RUNTIME, hidden=(place,))).options
    assert follows(options, "--tmpfs", place, "--remount-ro", place)
    shown = [number for number, option in enumerate(options) if option == VENV]
    assert max(shown) < options.index(place)


def test_only_packages_inside_the_environment_are_hidden(tmp_path):
    packages = tmp_path / "venv" / "lib" / "python3.11" / "site-packages"
    for name in ("tre", "disclosure_control", "pandas"):
        (packages / name).mkdir(parents=True)
    hidden = _hidden(packages, tmp_path / "venv")
    assert hidden == (
        f"{VENV}/lib/python3.11/site-packages/disclosure_control",
        f"{VENV}/lib/python3.11/site-packages/tre",
    )
    assert _hidden(tmp_path, tmp_path / "venv") == ()
