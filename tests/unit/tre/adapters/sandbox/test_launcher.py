"""The pure part of the launcher: a plan into bubblewrap's arguments."""

import os

from tre.adapters.sandbox.launcher import arguments


def plan(**given: object) -> dict:
    return {
        "options": ["--ro-bind", {"source": "/srv/private"}, "/data"],
        "files": {"/etc/hosts": "127.0.0.1 localhost\n"},
        "closing": ["--remount-ro", "/"],
        "argv": ["/bin/true"],
        "seccomp": "0011",
        **given,
    }


def read(fd: str) -> bytes:
    with os.fdopen(int(fd), "rb") as file:
        return file.read()


def options_of(argv: list[str]) -> list[str]:
    return read(argv[2]).decode().split("\0")[:-1]


def test_options_travel_in_a_descriptor_and_not_on_the_command_line():
    argv = arguments(plan(), {})
    assert argv[:2] == ["bwrap", "--args"]
    assert argv[3:] == ["--", "/bin/true"]
    assert options_of(argv)[:3] == ["--ro-bind", "/srv/private", "/data"]


def test_a_staged_source_is_named_by_its_new_place():
    options = options_of(arguments(plan(), {"/srv/private": "/stage/0"}))
    assert options[:3] == ["--ro-bind", "/stage/0", "/data"]
    assert "/srv/private" not in options


def test_files_are_written_before_the_root_is_closed_and_the_filter_is_given():
    options = options_of(arguments(plan(), {}))
    assert options.index("--file") < options.index("--remount-ro")
    assert read(options[options.index("--file") + 1]) == b"127.0.0.1 localhost\n"
    assert read(options[options.index("--seccomp") + 1]) == b"\0\x11"
