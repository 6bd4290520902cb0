"""What mails say in each language: whole catalogues, right plurals, dates as the language writes them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel.messages import extract, pofile
from babel.messages.plurals import get_plural

from monitor import speech
from monitor.values import MAIL_LANGUAGES

HOUSE = Path(speech.__file__).parent
TRANSLATED = [language for language in MAIL_LANGUAGES if language != "en"]
KEYWORDS = {"_": None, "ngettext": (1, 2), "say": None, "count": (1, 2), "mark": None, "mark_plural": (1, 2)}
PLACEHOLDER = re.compile(r"%\(\w+\)s")
NOON = datetime(2026, 11, 25, 12, 5, tzinfo=UTC)
PARIS = ZoneInfo("Europe/Paris")


@cache
def sentences() -> frozenset[str | tuple[str, ...]]:
    """Every sentence that the mails' code and templates say."""
    found = set()
    for pattern, method in (
        ("digest/**/*.py", "python"),
        ("speech.py", "python"),
        ("templates/*.html", "jinja2.ext:babel_extract"),
        ("templates/*.txt", "jinja2.ext:babel_extract"),
    ):
        for path in HOUSE.glob(pattern):
            with path.open("rb") as file:
                options = {"trimmed": "true"} if "jinja" in method else {}
                found |= {each[1] for each in extract.extract(method, file, KEYWORDS, options=options)}
    return frozenset(found)


@cache
def catalogue(language: str):
    path = HOUSE / "locale" / language / "LC_MESSAGES" / "mail.po"
    with path.open("rb") as file:
        return pofile.read_po(file, locale=language)


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalogue_says_everything_and_nothing_else(language):
    said = {message.id for message in catalogue(language) if message.id}
    assert said == sentences()
    assert len(said) > 50


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_has_its_forms_and_keeps_its_values(language):
    forms = get_plural(language).num_plurals
    for message in catalogue(language):
        if not message.id:
            continue
        if isinstance(message.id, tuple):
            assert len(message.string) == forms, message.id
            assert all(set(PLACEHOLDER.findall(form)) <= {"%(number)s"} for form in message.string)
            assert "%(number)s" in message.string[-1] or "%(number)s" not in message.id[1]
        else:
            assert message.string, message.id
            assert PLACEHOLDER.findall(message.string) == PLACEHOLDER.findall(message.id)


@pytest.mark.parametrize(
    ("language", "number", "said"),
    [
        ("en", 1, "1 story"),
        ("en", 5, "5 stories"),
        ("fr", 0, "0 sujet"),
        ("ru", 1, "1 сюжет"),
        ("ru", 3, "3 сюжета"),
        ("ru", 11, "11 сюжетов"),
        ("ru", 21, "21 сюжет"),
        ("uk", 22, "22 сюжети"),
        ("ko", 7, "이야기 7건"),
        ("ar", 1, "قصة واحدة"),
        ("ar", 2, "قصتان"),
        ("ar", 5, "5 قصص"),
        ("ar", 15, "15 قصة"),
    ],
)
def test_a_number_takes_the_form_that_its_language_asks_for(language, number, said):
    assert speech.voice(language, "mail").count("%(number)s story", "%(number)s stories", number) == said


@pytest.mark.parametrize(
    ("language", "today", "earlier", "day"),
    [
        ("en", "13:05", "21 Nov, 13:05", "Wednesday 25 November 2026, 13:05"),
        ("fr", "13:05", "21 nov., 13:05", "mercredi 25 novembre 2026, 13:05"),
        ("de", "13:05", "21. Nov., 13:05", "Mittwoch, 25. November 2026, 13:05"),
        ("ko", "13:05", "11월 21일 13:05", "2026년 11월 25일 수요일 13:05"),
        ("ja", "13:05", "11月21日 13:05", "2026年11月25日水曜日 13:05"),
        ("ar", "13:05", "21 نوفمبر، 13:05", "الأربعاء، 25 نوفمبر 2026، 13:05"),
    ],
)
def test_times_are_written_as_the_language_writes_them_in_the_readers_zone(language, today, earlier, day):
    voice = speech.voice(language, "mail")
    assert voice.moment(NOON, NOON, PARIS) == today
    assert voice.moment(NOON.replace(day=21), NOON, PARIS) == earlier
    assert voice.day(NOON, PARIS) == day


def test_an_unknown_language_speaks_english():
    assert speech.voice("xx", "mail").language == "en"
    assert speech.voice("en", "mail").language_name("ko") == "Korean"
    assert speech.voice("fr", "mail").language_name("ko") == "coréen"
    assert speech.voice("de", "mail").language_name("und") == "Sprache unbekannt"


def test_no_french_line_starts_with_a_colon_or_a_question_mark():
    said = [each.string for each in catalogue("fr") if each.id]
    forms = [form for each in said for form in (each if isinstance(each, tuple) else (each,))]
    assert not [form for form in forms if re.search(" [:;!?]", form)]
    assert any("\u00a0:" in form for form in forms)
