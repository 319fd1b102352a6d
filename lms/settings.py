"""Settings: read once from the environment (`YOGYATA_…`), checked together, never defaulted where secret."""

import os
import secrets
from pathlib import Path
from typing import Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).parent.parent


class SettingsFaulty(Exception):
    """Some settings cannot be used; the message names every one of them."""


class Settings(BaseSettings):
    """What a site is run with; each field is the environment variable `YOGYATA_<NAME>`."""

    model_config = SettingsConfigDict(env_prefix="YOGYATA_", frozen=True)

    instance: Path = Field(
        default=ROOT / "instance", description="Folder for the database, the key and files a run makes"
    )
    database_url: str = Field(
        default="", description="SQLAlchemy address of the database; SQLite in the instance folder if empty"
    )
    secret_key: SecretStr = Field(description="Signs sessions and forms; made on first start in the instance folder")
    public_url: str = Field(default="http://127.0.0.1:8000", description="Address printed on certificates and slips")
    time_zone: str = Field(default="Asia/Kolkata", description="Zone in which times are shown")
    secure_cookies: bool = Field(default=False, description="True where the site is served over HTTPS")
    upload_megabytes: int = Field(default=10, ge=1, description="Largest upload")

    @field_validator("time_zone")
    @classmethod
    def _is_known(cls, name: str) -> str:
        try:
            return ZoneInfo(name).key
        except (ZoneInfoNotFoundError, ValueError, OSError) as fault:
            raise ValueError(f"{name!r} is no time zone; write one such as Asia/Kolkata") from fault

    @classmethod
    def load(cls, instance: Path | None = None) -> Self:
        """Settings of the environment, with the instance's own key; raises SettingsFaulty."""
        folder = instance or Path(os.environ.get("YOGYATA_INSTANCE", ROOT / "instance"))
        given = {"instance": folder} if instance else {}
        if "YOGYATA_SECRET_KEY" not in os.environ:
            given["secret_key"] = read_or_make_key(folder)
        try:
            settings = cls(**given)
        except ValidationError as fault:
            lines = [f"YOGYATA_{str(e['loc'][0]).upper()}: {e['msg']}" for e in fault.errors()]
            raise SettingsFaulty("\n".join(lines)) from fault
        if not settings.database_url:
            return settings.model_copy(update={"database_url": f"sqlite:///{folder / 'yogyata.db'}"})
        return settings

    @property
    def is_sqlite(self) -> bool:
        """Whether the site runs on the built-in database."""
        return self.database_url.startswith("sqlite")


def read_or_make_key(instance: Path) -> str:
    """The instance's secret key, made on first use with mode 600; raises SettingsFaulty if it cannot be kept."""
    path = instance / "secret_key"
    try:
        # What a run makes is about people: nobody else on the machine looks into the folder.
        instance.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        key = path.read_text().strip()
        if len(key) < 32:
            raise SettingsFaulty(f"{path} holds no usable key; remove it and start again") from None
        return key
    except OSError as fault:
        raise SettingsFaulty(
            f"{instance} cannot be written ({fault.strerror}); set YOGYATA_INSTANCE to a folder that can"
        ) from fault
    with os.fdopen(descriptor, "w") as file:
        key = secrets.token_urlsafe(48)
        file.write(key)
    return key
