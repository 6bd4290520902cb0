"""Countries by name: what every language calls them, read from sentences of our own in tests/cases/countries."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

import pytest

from monitor.match import gazetteer, reading
from monitor.text import countries, fold

CASES = sorted((Path(__file__).parent / "cases" / "countries").glob("*.txt"))
ROWS = (resources.files("monitor.text") / "data/countries.txt").read_text("utf-8").splitlines()
ROW = re.compile(r"([A-Z]{2}|--) [^;*\s][^;*]*\*?(; [^;*\s][^;*]*\*?)*")
HEADING = re.compile(r"\[[a-z]{2}( [a-z]{2})*\]")


def named(text, language):
    return {country.code for country in gazetteer.find(reading.read(text, language))}


def spelled(code, language):
    """What a language calls one country."""
    return {called.spelling for called in countries.names(language) if called.country == code}


def sentences(path):
    """Pairs of codes and sentence; `--` where no country is named."""
    rows = [line.partition(" | ") for line in path.read_text("utf-8").splitlines() if not line.startswith("#")]
    return [(set(codes.split()) - {"--"}, sentence) for codes, _, sentence in rows]


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_sentence_names_these_countries_and_no_others(path):
    wrong = [(sentence, found) for codes, sentence in sentences(path) if (found := named(sentence, path.stem)) != codes]
    assert not wrong


def test_every_row_of_the_table_can_be_read():
    told = [row for row in ROWS if row and not row.startswith("#")]
    assert [row for row in told if not (ROW.fullmatch(row) or HEADING.fullmatch(row))] == []


def test_every_code_of_the_table_is_a_countrys():
    codes = {row[:2] for row in ROWS if row and row[0] not in "#["}
    assert codes - countries.codes() == {"--"}


def test_every_heading_names_languages_that_a_watchlist_may_name():
    headings = {code for row in ROWS if row.startswith("[") for code in row.strip("[]").split()}
    assert headings <= countries.languages()


def test_a_stem_keeps_three_letters_without_its_marks():
    listed = {
        called.spelling for language in countries.languages() for called in countries.names(language) if called.stem
    }
    assert [spelling for spelling in listed if len(fold.fold(spelling).bare) < 3] == []


def test_a_name_of_cldr_that_news_mean_otherwise_is_taken_off():
    assert "Mali" not in spelled("ML", "hr")
    assert "Mali" in spelled("ML", "fr")


def test_an_adjective_made_by_rule_belongs_to_one_country():
    assert "нигерийск" in spelled("NG", "ru")
    assert "нигерийск" not in spelled("NE", "ru")


def test_a_rule_makes_no_adjective_of_a_stump():
    assert "paler" not in spelled("PW", "de")  # Palau would find Palermo


def test_serbian_rows_are_read_in_both_alphabets():
    assert {"Severna Koreja", "Северна Кореја"} <= spelled("KP", "sr")
    assert "њемачк" in spelled("DE", "sr")


def test_an_acronym_keeps_its_capitals_in_cyrillic():
    assert "САД" in spelled("US", "sr")


def test_a_language_without_rows_has_cldrs_names():
    assert "Éire" in spelled("IE", "ga")
