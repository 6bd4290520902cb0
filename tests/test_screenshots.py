"""The digest that pictures are taken of holds everything that a mail can show, in each language."""

from __future__ import annotations

import importlib
import re
import sys
from pathlib import Path

import pytest

from monitor import digest
from monitor.values import MAIL_LANGUAGES, Change

sys.path.insert(0, str(Path(__file__).parent / "quality"))
screenshots = importlib.import_module("screenshots")


@pytest.mark.parametrize("language", MAIL_LANGUAGES)
def test_what_is_pictured_has_every_mark_doubt_others_and_what_waits(language):
    page = digest.html_part(digest.render(screenshots.sample(language), screenshots.SETTINGS))
    body = page.partition("<body>")[2]
    assert {f"mark {change}" for change in Change} <= set(re.findall(r'class="(mark \w+)"', body))
    assert 'class="doubt"' in body
    assert 'class="also"' in body
    assert {"rtl", "ltr"} <= set(re.findall(r'dir="(\w+)"', body))
    assert body.partition('class="foot"')[2].count("<p>") == len(screenshots.sample(language).held) + 2
