"""Words for currencies, shares and measures in every language, each with one code."""

from __future__ import annotations

from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

import babel
from babel import UnknownLocaleError

from monitor.text import fold

if TYPE_CHECKING:
    from collections.abc import Mapping

_CURRENCIES = ("USD", "EUR", "GBP", "JPY", "CNY", "KRW", "RUB", "UAH", "INR", "CHF", "TRY", "PLN", "BRL")
_FAMILIES = {"USD": ("USD", "CAD", "AUD"), "RUB": ("RUB", "BYN"), "KRW": ("KRW", "KPW"), "GBP": ("GBP", "EGP")}
"""Currencies of one name: a bare "dollar" is what their full names share, and means the first."""
SYMBOLS = MappingProxyType(
    {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₩": "KRW", "₽": "RUB", "₴": "UAH", "₹": "INR", "₺": "TRY"}
)
BEFORE = MappingProxyType({"%": "%", "％": "%", "yuzde": "%", "百分之": "%", "us$": "USD", "usd": "USD", "eur": "EUR",
                           "gbp": "GBP", "chf": "CHF"} | SYMBOLS)  # fmt: skip
"""What stands before its number."""
_OWN_WORDS = {
    "ja": {"ドル": "USD", "円": "JPY", "キロ": "km", "メートル": "m", "パーセント": "%", "トン": "t"},
    "zh": {"美元": "USD", "元": "CNY", "欧元": "EUR", "公里": "km", "千米": "km", "米": "m", "吨": "t", "公顷": "ha"},
    "ko": {"달러": "USD", "원": "KRW", "퍼센트": "%", "킬로": "km", "미터": "m", "톤": "t", "헥타르": "ha"},
    "en": {"per cent": "%", "pct": "%", "metre": "m", "metres": "m", "kilometre": "km", "kilometres": "km",
           "square miles": "sq mi"},
    "fr": {"pour cent": "%", "p. cent": "%"},
    "es": {"por ciento": "%"},
    "pt": {"por cento": "%"},
    "it": {"per cento": "%", "percento": "%"},
    "ro": {"la suta": "%"},
    "ar": {"في المئة": "%", "في المائة": "%", "بالمئة": "%", "بالمائة": "%", "دولار": "USD", "دولارات": "USD",
           "يورو": "EUR", "كيلومترا": "km", "كيلومترات": "km", "مترا": "m", "أمتار": "m", "طنا": "t", "أطنان": "t"},
    "fa": {"دلار": "USD", "یورو": "EUR", "کیلومتر": "km", "متر": "m", "تن": "t", "درصد": "%", "هکتار": "ha"},
    "he": {"אחוזים": "%", "אחוז": "%", "דולר": "USD", "דולרים": "USD", "אירו": "EUR", "קילומטרים": "km", "מטרים": "m",
           "מטר": "m", 'ק"מ': "km", "טון": "t"},
    "hi": {"प्रतिशत": "%", "फीसदी": "%", "फ़ीसदी": "%", "डॉलर": "USD", "यूरो": "EUR", "किलोमीटर": "km", "मीटर": "m"},
    "tr": {"avro": "EUR", "euro": "EUR", "dolar": "USD", "dolarlık": "USD", "avroluk": "EUR", "metre": "m",
           "kilometre": "km", "ton": "t", "hektar": "ha"},
    "vi": {"phần trăm": "%", "đô la": "USD", "đô la mỹ": "USD", "usd": "USD", "euro": "EUR", "km": "km", "mét": "m",
           "tấn": "t"},
    "id": {"persen": "%", "dolar": "USD", "dolar as": "USD", "euro": "EUR", "meter": "m", "ton": "t"},
    "de": {"prozent": "%", "euro": "EUR", "dollar": "USD"},
    "nl": {"euro": "EUR", "dollar": "USD", "procent": "%", "meter": "m", "ton": "t"},
    "hu": {"euró": "EUR", "eurót": "EUR", "eurós": "EUR", "dollár": "USD", "dollárt": "USD", "százalék": "%",
           "százalékos": "%", "százalékkal": "%", "százaléka": "%", "méter": "m", "méteres": "m"},
    "fi": {"prosenttia": "%", "prosentin": "%", "prosenttiin": "%", "euroa": "EUR", "euron": "EUR", "dollaria": "USD",
           "dollarin": "USD", "metriä": "m", "metrin": "m", "kilometriä": "km", "kilometrin": "km"},
    "pl": {"proc": "%", "procent": "%", "procenta": "%", "euro": "EUR", "dolarów": "USD", "dolary": "USD",
           "metrów": "m", "kilometrów": "km", "ton": "t"},
    "cs": {"procent": "%", "procenta": "%", "eur": "EUR", "eura": "EUR", "dolarů": "USD", "metrů": "m", "tun": "t"},
    "sk": {"percent": "%", "percentá": "%", "eur": "EUR", "eura": "EUR", "dolárov": "USD", "metrov": "m", "ton": "t"},
    "el": {"τοις εκατό": "%", "ευρώ": "EUR", "δολάρια": "USD", "δολαρίων": "USD", "μέτρα": "m", "χιλιόμετρα": "km"},
    "ru": {"процентов": "%", "процента": "%", "процент": "%", "евро": "EUR", "долларов": "USD", "метров": "m"},
    "uk": {"відсотків": "%", "відсотки": "%", "відсоток": "%", "відсотка": "%", "євро": "EUR", "доларів": "USD",
           "метрів": "m"},
    "bg": {"процента": "%", "на сто": "%", "евро": "EUR", "долара": "USD", "метра": "m", "километра": "km"},
    "sr": {"посто": "%", "posto": "%", "евра": "EUR", "evra": "EUR", "долара": "USD", "dolara": "USD"},
    "hr": {"posto": "%", "eura": "EUR", "dolara": "USD", "metara": "m", "kilometara": "km"},
    "sv": {"procent": "%", "euro": "EUR", "dollar": "USD", "meter": "m"},
    "da": {"procent": "%", "euro": "EUR", "dollar": "USD", "meter": "m"},
    "nb": {"prosent": "%", "euro": "EUR", "dollar": "USD", "meter": "m"},
    "th": {"เปอร์เซ็นต์": "%", "ดอลลาร์": "USD", "กิโลเมตร": "km", "เมตร": "m"},
}  # fmt: skip
"""Words that the Common Locale Data Repository has in one case or inside longer names alone, or not at all."""
_MEASURES = {
    "length-kilometer": "km", "length-meter": "m", "mass-ton": "t", "mass-tonne": "t", "mass-kilogram": "kg",
    "area-hectare": "ha", "temperature-celsius": "°C", "power-megawatt": "MW", "volume-barrel": "barrel",
    "concentr-percent": "%", "length-mile": "mi", "length-foot": "ft", "area-acre": "acre",
}  # fmt: skip
_ALIKE = {"no": "nb", "nn": "nb", "bs": "hr"}
_SHORTEST_SHARED = 2


@lru_cache(maxsize=64)
def words(language: str) -> Mapping[str, str]:
    """Every currency and measure word of a language with its code: ISO 4217, "%", or a unit of measure."""
    language = _ALIKE.get(language, language)
    own = {fold.lower(word): code for word, code in _OWN_WORDS.get(language, {}).items()}
    try:
        locale = babel.Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return {"%": "%", "％": "%"} | SYMBOLS | own
    names = {code: _currency_names(locale, code) for code in _CURRENCIES}
    units = {"%": "%", "％": "%"} | SYMBOLS | {name: code for code, group in names.items() for name in group}
    for code, family in _FAMILIES.items():
        units |= {word: code for word in _shared_words(locale, family) if word not in units}
    return units | _measures(locale) | own


def _measures(locale: babel.Locale) -> dict[str, str]:
    patterns = locale._data["unit_patterns"]  # noqa: SLF001  babel reads whole phrases only through this table
    found: dict[str, str] = {}
    for unit, code in _MEASURES.items():
        for forms in patterns.get(unit, {}).values():
            shapes = forms.values() if hasattr(forms, "values") else ()
            found |= {w: code for w in (fold.lower(str(s)).replace("{0}", "").strip() for s in shapes) if len(w) > 1}
    return found


def _currency_names(locale: babel.Locale, code: str) -> set[str]:
    plural = locale._data["currency_names_plural"].get(code, {})  # noqa: SLF001  plural forms have no public reader
    names = {*(str(name) for name in plural.values()), str(locale.currencies.get(code, code)), code}
    return {fold.lower(name) for name in names}


def _shared_words(locale: babel.Locale, family: tuple[str, ...]) -> set[str]:
    """The bare word for dollar: what the names of the American, Canadian and Australian dollar share."""
    shared = [{word for name in _currency_names(locale, code) for word in name.split()} for code in family]
    return {word for word in set.intersection(*shared) if len(word) > _SHORTEST_SHARED}
