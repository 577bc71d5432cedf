"""What a release is made with: the stores it reads and writes, and what stands behind the request."""

from dataclasses import dataclass

from tre.airlock.ports import PackageStore, Signer, Vault
from tre.audit.chain import Head
from tre.runs.manifest import Run


@dataclass(frozen=True)
class ReleaseMaterials:
    """What a release needs beside its request.

    Attributes:
        needed: how many approvals the installation asks for at least.
        vault: where the approved bytes and the check's report lie.
        packages: where the package is written.
        signer: this environment's keys.
        run: the run that left the files; None where none did.
        head: the audit log's head as it stood before; None in an empty log.
    """

    needed: int
    vault: Vault
    packages: PackageStore
    signer: Signer
    run: Run | None = None
    head: Head | None = None
