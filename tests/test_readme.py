"""The front page tells every setting, in the words of the code."""

import re

from lms.settings import ROOT, Settings

ROW = re.compile(r"^\| `(YOGYATA_\w+)` \| (.+?) \| (.+?) \|$", re.MULTILINE)
TOLD = ROW.findall((ROOT / "README.md").read_text())
FIELDS = {f"YOGYATA_{name.upper()}": field for name, field in Settings.model_fields.items()}


def test_the_table_of_settings_has_every_setting_with_its_sentence() -> None:
    assert {name: words for name, words, _ in TOLD} == {name: field.description for name, field in FIELDS.items()}


def test_a_default_that_is_a_plain_value_is_the_one_of_the_code() -> None:
    plain = {name: default.strip("`") for name, _, default in TOLD if re.fullmatch(r"`[^` ]+`", default)}
    assert len(plain) >= 3
    assert {name: default.lower() for name, default in plain.items()} == {
        name: str(FIELDS[name].default).lower() for name in plain
    }
