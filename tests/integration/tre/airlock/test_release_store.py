"""Where packages are pushed to: a folder, and a store that speaks S3 on loopback; whole, or refused in plain words."""

import pytest
from moto.server import ThreadedMotoServer

from tre.adapters.keys import Keys
from tre.adapters.release_store import FsspecReleases
from tre.airlock.package import MANIFEST, SIGNATURE, seal, verify
from tre.core.errors import BadInput, IntegrityError, Unavailable


@pytest.fixture
def keys(tmp_path):
    return Keys(tmp_path / "secrets")


@pytest.fixture
def sealed(keys):
    return seal({"outputs/a.csv": b"a\n", "record.json": b"{}"}, release="rel-1", sign=keys.sign)


@pytest.fixture(scope="module")
def s3():
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


def test_a_folder_holds_what_was_pushed(tmp_path, keys, sealed):
    address = FsspecReleases(f"file://{tmp_path / 'out'}").put_package("rel-1", sealed)
    assert address == f"file://{tmp_path / 'out'}/rel-1"
    held = {
        path.relative_to(tmp_path / "out" / "rel-1").as_posix(): path.read_bytes()
        for path in (tmp_path / "out" / "rel-1").rglob("*")
        if path.is_file()
    }
    assert verify(held, keys.fits)
    assert held == sealed


def test_s3_holds_what_was_pushed(s3, keys, sealed):
    options = {"key": "test", "secret": "test", "client_kwargs": {"endpoint_url": s3, "region_name": "eu-west-2"}}
    store = FsspecReleases("s3://releases/tre", options)
    store._system.mkdir("releases")
    assert store.put_package("rel-1", sealed) == "s3://releases/tre/rel-1"
    assert store.put_package("rel-1", sealed), "a push again is the same"
    import s3fs

    system = s3fs.S3FileSystem(**options, skip_instance_cache=True)
    names = system.find("releases/tre/rel-1")
    held = {name.removeprefix("releases/tre/rel-1/"): system.cat_file(name) for name in names}
    assert held == sealed
    assert verify(held, keys.fits)


def test_a_bucket_that_is_not_there_is_said_so(s3, sealed):
    options = {"key": "test", "secret": "test", "client_kwargs": {"endpoint_url": s3}}
    with pytest.raises(Unavailable, match="cannot be written"):
        FsspecReleases("s3://no-such-bucket/tre", options).put_package("rel-1", sealed)


def test_the_seal_is_written_last_and_a_push_that_is_cut_off_does_not_verify(keys, sealed):
    store = FsspecReleases("memory://cut-off")
    written, whole = [], store._system.pipe_file

    def cut_off(path, value, **more):
        if len(written) == len(sealed) - 1:
            raise OSError("no space")
        written.append(path.rpartition("rel-1/")[2])
        whole(path, value, **more)

    store._system.pipe_file = cut_off
    try:
        with pytest.raises(Unavailable, match="OSError"):
            store.put_package("rel-1", sealed)
    finally:
        del store._system.pipe_file
    assert set(sealed) - set(written) == {SIGNATURE}
    assert written[-1] == MANIFEST
    with pytest.raises(IntegrityError):
        verify({name: sealed[name] for name in written}, keys.fits)
    store.put_package("rel-1", sealed)


def test_a_store_that_gives_back_something_else_is_not_believed(sealed):
    store = FsspecReleases("memory://liar")
    store._system.cat_file = lambda _: b"other"
    try:
        with pytest.raises(IntegrityError):
            store.put_package("rel-1", sealed)
    finally:
        del store._system.cat_file


def test_addresses_that_cannot_be_used():
    with pytest.raises(BadInput):
        FsspecReleases("/srv/releases")
    with pytest.raises(Unavailable):
        FsspecReleases("nosuch://releases")
