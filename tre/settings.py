"""The one settings object: typed, frozen, read once. Unknown keys are refused.

Sources, the later winning: the defaults here, ``tre.toml`` in the working folder (or the file that ``TRE_CONFIG``
names), then environment variables ``TRE_<NAME>``. Thresholds are not settings: they stand in a policy file.
"""

import difflib
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from tre.core.errors import BadInput

PREFIX: Final = "TRE_"
PACKAGE: Final = Path(__file__).resolve().parent


def _split(value: object) -> object:
    return [word.strip() for word in value.split(",") if word.strip()] if isinstance(value, str) else value


# A list in the file, words separated by commas in the environment.
Words = Annotated[tuple[str, ...], BeforeValidator(_split)]


def our_templates() -> Path:
    """The notebook templates of this project: in a wheel inside the package, in a checkout beside it."""
    packed = PACKAGE / "_templates"
    return packed if packed.is_dir() else PACKAGE.parent / "notebooks" / "templates"


class Settings(BaseModel):
    """How this installation is set up.

    Attributes:
        home: where all state lies.
        database_url: SQLAlchemy's address of the database, ``sqlite:///PATH`` or ``postgresql://...`` (15 or newer;
            needs the extra ``servers``); empty means SQLite under ``home``.
        policy: the default disclosure policy of new projects, a regime's name or a path.
        templates: the folder of notebook templates.
        host: the address that ``tre up`` listens on.
        port: the port that ``tre up`` listens on.
        approvals_needed: how many checkers must approve each file; never fewer than two.
        high_risk_approvals_needed: how many must approve a request of high risk; the more of the two counts.
        release_store: where released packages can be pushed to, as an fsspec address: ``file:///PATH``, or
            ``s3://BUCKET/PATH`` with the extra ``servers``; empty means nowhere. Its credentials are read by its driver
            from where it always does; they are no setting.
        mail_host: the server that sends notices; empty sends none.
        mail_port: its port.
        mail_from: the address that notices come from.
        mail_starttls: whether the connection to it is encrypted by STARTTLS.
        mail_addresses: a TOML file of lines ``person = "address"``; who is not in it gets no mail.
        webhook_url: the https address that notices are posted to as JSON; empty posts none.
        webhook_secret_file: a file with the secret that they are signed with: ``X-TRE-Signature`` is ``sha256=`` and
            the HMAC of the body.
        notice_address: the airlock's address as browsers see it, for the links in notices.
        first_review_target_h: how long a request may wait for its first vote, in hours; what waits longer comes first
            in the queue.
        decision_target_h: how long a request may wait for its decision, in hours; what waits longer comes first.
        run_timeout_s: how long one run may take, in seconds.
        check_timeout_s: how long one check of a request may take, in seconds.
        max_request_files: the most files that one request may hold.
        max_request_bytes: the most bytes that one request may hold.
        warn_shown_bytes: from how many bytes that workspaces show a person's browser in a day (UTC) that person is
            warned; 0 is no limit.
        max_shown_bytes: from how many bytes in a day nothing more is shown until the next; 0 is no limit.
        max_home_bytes: the most that one home may hold, in bytes; a workspace or run is ended above it.
        package_mirror: a folder of wheels that may be installed for projects, each package with a list of hashes; none
            where an operator adds approved packages by hand.
        allow_no_isolation: start workspaces even where the sandbox's tests fail. Never where real data lies.
        training_needed: the courses that every project asks of its researchers.
        idle_close_s: close a workspace after so many seconds in which nobody works in it; 0 closes none.
        idle_warning_s: tell the person so many seconds before.
        workspace_poll_s: how often, in seconds, it is asked whether a workspace still runs and its person may go on.
        idle_busy_s: how many seconds cells and terminals that go on count as work after the person has done something.
        login: ``local`` for names and passwords kept here, ``oidc`` for an identity provider.
        oidc_issuer: the provider, exactly as it writes itself.
        oidc_client_id: as whom the hub asks the provider.
        oidc_secret_file: the file with the hub's secret for the provider. It is read when the hub starts; it is no
            setting, so that it is in no environment and no listing.
        oidc_name: how the provider is called on the login page.
        oidc_second_factor: values of ``acr`` or ``amr`` of which a login must show one; empty means none is asked.
        oidc_redirect_url: the hub's ``/hub/oauth_callback`` as browsers see it; empty means as they asked.
        spawner: where workspaces run, ``sandbox`` on this machine or ``kube`` as pods.
        kube_namespace: the pods' namespace.
        kube_image: the pods' image.
        kube_claim: the volume claim that holds ``home``.
        kube_hub_url: the hub's API as pods reach it, by address and port: they can look up no names.
        kube_user_namespaces: give each pod a user namespace of its own; needs nodes and volumes that can.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    home: Path = Path(".tre")
    database_url: str = ""
    policy: str = "default"
    templates: Path = Field(default_factory=our_templates)
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    approvals_needed: int = Field(default=2, ge=2)
    high_risk_approvals_needed: int = Field(default=2, ge=2)
    release_store: str = ""
    mail_host: str = ""
    mail_port: int = Field(default=25, ge=1, le=65535)
    mail_from: str = "airlock@localhost"
    mail_starttls: bool = False
    mail_addresses: Path | None = None
    webhook_url: str = ""
    webhook_secret_file: Path | None = None
    notice_address: str = ""
    first_review_target_h: float = Field(default=24, gt=0)
    decision_target_h: float = Field(default=72, gt=0)
    run_timeout_s: float = Field(default=1800, gt=0)
    check_timeout_s: float = Field(default=900, gt=0)
    max_request_files: int = Field(default=500, gt=0)
    max_request_bytes: int = Field(default=1 << 30, gt=0)
    warn_shown_bytes: int = Field(default=64 << 20, ge=0)
    max_shown_bytes: int = Field(default=256 << 20, ge=0)
    max_home_bytes: int = Field(default=32 << 30, gt=0)
    package_mirror: Path | None = None
    allow_no_isolation: bool = False
    training_needed: Words = ()
    idle_close_s: float = Field(default=7200, ge=0)
    idle_warning_s: float = Field(default=600, gt=0)
    workspace_poll_s: int = Field(default=10, ge=1)
    idle_busy_s: float = Field(default=12 * 3600, ge=0)
    login: Literal["local", "oidc"] = "local"
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_secret_file: Path | None = None
    oidc_name: str = "your organisation"
    oidc_second_factor: Words = ()
    oidc_redirect_url: str = ""
    spawner: Literal["sandbox", "kube"] = "sandbox"
    kube_namespace: str = "tre-workspaces"
    kube_image: str = ""
    kube_claim: str = "tre-home"
    kube_hub_url: str = ""
    kube_user_namespaces: bool = True

    @classmethod
    def load(cls, environ: Mapping[str, str] | None = None, **overrides: object) -> Self:
        """Read the settings.

        Args:
            environ: environment variables; those of this process unless given.
            overrides: values that win over file and environment; None is as if not there.

        Returns:
            The settings, ``home`` as an absolute path.

        Raises:
            BadInput: an unknown key or an unusable value, with its name and what was expected.
        """
        environ = os.environ if environ is None else environ
        values: dict[str, object] = {**_from_file(environ), **_from_environment(environ)}
        values |= {key: value for key, value in overrides.items() if value is not None}
        _refuse_unknown(values, set(cls.model_fields))
        try:
            settings = cls.model_validate(values)
        except ValidationError as error:
            first = error.errors()[0]
            raise BadInput(
                f"The setting '{'.'.join(map(str, first['loc']))}' cannot be used: {first['msg'].lower()}."
            ) from None
        return settings.model_copy(update={"home": settings.home.absolute()})

    @property
    def database(self) -> str:
        """The database's address, with the default filled in."""
        return self.database_url or f"sqlite:///{self.home / 'tre.db'}"

    def as_environment(self) -> dict[str, str]:
        """The same settings as environment variables, for a child process of ours.

        Returns:
            A variable for each setting that has a value.
        """
        values = {key: value for key, value in self.model_dump().items() if value is not None}
        return {f"{PREFIX}{key.upper()}": _text(value) for key, value in values.items()}


def _text(value: object) -> str:
    return ",".join(value) if isinstance(value, tuple) else str(value)


def _from_file(environ: Mapping[str, str]) -> dict[str, object]:
    named = environ.get("TRE_CONFIG")
    path = Path(named or "tre.toml")
    if not path.exists():
        if named:
            raise BadInput("The settings file that TRE_CONFIG names does not exist.")
        return {}
    try:
        return tomllib.loads(path.read_text())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise BadInput(f"The settings file '{path}' cannot be read: {error}") from None


def _from_environment(environ: Mapping[str, str]) -> dict[str, object]:
    return {
        name.removeprefix(PREFIX).lower(): value
        for name, value in environ.items()
        if name.startswith(PREFIX) and name != "TRE_CONFIG"
    }


def _refuse_unknown(values: Mapping[str, object], names: set[str]) -> None:
    for key in sorted(set(values) - names):
        near = difflib.get_close_matches(key, names, n=1)
        raise BadInput(
            f"There is no setting '{key}'.",
            hint=f"Did you mean '{near[0]}'?" if near else f"Known settings: {', '.join(sorted(names))}.",
        )
