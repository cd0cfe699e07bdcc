"""Settings: read once at the front door from GONGBAO_* variables, and passed down.

Each may instead come from a file: GONGBAO_SECRET_KEY_FILE=/run/secrets/key (docs/containers.md).
deploy/env.example lists every one (`gongbao settings` prints it); a test keeps the two in step.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from email.utils import parseaddr
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import quote, urlsplit, urlunsplit

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from ingest.errors import ConfigError, said_of_value

_WEB_ADDRESS = r"https?://[^/?#\s]+(?:/[^#\s]*)?"
_FORMS = {  # of a setting: its form, and that in words
    "user_agent": (r"[!-~][ -~]*", "letters of ASCII alone"),
    "public_url": (_WEB_ADDRESS, "an address such as https://gongbao.example.org"),
    "feed_authority": (
        r"(?:[\w.+-]+@)?[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*,(?:19|20)\d\d(?:-\d\d){0,2}",
        "a host and since when it is yours, as in example.org,2026",
    ),
    "websub_hub": (_WEB_ADDRESS, "an address such as https://hub.example.org/"),
}
_HOST = re.compile(r"\s*[^\s/@*?#]+\s*")
_ORIGIN = re.compile(r"https?://[^\s/@*?#]+")
_LONGEST = 30 * 86_400  # seconds that anything may take or wait
_OLDEST = 36_500  # days: whatever the clock, there is a day so long ago
_EMBEDDED = "gongbao.db"  # the database where none is named
_EVERY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 (nothing is bound here)


class _FromFiles(PydanticBaseSettingsSource):
    """GONGBAO_<NAME>_FILE: the setting is what stands in that file, without the line's end."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        variable = f"GONGBAO_{field_name.upper()}_FILE"
        if not (path := os.environ.get(variable)):
            return None, field_name, False
        try:
            return Path(path).read_text(encoding="utf-8").strip(), field_name, False
        except (OSError, UnicodeDecodeError) as exc:
            raise ConfigError(f"settings: {variable}={path}: cannot be read: {exc}") from exc

    def __call__(self) -> dict[str, Any]:
        values = {
            name: self.get_field_value(field, name)[0]
            for name, field in self.settings_cls.model_fields.items()
        }
        return {name: value for name, value in values.items() if value}


class Settings(BaseSettings):
    """Everything that an operator may set. Durations are seconds, sizes are bytes."""

    model_config = SettingsConfigDict(
        env_prefix="GONGBAO_", env_ignore_empty=True, extra="ignore", frozen=True, allow_inf_nan=False
    )

    data_dir: Path = Field(
        Path("gongbao-data"), description="Folder of the embedded parts: SQLite, WARC, Redis."
    )
    database_url: SecretStr | None = Field(
        None, description="SQLAlchemy URL; unset: SQLite in the data folder."
    )
    redis_url: SecretStr | None = Field(
        None, description="Shared Redis or Valkey; unset: a private one is started by `up`."
    )
    database_password: SecretStr | None = Field(
        None, description="Password of the database, when DATABASE_URL names none (best from a file)."
    )
    redis_password: SecretStr | None = Field(
        None, description="Password of Redis, when REDIS_URL names none (best from a file)."
    )
    archive_dir: Path | None = Field(None, description="Folder of the WARC files; unset: DATA_DIR/warc.")
    archive_url: SecretStr | None = Field(
        None, description="fsspec URL that WARC files are uploaded to (s3://…); ARCHIVE_DIR is its spool."
    )
    sources_dir: Path | None = Field(
        None, description="Folder with your own source files (*.toml); unset: the bundled ones."
    )
    run_dir: Path | None = Field(
        None,
        description="Folder where a role notes who it is, for `gongbao doctor --here`; unset: no note.",
    )

    user_agent: str = Field(
        "gongbao/0.2 (+https://github.com/gongbao/gongbao; reads public gazettes)",
        description="Who we say we are. Add an address where you can be reached.",
    )
    allow_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Hosts (comma-separated) that may be private or loopback addresses."
    )
    watch: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Regions (codes or names, comma-separated) whose sources are watched; none: all."
    )
    host_delay: float = Field(
        5.0, ge=0, le=_LONGEST, description="Least time between two requests to one host."
    )
    page_deadline: float = Field(
        20.0, gt=0, le=_LONGEST, description="Total time for one page, redirects included."
    )
    attachment_deadline: float = Field(120.0, gt=0, le=_LONGEST, description="Total time for one attachment.")
    page_limit: int = Field(15 * 2**20, gt=0, description="Most bytes of a page, after inflation.")
    attachment_limit: int = Field(
        100 * 2**20, gt=0, description="Most bytes of an attachment, after inflation."
    )
    reading_seconds: float = Field(
        60.0,
        gt=0,
        le=_LONGEST,
        description="Most processor time for the reading of one page, list or report.",
    )
    max_redirects: int = Field(5, ge=0, description="Redirects followed for one page.")

    queue_name: str = Field("extract", description="The one queue that a worker listens to.")
    job_timeout: int = Field(180, gt=0, le=_LONGEST, description="Longest time for one job.")
    sweep_interval: float = Field(
        10.0, gt=0, le=_LONGEST, description="How often waiting work is looked for in the database."
    )
    requeue_after: float = Field(
        45.0, gt=0, le=_LONGEST, description="A version waiting longer than this is put on the queue again."
    )
    max_attempts: int = Field(
        3, gt=0, description="A document that stops its worker this often is put aside as dead."
    )

    ocr: bool = Field(
        False, description="Read scans by OCR, in a queue of its own (docs/ocr.md says what that needs)."
    )
    ocr_pages: int = Field(100, gt=0, description="Most pages of a scan that OCR reads.")
    ocr_seconds: float = Field(
        1800.0, gt=0, le=_LONGEST, description="Longest time that OCR takes for one scan."
    )

    web_host: str = Field("127.0.0.1", description="Address the web server listens on.")
    web_port: int = Field(8700, ge=0, le=65535, description="Port the web server listens on.")
    public_url: str | None = Field(
        None,
        description="How the world reaches the web server; unset: http://HOST:PORT.",
    )
    web_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Names (comma-separated) that the web server goes by, beside that of PUBLIC_URL; *: any.",
    )
    web_connections: int = Field(
        700, ge=16, description="Most connections of the web server at once; each needs an open file."
    )
    page_rate: float = Field(
        20.0,
        ge=0,
        description="Requests a second to feeds and pages from one address, ten times that at once; 0: any.",
    )
    api_writes: Literal["loopback", "anywhere", "off"] = Field(
        "loopback",
        description="From where a token may manage subscriptions: loopback, anywhere or off.",
    )
    api_rate: float = Field(
        20.0,
        ge=0,
        description="Requests a second to the API from one address, ten times that at once; 0: any.",
    )
    api_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Origins (comma-separated) whose pages may read API and feeds (CORS); *: any.",
    )
    feed_authority: str = Field(
        "gongbao.local,2026",
        description="Authority of the feed's tag: ids (RFC 4151). Never change it.",
    )
    websub_hub: str | None = Field(
        None,
        description="WebSub hub that is told of changed feeds (https://…); unset: none.",
    )

    webhook_deadline: float = Field(
        15.0, gt=0, le=_LONGEST, description="Total time for one webhook attempt."
    )
    webhook_concurrency: int = Field(
        100, gt=0, description="Webhook attempts under way at once; three times as many more may be slow."
    )
    delivery_log_days: float = Field(
        90.0,
        gt=0,
        le=_OLDEST,
        description="Days that deliveries and their attempts are kept after the last of them.",
    )
    secret_key: SecretStr | None = Field(
        None, description="Key of the secrets at rest (openssl rand -hex 32); unset: DATA_DIR/secret.key."
    )

    mail_host: str | None = Field(
        None, description="Mail server that e-mail is sent through (docs/mail.md); unset: no e-mail."
    )
    mail_port: int = Field(587, ge=1, le=65535, description="Its port: mostly 587, or 465 with MAIL_TLS=tls.")
    mail_tls: Literal["starttls", "tls", "none"] = Field(
        "starttls",
        description="How it is spoken to: starttls, tls (from the first byte on) or none.",
    )
    mail_user: str | None = Field(None, description="Who we are to the mail server; unset: no login.")
    mail_password: SecretStr | None = Field(None, description="Password of MAIL_USER (best from a file).")
    mail_from: str | None = Field(
        None,
        validate_default=True,
        description="Sender of e-mail: gongbao <news@example.org>. What is undeliverable comes back there.",
    )
    mail_rate: float = Field(60.0, gt=0, description="Most e-mails a minute that one sender sends.")

    monitor_host: str = Field("127.0.0.1", description="Address that each role's monitor listens on.")
    monitor_port: int | None = Field(
        None,
        ge=1,
        le=65535,
        description="Port for /metrics, /healthz and /readyz of each role (docs/monitoring.md); unset: none.",
    )

    capture_days: float = Field(
        0.0,
        ge=0,
        le=_OLDEST,
        description="Days that captures are kept on which no report stands; 0: for ever.",
    )
    warc_days: float = Field(
        0.0,
        ge=0,
        le=_OLDEST,
        description="Days that WARC files are kept in which no kept capture stands; 0: for ever.",
    )

    log_format: Literal["console", "json"] = Field("console", description="console or json.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="debug, info, warning or error."
    )

    @field_validator("allow_hosts", "watch", "api_origins", "web_hosts", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(h.strip() for h in value.split(",") if h.strip()) if isinstance(value, str) else value

    @field_validator("allow_hosts", "web_hosts")
    @classmethod
    def _are_hosts(cls, value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        for name in value:
            if not _HOST.fullmatch(name) and (info.field_name, name) != ("web_hosts", "*"):
                raise ValueError(f"{name!r} is no host: example.org or example.org:8080, nothing around it")
        return value

    @field_validator(*_FORMS)
    @classmethod
    def _has_form(cls, value: str | None, info: ValidationInfo) -> str | None:
        form, in_words = _FORMS[info.field_name or ""]
        if value is not None and not re.fullmatch(form, value):
            raise ValueError(f"needed: {in_words}")
        return value

    @field_validator("public_url", "websub_hub")
    @classmethod
    def _can_be_taken_apart(cls, value: str | None) -> str | None:
        _ = urlsplit(value or "").port  # a ValueError for https://[::1 and for port 99999
        return value

    @field_validator("api_origins")
    @classmethod
    def _are_origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for origin in value:
            if not _ORIGIN.fullmatch(origin) and origin != "*":
                raise ValueError(f"{origin!r} is no origin: https://example.org, nothing behind it")
        return value

    @field_validator("mail_from")
    @classmethod
    def _has_address(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None and info.data.get("mail_host") is None:
            return None
        name, address = parseaddr(value or "")
        if not re.fullmatch(r"[^@\s<>]+@[A-Za-z0-9.-]+", address) or re.search(r"[\r\n]", name):
            raise ValueError("an address is needed, as in gongbao <news@example.org>")
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """A variable that is set goes before the file that another one names."""
        return init_settings, env_settings, _FromFiles(settings_cls)

    @property
    def database_file(self) -> Path | None:
        """The file of an SQLite database: the embedded one where none is named. None: it is another kind."""
        if self.database_url is None:
            return self.data_dir / _EMBEDDED
        kind, _, path = self.database_url.get_secret_value().partition("?")[0].partition(":///")
        return Path(path) if kind.startswith("sqlite") and path not in ("", ":memory:") else None

    @property
    def database(self) -> str:
        if self.database_url is None:
            return f"sqlite:///{(self.data_dir / _EMBEDDED).resolve()}"
        return _with_password(self.database_url.get_secret_value(), self.database_password)

    @property
    def redis(self) -> str | None:
        """The shared Redis; None: there is none."""
        if self.redis_url is None:
            return None
        return _with_password(self.redis_url.get_secret_value(), self.redis_password)

    @property
    def archive(self) -> Path:
        return self.archive_dir or self.data_dir / "warc"

    @property
    def local_url(self) -> str:
        """Where this machine reaches its web server: who listens on every address is found on loopback."""
        host = _EVERY_ADDRESS.get(self.web_host, self.web_host)
        return f"http://{f'[{host}]' if ':' in host else host}:{self.web_port}"

    @property
    def base_url(self) -> str:
        return (self.public_url or self.local_url).rstrip("/")


def _with_password(url: str, password: SecretStr | None) -> str:
    """The URL with the password put in, if it names a host and no password of its own. One that cannot be
    taken apart (`redis://[::1`) stays as it is: who opens it says so."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    user, _, place = parts.netloc.rpartition("@")
    if password is None or not place or ":" in user:
        return url
    netloc = f"{user}:{quote(password.get_secret_value(), safe='')}@{place}"
    return urlunsplit(parts._replace(netloc=netloc))


def unknown_variables(environment: Iterable[str]) -> list[str]:
    """Names like those of settings that are none: mistyped, or of another version."""
    known = {f"GONGBAO_{name.upper()}" for name in Settings.model_fields}
    ours = {name for name in environment if name.upper().startswith("GONGBAO_")}
    return sorted(name for name in ours if name.upper().removesuffix("_FILE") not in known)


def load_settings(**overrides: object) -> Settings:
    """Read the environment. Raises ConfigError naming each bad variable."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as exc:
        wrong = "; ".join(
            f"GONGBAO_{'.'.join(str(p) for p in e['loc']).upper()}: {said_of_value(e)} (got {e['input']!r})"
            for e in exc.errors()
        )
        raise ConfigError(f"settings: {wrong}. `gongbao settings` lists them all.") from exc
