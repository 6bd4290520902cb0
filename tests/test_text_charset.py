"""charset: bytes become the letters that were meant, whatever they are called."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.text import charset

TEXTS = {
    "windows-1251": "Старый мост в порту закрыли для грузовиков, сообщила мэрия во вторник.",
    "koi8-r": "Инженеры нашли трещины в стальных балках, ремонт займёт около трёх недель.",
    "shift_jis": "港の古い橋は火曜日からトラックの通行が禁止された。修理には三週間かかる見込みだ。",
    "euc-jp": "市によると、鋼の梁にひびが見つかった。渡し船の便数は増やされるという。",
    "euc-kr": "항구의 오래된 다리가 화요일부터 화물차 통행이 금지됐다고 시가 밝혔다.",
    "gb18030": "市政府周二宣布，因钢梁出现裂缝，港口的老桥禁止货车通行，检修预计持续三周。",
    "big5": "市政府週二宣布，因鋼樑出現裂縫，港口的老橋禁止貨車通行，檢修預計持續三週。",
    "windows-1256": "أعلنت البلدية يوم الثلاثاء إغلاق الجسر القديم أمام الشاحنات بعد العثور على شقوق.",
    "windows-1255": "הגשר הישן בנמל נסגר למשאיות ביום שלישי לאחר שמהנדסים מצאו סדקים בפלדה.",
    "windows-1253": "Η παλιά γέφυρα του λιμανιού έκλεισε για τα φορτηγά, ανακοίνωσε ο δήμος την Τρίτη.",
    "koi8-u": "Інженери знайшли тріщини у сталевих балках, ремонт триватиме близько трьох тижнів.",
    "iso-8859-5": "Градска управа је у уторак затворила стари мост у луци за камионе.",
    "cp866": "Старый мост в порту закрыли для грузовиков, паромы пойдут чаще.",
    "iso-2022-jp": "港の古い橋、トラック通行止めに",
    "iso-2022-kr": "항구의 오래된 다리 화물차 통행 금지",
    "cp874": "สะพานเก่าที่ท่าเรือปิดห้ามรถบรรทุก การซ่อมจะใช้เวลาประมาณสามสัปดาห์",
    "windows-1254": "Limandaki eski köprü kamyonlara kapatıldı, onarımın üç hafta süreceği açıklandı.",
    "windows-1250": "Radnice v úterý oznámila, že inženýři našli trhliny v ocelových nosnících.",
    "iso-8859-2": "Władze poinformowały, że inżynierowie znaleźli pęknięcia w stalowych belkach.",
    "windows-1257": "Savivaldybė pranešė, kad inžinieriai rado įtrūkimų sijose, remontas užtruks.",
    "windows-1252": "El dueño del señorío anunció que los ingenieros hallaron grietas más allá del muelle.",
    "iso-8859-1": "Borgin tilkynnti á þriðjudag að verkfræðingar hefðu fundið sprungur í stálbitunum.",
}


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("how", ["declared", "header", "nowhere", "called utf-8", "header says latin-1"])
def test_legacy_letters_come_out_right(name, how):
    said = {"declared": name, "called utf-8": "utf-8", "header says latin-1": name}.get(how)
    header = {"header": f"text/xml; charset={name}", "header says latin-1": "text/xml; charset=ISO-8859-1"}.get(how)
    declaration = f'<?xml version="1.0" encoding="{said}"?>' if said else '<?xml version="1.0"?>'
    text = f"{declaration}<rss><title>{TEXTS[name]}</title></rss>"
    assert charset.decode(text.encode(name), header).text == text


@pytest.mark.parametrize("name", ["windows-1250", "windows-1254", "windows-1257", "windows-1252"])
def test_a_server_that_says_latin_1_of_everything_is_not_believed_against_the_letters(name):
    text = f"<rss><title>{TEXTS[name]}</title></rss>"
    assert charset.decode(text.encode(name), "text/xml; charset=ISO-8859-1").text == text


def test_a_short_line_is_in_the_charset_of_the_language_that_the_feed_names():
    text = "<rss><language>{}</language><title>Senasis uosto tiltas uždarytas</title></rss>"
    named, unnamed = text.format("lt"), text.format("")
    assert charset.decode(named.encode("windows-1257")).text == named
    assert charset.decode(unnamed.encode("windows-1257")).charset == "cp1252"


def test_hz_is_read_only_where_it_is_named():
    body = "<t>港口老桥</t>".encode("hz")
    assert charset.decode(body, "text/xml; charset=hz-gb-2312").text == "<t>港口老桥</t>"
    assert charset.decode(body).text == body.decode("ascii")


def test_one_bad_byte_does_not_make_utf_8_another_charset():
    text = "Die Brücke über die Förde wurde für Lastwagen gesperrt. " * 40
    assert charset.decode(text.encode() + b"\xff").text == text + "\ufffd"


def test_utf_7_is_never_decoded():
    assert charset.decode(b'<?xml version="1.0" encoding="utf-7"?><t>+ADw-b+AD4-</t>').text.endswith(
        "<t>+ADw-b+AD4-</t>"
    )


@pytest.mark.parametrize("name", ["rot13", "base64", "zlib", "idna", "punycode", "undefined", "unicode_escape", "mbcs"])
def test_what_python_calls_an_encoding_and_is_no_charset_of_text_is_not_believed(name):
    body = f'<?xml version="1.0" encoding="{name}"?><t>café</t>'.encode("cp1252")
    assert charset.decode(body, f"text/xml; charset={name}").text.endswith("<t>café</t>")


@pytest.mark.parametrize(("name", "python"), [("x-sjis", "cp932"), ("koi8-ru", "koi8-u"), ("win-1251", "cp1251")])
def test_names_that_only_the_web_has_are_known(name, python):
    text = f'<?xml version="1.0" encoding="{name}"?><t>Мост в порту</t>'
    assert charset.decode(text.encode(python)).charset == python


@given(st.text(), st.sampled_from(["utf-8-sig", "utf-16", "utf-32"]))
def test_a_byte_order_mark_decides(text, name):
    assert charset.decode(text.encode(name), "text/xml; charset=koi8-r").text == text


@settings(deadline=None)  # the first guess reads the detector's tables
@given(st.binary(max_size=400), st.none() | st.text(max_size=60))
def test_any_bytes_become_text(body, header):
    assert isinstance(charset.decode(body, header).text, str)
