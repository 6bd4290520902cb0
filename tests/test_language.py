"""language: every article has one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import language

LEADS = {
    "en": "The old harbour bridge has been closed to lorries since Tuesday, the town said.",
    "ko": "항구의 오래된 다리가 화요일부터 화물차 통행이 금지됐다고 시가 밝혔다.",
    "ja": "港の古い橋は火曜日からトラックの通行が禁止された。",
    "zh": "市政府周二宣布，因钢梁出现裂缝，港口的老桥禁止货车通行。",
    "ru": "Старый мост в порту закрыли для грузовиков, сообщила мэрия во вторник.",
    "uk": "Старий міст у порту закрили для вантажівок, повідомила мерія у вівторок.",
    "ar": "أعلنت البلدية يوم الثلاثاء إغلاق الجسر القديم أمام الشاحنات بعد العثور على شقوق.",
    "no": "Den gamle broen ved havnen er stengt for lastebiler siden tirsdag, opplyser kommunen.",
    "fa": "شهرداری روز سه‌شنبه اعلام کرد پل قدیمی بندر به روی کامیون‌ها بسته شده است.",
}


@pytest.mark.parametrize("code", LEADS)
def test_a_lead_tells_its_language(code):
    assert language.tell("", LEADS[code]) == code


def test_a_hint_speaks_where_the_text_is_too_short():
    assert language.tell("Kim", "", hint="ko-KR") == "ko"
    assert language.tell("", LEADS["ru"], hint="en") == "ru"
    assert language.tell("Oslo", "", hint="nb_NO") == "no"


@given(st.text(alphabet="0123456789 .,!?-—%$\n", max_size=30))
def test_without_letters_there_is_no_language(text):
    assert language.tell(text, text, hint="en") == "und"


@given(st.text(max_size=60))
def test_every_text_has_one_answer(text):
    assert language.tell(text, text) == language.tell(text, text)
