"""The code behind a request's outputs, and how far it can be relied on. Pure.

Of a run the environment itself knows the notebook and its parameters: it kept them, executed them, and wrote the run's
record into the log. What an author hands in beside files made by hand is the author's own word. Neither is released.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tre.airlock.request import Request
from tre.core.errors import IntegrityError, NotFound
from tre.runs.manifest import Run
from tre.workspace.template import Value


@dataclass(frozen=True)
class Source:
    """One notebook or script.

    Attributes:
        digest: SHA-256 of its bytes.
        data: the bytes; ``None`` when they are not there, and ``lost`` then says why.
        vouched: whether the environment executed it, and the log holds the same record of the run as its store.
        parameters: what a run's notebook was given.
        run: whether it is a run's; else the author named it.
    """

    name: str
    digest: str
    data: bytes | None
    lost: str = ""
    run: bool = False
    vouched: bool = False
    parameters: Mapping[str, Value] = field(default_factory=dict)


def is_of_run(request: Request, run: Run) -> bool:
    """Whether every file of the request is what this run left, byte by byte."""
    digests = run.output_digests or {}
    return all(digests.get(file.name) == file.digest for file in request.files)


def sources(request: Request, run: Run | None, logged: str, get: Callable[[str], bytes]) -> tuple[Source, ...]:
    """The code behind a request's outputs.

    Args:
        run: the run that left them.
        logged: the SHA-256 of the run's record as the audit log has it; empty when it has none.
        get: the bytes of a digest. Raises NotFound or IntegrityError.
    """
    listing = []
    if run is not None:
        data, lost = _read(run.notebook_digest, get)
        fits = logged == run.manifest_digest
        file_name = f"{run.template}.ipynb"
        listing.append(Source(file_name, run.notebook_digest, data, lost, True, fits, dict(run.parameters)))
    for code in request.code:
        listing.append(Source(code.name, code.digest, *_read(code.digest, get)))
    return tuple(listing)


def _read(digest: str, get: Callable[[str], bytes]) -> tuple[bytes | None, str]:
    try:
        return get(digest), ""
    except NotFound:
        return None, "It was not kept: only its digest is known."
    except IntegrityError:
        return None, "What was kept was changed on the disk since, and is not shown."
