"""Settings: what a site is run with, and the folder and key that the first start makes."""

import stat
from pathlib import Path

import pytest

from lms.settings import Settings, SettingsFaulty


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"YOGYATA_{name.upper()}", raising=False)


def test_the_first_load_makes_a_folder_and_a_key_that_nobody_else_reads(tmp_path: Path) -> None:
    settings = Settings.load(tmp_path / "instance")
    assert stat.S_IMODE(settings.instance.stat().st_mode) == 0o700
    assert stat.S_IMODE((settings.instance / "secret_key").stat().st_mode) == 0o600
    assert settings.database_url == f"sqlite:///{settings.instance / 'yogyata.db'}"


def test_the_key_stays_from_start_to_start_and_differs_from_site_to_site(tmp_path: Path) -> None:
    keys = [Settings.load(tmp_path / name).secret_key.get_secret_value() for name in ("one", "one", "two")]
    assert keys[0] == keys[1] != keys[2]


def test_a_key_file_that_was_emptied_is_refused_and_named(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("short")
    with pytest.raises(SettingsFaulty, match="secret_key holds no usable key"):
        Settings.load(tmp_path)


def test_every_setting_that_cannot_be_used_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YOGYATA_UPLOAD_MEGABYTES", "0")
    monkeypatch.setenv("YOGYATA_SECURE_COOKIES", "perhaps")
    with pytest.raises(SettingsFaulty) as refused:
        Settings.load(tmp_path)
    assert [line.partition(":")[0] for line in str(refused.value).splitlines()] == [
        "YOGYATA_SECURE_COOKIES",
        "YOGYATA_UPLOAD_MEGABYTES",
    ]


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../etc/passwd", "Asia"])
def test_a_time_zone_that_is_none_stops_the_start_and_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, zone: str
) -> None:
    monkeypatch.setenv("YOGYATA_TIME_ZONE", zone)
    with pytest.raises(SettingsFaulty, match=r"YOGYATA_TIME_ZONE: .*is no time zone; write one such as Asia/Kolkata"):
        Settings.load(tmp_path)
