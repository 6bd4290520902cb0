"""Choices without an account: shown as they are, kept as they are written, refused beside the field."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from desk import TITLES, Desk, filled
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor import cadence
from monitor.store import Store
from monitor.values import MAIL_LANGUAGES, Choices
from monitor.web import naming
from monitor.web.reader import choices as forms


@pytest.fixture
def desk(tmp_path):
    store = Store(f"sqlite:///{tmp_path}/monitor.db")
    yield Desk(store)
    store.close()


def chosen(desk):
    return desk.store.people.choices(desk.reader)


def saved(desk, **changes):
    page = desk.get(desk.path("p"))
    return desk.post(desk.path("p"), filled(page, **changes))


def test_the_form_that_is_sent_back_untouched_changes_nothing(desk):
    before = desk.everything()
    answer = saved(desk)
    assert (answer.status, "Saved." in answer.said) == (200, True)
    assert desk.everything() == before


def test_everything_that_can_be_chosen_is_kept(desk):
    answer = saved(
        desk,
        **{
            "follow": ["arms", "ports"],
            "often arms": "weekly", "day arms": "friday", "times arms": "8:05",
            "often ports": "daily", "times ports": "18:00, 08:00",
            "zone": "Europe/Paris", "quiet_from": "22:00", "quiet_to": "07:00", "languages": ["ko", "fr"],
            "cap": "12", "language": "en", "sign_of_life": "yes",
        },
    )  # fmt: skip
    assert answer.status == 200
    expected = {"arms": "weekly friday 08:05", "ports": "daily 08:00 18:00"}
    assert chosen(desk) == Choices(expected, "Europe/Paris", "en", ("fr", "ko"), "22:00-07:00", 12, sign_of_life=True)


def test_the_saved_page_says_when_the_next_mail_comes_in_the_readers_own_time(desk):
    answer = saved(desk, **{"follow": ["arms", "ports"], "often ports": "at once"})
    # 06:30 UTC is 15:30 in Seoul: the next 07:30 there is tomorrow's
    assert "The next mail comes on Thursday 26 November, 07:30, if something is new by then." in answer.said
    assert "The next mail comes as soon as something is new." in answer.said


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"often arms": "daily", "times arms": "noon"}, "when arms", "Please write a time of day"),
        ({"often arms": "daily", "times arms": ""}, "when arms", "Please write a time of day"),
        ({"often arms": "weekly", "times arms": "08:00 09:00"}, "when arms", "Please choose a day and one time"),
        ({"often arms": "never"}, "when arms", "Please write a time of day"),
        ({"zone": "Atlantis/Centre"}, "zone", "There is no such time zone."),
        ({"quiet_from": "22:00"}, "quiet", "Please give two different times, or none."),
        ({"quiet_from": "22:00", "quiet_to": "22:00"}, "quiet", "Please give two different times, or none."),
        ({"cap": "0"}, "cap", "Please write a whole number from 1 to 40"),
        ({"cap": "1e1"}, "cap", "Please write a whole number from 1 to 40"),
        ({"language": "tlh"}, "language", "Please choose one from the list."),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_saved(desk, changes, field, words):
    before = desk.everything()
    answer = saved(desk, sign_of_life="yes", **changes)
    assert (answer.status, desk.everything() == before) == (422, True)
    (name,) = re.findall(r'aria-invalid="true" aria-describedby="([^"]+)"', answer.body)[:1]
    assert name == f"wrong-{field.replace(' ', '-')}"
    assert words in answer.body.partition(f'id="{name}"')[2].partition("</p>")[0]
    for value in changes.values():
        assert f'value="{value}"' in answer.body or value in ("never", "tlh", "daily", "weekly")


def test_a_watchlist_that_is_taken_off_is_followed_no_more_and_can_be_taken_up_again(desk):
    saved(desk, follow=["ports"])
    assert set(chosen(desk).cadences) == {"ports"}
    assert TITLES["arms"].partition(" ")[0] in desk.get(desk.path("p")).said
    saved(desk, follow=["ports", "arms"])
    assert set(chosen(desk).cadences) == {"arms", "ports"}


def test_nobody_can_follow_a_watchlist_that_is_neither_theirs_nor_open_to_all(desk):
    assert TITLES["secret"] not in desk.get(desk.path("p")).said
    saved(desk, **{"follow": ["arms", "secret"], "often secret": "at once"})
    assert set(chosen(desk).cadences) == {"arms"}
    desk.offered = frozenset({"secret"})
    saved(desk, follow=["arms", "secret"])
    assert set(chosen(desk).cadences) == {"arms", "secret"}


def test_a_watchlist_that_the_operator_put_away_for_a_while_stays_followed(desk):
    del desk.titles["ports"]
    saved(desk, follow=["arms"], cap="3")
    assert set(chosen(desk).cadences) == {"arms", "ports"}


def test_who_unsubscribed_sees_so_and_comes_back_by_one_button(desk):
    desk.post(desk.path("u"))
    page = desk.get(desk.path("p"))
    assert "You are unsubscribed: no mail comes." in page.said
    assert "The next mail" not in page.said
    action = re.search(r'action="([^"]+)"', page.body)[1]
    desk.post(action, {"back": "yes"})
    assert "You are unsubscribed" not in desk.get(desk.path("p")).said


@pytest.mark.parametrize("written", ["Asia/Seoul", "asia/seoul", "Seoul, South Korea", "서울, 대한민국"])
def test_a_time_zone_is_understood_by_its_name_or_by_its_city_in_the_language_of_the_form(desk, written):
    answer = saved(desk, zone=written, language="ko" if written[0] == "서" else "en")
    assert (answer.status, chosen(desk).zone) == (200, "Asia/Seoul")


def test_the_page_speaks_the_language_that_was_chosen_and_names_zones_and_days_in_it(desk):
    answer = saved(desk, language="de")
    assert '<html lang="de" dir="ltr">' in answer.body
    assert '<option value="monday" selected>Montag</option>' in answer.body
    assert '<option value="Asia/Seoul">Seoul, Südkorea</option>' in answer.body
    assert '<html lang="ar" dir="rtl">' in saved(desk, language="ar").body


def test_a_feeds_words_are_text_on_the_page_never_markup(desk):
    answer = desk.get(desk.path("p"))
    assert "Arms &amp; &lt;embargoes&gt;" in answer.body
    assert "<embargoes>" not in answer.body


def test_each_field_has_a_label(desk):
    body = desk.get(desk.path("p")).body
    labelled = set(re.findall(r'<label for="([^"]+)"', body))
    fields = re.findall(r'<(?:input|select) id="([^"]+)"', body)
    assert fields
    assert set(fields) == labelled
    loose = [tag for tag in re.findall(r"<(?:input|select) (?!id=)[^>]*>", body) if "hidden" not in tag]
    assert all('type="checkbox"' in tag for tag in loose)
    assert body.count('type="checkbox"') == body.count('<label class="check">')


times = st.times().map(lambda each: f"{each:%H:%M}")
cadences = st.one_of(
    st.sampled_from(["at once", "hourly"]),
    st.lists(times, min_size=1, max_size=4, unique=True).map(lambda each: "daily " + " ".join(sorted(each))),
    st.tuples(st.sampled_from(cadence.DAYS), times).map(lambda each: f"weekly {each[0]} {each[1]}"),
)
quiet = st.lists(times, min_size=2, max_size=2, unique=True).map("-".join)
choices = st.builds(
    Choices,
    st.dictionaries(st.sampled_from(sorted(TITLES)), cadences),
    st.sampled_from([name for name, _ in naming.zones("en")]),
    st.sampled_from(MAIL_LANGUAGES),
    st.sets(st.sampled_from(naming.ARTICLE_LANGUAGES)).map(lambda each: tuple(sorted(each))),
    st.none() | quiet,
    st.none() | st.integers(1, 40),
    st.booleans(),
)


@given(choices)
def test_choices_pass_through_the_form_unchanged(wanted):
    decided = forms.decided(forms.drafted(wanted, TITLES))
    assert decided == forms.Decided(wanted, {})


text = st.text(max_size=40) | st.sampled_from(["arms", "ports", "daily", "weekly", "\0", "😀" * 30, "٣", "²", "١٢"])
names = st.sampled_from(
    ["follow", "often arms", "times arms", "day arms", "zone", "quiet_from", "quiet_to", "languages", "cap", "language"]
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(names | text, st.lists(text, max_size=3)), st.binary(max_size=30))
def test_whatever_is_written_into_the_form_is_kept_or_refused_and_never_breaks(desk, fields, rubbish):
    for path in (desk.path("p"), desk.path("u"), "/signup", desk.path("j") + "/1"):
        assert desk.post(path, fields).status in (200, 403, 404, 422)
        assert desk.post(path, rubbish).status in (200, 403, 404, 422)
    assert chosen(desk) is not None


def test_a_new_time_counts_from_now_on(desk):
    saved(desk, **{"follow": ["arms"], "often arms": "daily", "times arms": "15:00"})  # it is 15:30 there
    reader = desk.store.people.reader(desk.reader)
    hours = cadence.Hours(cadence.zone("Asia/Seoul"), None, timedelta(minutes=10))
    followed = reader.follows["arms"]
    assert cadence.open_until(cadence.parse(followed.cadence), followed.served, hours, desk.now) is None
