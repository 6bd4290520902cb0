"""Dates: one day in every language, never a day that does not exist."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.text import dates


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "publié le 29 mai 2025"),
        ("en", "on May 29, 2025"),
        ("en", "on 29 May 2025"),
        ("ko", "2025년 5월 29일"),
        ("ja", "2025年5月29日"),
        ("ru", "29 мая 2025 года"),
        ("de", "am 29. Mai 2025"),
        ("de", "am 29.05.2025"),
        ("es", "el 29 de mayo de 2025"),
        ("ar", "٢٩ مايو ٢٠٢٥"),
        ("tr", "29 Mayıs 2025"),
        ("en", "2025-05-29"),
    ],
)
def test_one_day_has_one_key_in_every_language(language, text):
    assert [d.key for d in dates.find(text, language)] == ["2025-05-29"]


def test_a_day_without_a_year_takes_the_nearest():
    (day,) = dates.find("le 29 décembre", "fr")
    assert day.near(date(2025, 1, 4)).key == "2024-12-29"


@pytest.mark.parametrize("text", ["45 May", "2025-13-40", "march to the sea", "costs $2025"])
def test_what_is_no_date_is_not_read_as_one(text):
    assert dates.find(text, "en") == []


@settings(deadline=None)  # the first call reads locale data
@given(st.text(max_size=60), st.sampled_from(["en", "ko", "de", "zh", "ar", "xx"]))
def test_any_text_is_read(text, language):
    for day in dates.find(text, language):
        assert 0 <= day.start < day.end <= len(text)


def test_a_bare_day_takes_month_and_year_of_the_article():
    (day,) = dates.find("国防省は29日、発表した", "ja")
    assert day.key == "---29"
    assert day.near(date(2025, 5, 30)).key == "2025-05-29"
