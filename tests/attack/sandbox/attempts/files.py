"""Files that are not one's own, or are not to be written; files opened for writing are not changed."""

import ctypes
import errno
import os
from pathlib import Path

from tries import attempt

SHARED = {
    "the view": "/data/view.parquet",
    "the system": "/usr/lib/os-release",
    "the interpreter's packages": "/opt/tre/venv/pyvenv.cfg",
    "our own packages": "/opt/tre/lib/tre/__init__.py",
    "the templates": "/opt/tre/templates/README.md",
}


def _writes(path: str):
    def written(given):
        place = Path(path)
        if not place.is_file():
            place = next(p for p in place.parent.iterdir() if p.is_file())
        os.close(os.open(place, os.O_WRONLY))

    return written


for _name, _path in SHARED.items():
    attempt(f"writing {_name}")(_writes(_path))


@attempt("a new file among the data")
def new_file(given):
    place = Path("/data/new-file")
    place.touch()
    place.unlink()


@attempt("the view through its descriptor")
def reopened(given):
    handle = os.open("/data/view.parquet", os.O_PATH)
    os.close(os.open(f"/proc/self/fd/{handle}", os.O_RDWR))


@attempt("the view's name moved away")
def renamed(given):
    Path("/data/view.parquet").rename("/data/moved").rename("/data/view.parquet")


@attempt("a second name of the view in one's home")
def second_name(given):
    # Across mounts, whatever they show: the kernel refuses even where both are one file system.
    os.link("/data/view.parquet", "/data/second")
    Path("/data/second").unlink()


@attempt("a link put where the relay's socket is")
def swapped_socket(given):
    place = Path("/run/tre/hub.sock")
    place.rename("/run/tre/kept")
    place.symlink_to("/home/researcher/mine.sock")
    place.unlink()
    Path("/run/tre/kept").rename(place)


@attempt("another's notes")
def others(given):
    Path(given["other"], "notes.txt").read_bytes()


@attempt("another's notes through a link in one's home")
def by_link(given):
    _through_link(given["other"], "link")


@attempt("another's notes through a link among many swaps")
def by_swapped_link(given):
    for number in range(50):
        _through_link(given["other"], f"link{number}")


def _through_link(other, name):
    link = Path("/home/researcher", name)
    link.symlink_to(other)
    try:
        (link / "notes.txt").read_bytes()
    finally:
        link.unlink()


@attempt("another's notes by way of the root of a process")
def by_root(given):
    Path(f"/proc/self/root/..{given['other']}/notes.txt").read_bytes()


@attempt("another's notes by way of the first process")
def by_first(given):
    Path(f"/proc/1/root{given['other']}/notes.txt").read_bytes()


@attempt("outputs of another run changed")
def others_outputs(given):
    place = Path(given["other"], "outputs.csv")
    os.close(os.open(place, os.O_WRONLY | os.O_CREAT))


@attempt("what only its owner may read")
def private(given):
    Path("/data/private").read_bytes()


@attempt("a descriptor of a folder of the host")
def folder_descriptor(given):
    for number in (int(p.name) for p in list(Path("/proc/self/fd").iterdir())):
        try:
            os.close(os.open("other-home/notes.txt", os.O_RDONLY, dir_fd=number))
        except OSError:
            continue
        return
    raise OSError(errno.ENOENT, "")


@attempt("the way up out of the root")
def upwards(given):
    Path("/" + "../" * 30 + given["other"] + "/notes.txt").read_bytes()


@attempt("the machine's own state")
def state(given):
    if not any(os.path.lexists(path) for path in ("/var/lib", "/sys/kernel", "/root", "/etc/shadow", "/boot")):
        raise OSError(errno.ENOENT, "")


@attempt("ids of root")
def become_root(given):
    os.setuid(0)


@attempt("a file given to root")
def give_away(given):
    place = Path("/home/researcher/given")
    place.touch()
    try:
        os.chown(place, 0, 0)
    finally:
        place.unlink()


@attempt("capabilities")
def capabilities(given):
    held = [
        line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(("CapEff", "CapBnd"))
    ]
    if all(int(line.split()[1], 16) == 0 for line in held):
        raise OSError(errno.EPERM, "")


@attempt("new privileges by a program")
def new_privileges(given):
    # PR_GET_NO_NEW_PRIVS
    if ctypes.CDLL(None).prctl(39, 0, 0, 0, 0) == 1:
        raise OSError(errno.EPERM, "")
