"""Numbers: the same quantity reads alike in every language."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.text import numbers

ELEVEN_THOUSAND = [
    ("fr", "11 000 soldats"),
    ("fr", "onze mille soldats"),
    ("en", "11,000 troops"),
    ("en", "eleven thousand troops"),
    ("ko", "1만1천 명"),
    ("ko", "1만1000명"),
    ("zh", "1.1万人"),
    ("zh", "一万一千人"),
    ("ja", "1万1000人"),
    ("ru", "одиннадцать тысяч солдат"),
    ("ru", "11 тыс. человек"),
    ("uk", "одинадцять тисяч солдатів"),
    ("de", "11.000 Soldaten"),
    ("es", "once mil soldados"),
    ("ar", "11 ألف جندي"),
    ("pl", "11 tysięcy żołnierzy"),
]


@pytest.mark.parametrize(("language", "text"), ELEVEN_THOUSAND)
def test_eleven_thousand_is_one_number_in_every_language(language, text):
    assert [q.key for q in numbers.find(text, language)] == ["11000"]


TWENTY_BILLION_DOLLARS = [
    ("fr", "plus de 20 milliards de dollars"),
    ("en", "some $20 billion"),
    ("en", "20 billion dollars"),
    ("ko", "약 200억 달러"),
    ("ja", "約200億ドル"),
    ("zh", "约200亿美元"),
    ("ru", "20 миллиардов долларов"),
    ("es", "20.000 millones de dólares"),
    ("pl", "o 20 miliardach dolarów"),
]


@pytest.mark.parametrize(("language", "text"), TWENTY_BILLION_DOLLARS)
def test_twenty_billion_dollars_is_one_amount_in_every_language(language, text):
    assert [q.key for q in numbers.find(text, language)] == ["20000000000 USD"]


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [
        ("en", "1.234 tonnes", 1.234),
        ("de", "1.234 Menschen", 1234),
        ("de", "4,5 Kilometer", 4.5),
        ("en", "1,234,567.5", 1234567.5),
        ("fr", "1 234 567,5", 1234567.5),
        ("ar", "٢٠٠ رحلة", 200),
    ],
)
def test_separators_are_read_as_the_language_writes_them(language, text, value):
    assert [q.value for q in numbers.find(text, language)] == [value]


@pytest.mark.parametrize(
    ("language", "text"), [("en", "an S-300 and a Mi-24"), ("en", "millions of people"), ("ja", "一般の人")]
)
def test_type_names_and_bare_scales_are_no_quantities(language, text):
    assert numbers.find(text, language) == []


@settings(deadline=None)  # the first call reads locale data
@given(st.text(max_size=60), st.sampled_from(["en", "ko", "de", "zh", "ar", "xx", "und"]))
def test_any_text_is_read_and_every_span_lies_inside_it(text, language):
    for quantity in numbers.find(text, language):
        assert 0 <= quantity.start < quantity.end <= len(text)


@settings(deadline=None)  # the first call reads locale data
@given(st.integers(min_value=13, max_value=999_999))
def test_grouped_digits_read_as_the_number_they_group(number):
    for language, text in (("en", f"{number:,}"), ("de", f"{number:,}".replace(",", "."))):
        assert [q.value for q in numbers.find(text, language)] == [number]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("إحدى عشرة دولة", "11"),
        ("خمسة عشر ألف جندي", "15000"),
        ("خمسة وعشرين ألفا", "25000"),
        ("مليوني دولار", "2000000 USD"),
    ],
)
def test_arabic_number_words_are_read_in_every_case_and_gender(text, key):
    assert [found.key for found in numbers.find(text, "ar")] == [key]


@pytest.mark.parametrize(
    ("language", "text", "key"),
    [
        ("ko", "두 명이 숨졌다", "2"), ("ko", "마흔다섯 살", "45"), ("ko", "삼천 명", "3000"),
        ("ja", "九人が不明", "9"), ("zh", "四具遗体", "4"), ("cs", "z deseti vlaků", "10"),
        ("sk", "sedem a pol tisíca", "7500"), ("ru", "полтора миллиона", "1500000"),
        ("de", "zwölftausend Menschen", "12000"), ("it", "tremila posti", "3000"),
        ("hu", "kétezer ember", "2000"), ("sv", "tvåtusen", "2000"),
        ("fr", "quatre-vingt-dix-sept morts", "97"), ("en", "twenty-one men", "21"),
        ("en", "two dozen men", "24"), ("en", "half a million", "500000"),
        ("es", "doscientos diez heridos", "210"), ("id", "empat puluh lima", "45"),
        ("vi", "hai mươi hai", "22"), ("vi", "năm người", "5"), ("hi", "पच्चीस हज़ार", "25000"),
        ("he", "שנים עשר כפרים", "12"),
        ("ar", "واحد وستين شخصا", "61"), ("ar", "ألفين وأربعمئة", "2400"), ("pl", "dwudziestu pięciu", "25"),
        ("no", "tolv", "12"),
    ],
)  # fmt: skip
def test_number_words_are_read_in_their_forms_and_compounds(language, text, key):
    assert [found.key for found in numbers.find(text, language)] == [key]


@pytest.mark.parametrize(
    ("language", "text", "key"),
    [
        ("en", "30 metres", "30 m"), ("en", "a 30m wall", "30 m"), ("en", "£3m", "3000000 GBP"),
        ("en", "45m euros", "45000000 EUR"), ("en", "9 per cent", "9 %"), ("fr", "9 pour cent", "9 %"),
        ("tr", "yüzde yirmi iki", "22 %"), ("tr", "%22", "22 %"), ("zh", "百分之二十二", "22 %"),
        ("ja", "4割", "40 %"), ("ko", "22퍼센트", "22 %"), ("he", "22 אחוזים", "22 %"),
        ("ar", "22 في المئة", "22 %"), ("vi", "9 phần trăm", "9 %"), ("de", "4,2 Mrd. Euro", "4200000000 EUR"),
        ("tr", "4,2 milyar avro", "4200000000 EUR"), ("fa", "۴٫۸ میلیارد دلار", "4800000000 USD"),
        ("el", "3,1 δισ. δολάρια", "3100000000 USD"),
    ],
)  # fmt: skip
def test_shares_and_measures_are_read_as_each_language_writes_them(language, text, key):
    assert [found.key for found in numbers.find(text, language)] == [key]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ko", "이 명령"), ("ko", "세대 갈등"), ("ja", "三重県"), ("zh", "第二次"), ("sv", "entré"),
        ("vi", "sau vụ chìm phà"), ("cs", "tisíce lidí"), ("ru", "тысячи людей"), ("en", "one of them"),
        ("en", "half of them"),
    ],
)  # fmt: skip
def test_words_that_only_look_like_numbers_are_none(language, text):
    assert numbers.find(text, language) == []
