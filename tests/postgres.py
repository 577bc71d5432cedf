"""A PostgreSQL cluster of the tests' own: Debian's programs, a folder of its own, a unix socket and no network."""

import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

PROGRAMS = Path("/usr/lib/postgresql/15/bin")
ANYBODY = "nobody"  # PostgreSQL refuses to run as root


@contextmanager
def cluster() -> Iterator[str]:
    """Start a cluster; yields the address of its first database, in which further ones can be made."""
    folder = Path(tempfile.mkdtemp(prefix="tre-pg-", dir="/tmp"))
    try:
        as_owner = _owner(folder)
        data = folder / "data"
        _run([PROGRAMS / "initdb", "-D", data, "-U", "tre", "-A", "trust", "-E", "UTF8", "--no-sync"], as_owner)
        options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c max_connections=200 -c fsync=off"
        start = [PROGRAMS / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options]
        _run([*start, "start"], as_owner)
        try:
            yield f"postgresql+psycopg://tre@/postgres?host={folder}"
        finally:
            _run([PROGRAMS / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop"], as_owner)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def fresh_database(server: str, template: str = "") -> str:
    """Make an empty database on a cluster, or a copy of ``template``, and return its address."""
    import psycopg

    name = f"tre_{secrets.token_hex(6)}"
    host = server.rpartition("host=")[2]
    with psycopg.connect(host=host, user="tre", dbname="postgres", autocommit=True) as connection:
        copied = f" TEMPLATE {urlsplit(template).path[1:]}" if template else ""
        connection.execute(f"CREATE DATABASE {name}{copied}")
    return f"postgresql+psycopg://tre@/{name}?host={host}"


def _owner(folder: Path) -> dict[str, int]:
    """As whom the cluster runs: as ourselves, or as nobody when we are root."""
    if os.geteuid() != 0:
        return {}
    entry = pwd.getpwnam(ANYBODY)
    os.chown(folder, entry.pw_uid, entry.pw_gid)
    folder.chmod(0o755)
    return {"user": entry.pw_uid, "group": entry.pw_gid}


def _run(command: list[object], as_owner: dict[str, int]) -> None:
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, check=False, cwd="/", timeout=60, **as_owner
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} ended with {done.returncode}: {done.stderr[-500:]}")
