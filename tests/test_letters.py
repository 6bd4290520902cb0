"""Mails as their readers get them: in their language, in threads, one body for many, and those that tell no news."""

from __future__ import annotations

import base64
import email
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import digest
from monitor.digest import message
from monitor.values import (
    MAIL_LANGUAGES,
    Change,
    Development,
    Digest,
    Field,
    Held,
    Hit,
    News,
    Novel,
    Origin,
    Report,
    StoryNews,
    Subscriber,
    Thread,
    Waits,
)

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
MAIL = digest.MailSettings("News desk <news@example.net>", "https://news.example.net", "a key", "ops@example.net")
NOVEL = Novel(Change.CHANGED, "14 000 soldats", "Séoul compte désormais 14 000 soldats.", "11 000 (Yonhap)")
HIT = Hit("arms", "Pantsir", "Панциря", Field.TEXT, 0, 7, "a form", 0.9)


def told(number: int = 1, story: str = "s1", title: str = "Séoul revoit son compte") -> StoryNews:
    origins = (Origin("Newsweek"),)
    report = Report(title, f"https://a.example/{number}", "Le Port", "fr", NOW, News.DEVELOPMENT, (HIT,), origins)
    new = (NOVEL,)
    development = Development(number, story, News.DEVELOPMENT, new, report, ("arms",), NOW - timedelta(minutes=5))
    return StoryNews(story, title, (development,), told_before=True)


def letter(*stories: StoryNews, reader: Subscriber | None = None, **more) -> Digest:
    reader = reader or Subscriber(7, "reader@example.org", ("arms",), "Asia/Seoul")
    return Digest(reader, stories or (told(),), NOW, {"arms": "Arms for the north"}, **more)


def in_language(language: str, number: int = 7) -> Subscriber:
    return Subscriber(number, f"reader{number}@example.org", ("arms",), "Asia/Seoul", language)


def read(mail):
    return email.message_from_bytes(mail.data, policy=policy.default)


def bodies(mail) -> tuple[str, str]:
    parsed = read(mail)
    return tuple(parsed.get_body((form,)).get_content().replace("\r\n", "\n") for form in ("plain", "html"))


# --- in the reader's language ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", MAIL_LANGUAGES)
def test_a_mail_speaks_its_readers_language_and_no_other(language):
    held = tuple(Held(why, 3) for why in Waits)
    mail = digest.render(letter(told(1), told(2, "s2"), reader=in_language(language), held=held), MAIL)
    text, page = bodies(mail)
    direction = "rtl" if language == "ar" else "ltr"
    assert f'<html lang="{language}" dir="{direction}">' in page
    for words in ("unsubscribe", "new in a story you know", "before:", "retells:", "matched:", "quiet hours"):
        assert (words in " ".join(text.split()).casefold()) is (language == "en"), words
        assert (words in " ".join(page.split()).casefold()) is (language == "en"), words
    assert "14 000 soldats" in text
    assert "14 000 soldats" in page


def test_a_page_in_arabic_stays_right_to_left_where_a_mail_program_drops_its_first_element():
    _, page = bodies(digest.render(letter(reader=in_language("ar")), MAIL))
    assert '<div class="mail rtl" role="main" lang="ar" dir="rtl">' in page


def test_names_in_a_row_are_parted_as_the_language_parts_them():
    story = replace(told(), also=(told(2).developments[0].report, told(3).developments[0].report))
    for language, between in (("en", ", "), ("ja", "、"), ("zh", "、"), ("ar", "، ")):
        _, page = bodies(digest.render(letter(story, reader=in_language(language)), MAIL))
        assert f")</span>{between}<bdi>" in page


def test_numbers_and_names_of_languages_are_the_readers():
    text, _ = bodies(digest.render(letter(reader=in_language("ru")), MAIL))
    assert "1 сюжет · 1 сообщение · 1 язык" in text
    assert "Le Port, французский, 18:30" in text


def test_what_waits_is_said_with_its_reason():
    held = (Held(Waits.CAP, 2), Held(Waits.QUIET, 1), Held(Waits.UNCONFIRMED, 4))
    text, _ = bodies(digest.render(letter(held=held), MAIL))
    assert "2 more developments did not fit: the next mail brings them." in text
    assert "1 development waits for the end of your quiet hours." in text
    assert "4 " not in text.replace("14 000", "")


# --- threads ---------------------------------------------------------------------------------------------------------


def test_mails_about_one_story_are_a_thread_in_every_mail_program():
    first = digest.render(letter(told(1)), MAIL)
    thread = Thread(first.subject, first.message_id, first.message_id, 1, NOW)
    later = replace(letter(told(2, title="Another title"), thread=thread), now=NOW + timedelta(hours=5))
    second = digest.render(later, MAIL)
    latest = Thread(first.subject, first.message_id, second.message_id, 2, NOW)
    third = digest.render(replace(later, stories=(told(3),), thread=latest, now=NOW + timedelta(days=3)), MAIL)
    one, two, three = (read(mail) for mail in (first, second, third))
    assert one["References"] is None
    assert two["References"] == two["In-Reply-To"] == first.message_id
    assert three["References"].split() == [first.message_id, second.message_id]
    assert three["In-Reply-To"] == second.message_id
    assert {each["Subject"] for each in (one, two, three)} == {first.subject}
    assert {each["Thread-Topic"] for each in (one, two, three)} == {first.subject}
    indexes = [base64.b64decode(each["Thread-Index"]) for each in (one, two, three)]
    assert [len(index) for index in indexes] == [22, 27, 27]
    assert len({index[:22] for index in indexes}) == 1
    assert len(set(indexes)) == 3
    assert first.story == "s1"


def test_each_mail_of_a_thread_opens_with_its_own_news():
    thread = Thread("The first subject", "<1@x>", "<1@x>", 1, NOW)
    _, page = bodies(digest.render(letter(told(2), thread=thread), MAIL))
    hidden = re.search(r'<div style="display:none">(.*?)</div>', page)
    assert hidden
    assert hidden[1] == "Séoul compte désormais 14 000 soldats."


def test_a_mail_of_a_thread_without_a_quote_opens_with_its_headline():
    thread = Thread("The first subject", "<1@x>", "<1@x>", 1, NOW)
    story = told(2, title=NOVEL.sentence)
    _, page = bodies(digest.render(letter(story, thread=thread), MAIL))
    assert f'<div style="display:none">{NOVEL.sentence}</div>' in page
    _, page = bodies(digest.render(letter(story), MAIL))
    assert "display:none" not in page, "the subject says it already"


def test_a_mail_of_several_stories_is_no_thread():
    mail = digest.render(letter(told(1), told(2, "s2")), MAIL)
    assert read(mail)["Thread-Index"] is None
    assert mail.story is None


# --- one body for many -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "ja", "ar"])
def test_a_body_written_once_is_what_each_reader_would_have_got_alone(language):
    printer = digest.Printer(MAIL)
    for number in (1, 2, 77, 123_456_789):
        one = letter(told(1), told(2, "s2"), reader=in_language(language, number))
        mail = printer.mail(one)
        assert mail == digest.render(one, MAIL)
        text, page = bodies(mail)
        token = digest.reader_token(number, MAIL.secret_key)
        key = mail.message_id[1:].partition("@")[0]
        assert f"https://news.example.net/u/{token}\n" in text
        assert f"https://news.example.net/v/{token}/{key}\n" in text
        assert set(re.findall(r'href="https://news\.example\.net/[a-z]/([^"/]+)', page)) == {token}
        assert f'href="https://news.example.net/j/{token}/1"' in page
        assert read(mail)["To"] == f"reader{number}@example.org"
        assert all(len(line) <= 998 for line in mail.data.split(b"\r\n"))


def test_readers_who_see_different_things_get_different_bodies():
    printer = digest.Printer(MAIL)
    readers = [in_language("en"), in_language("de"), replace(in_language("en"), zone="Europe/Paris")]
    assert len({bodies(printer.mail(letter(reader=reader)))[0] for reader in readers}) == 3


@given(
    st.lists(st.text(st.characters(exclude_categories=["Cs", "Co", "Cc"]), max_size=200), min_size=1, max_size=5),
    st.text("abcXYZ.-_09", min_size=1, max_size=70),
)
def test_what_is_filled_into_a_form_is_read_as_if_it_had_been_there(pieces, token):
    text = f" {message.TOKEN}\n{message.KEY}".join(pieces)
    form = message.Form(text, text)
    parsed = email.message_from_bytes(form.write([("From", "a@b")], token, "k" * 32), policy=policy.default)
    wanted = text.replace(message.TOKEN, token).replace(message.KEY, "k" * 32)
    for part in ("plain", "html"):
        got = parsed.get_body((part,)).get_payload(decode=True).decode().replace("\r\n", "\n")
        assert got.rstrip("\n") == wanted.rstrip("\n")


def test_no_feed_can_open_a_hole():
    title = f"Nothing {message.TOKEN} here {message.KEY}"
    text, page = bodies(digest.render(letter(told(1, title=title)), MAIL))
    assert "Nothing here" in text
    assert message.TOKEN not in text + page


# --- those that tell no news -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", MAIL_LANGUAGES)
def test_a_sign_up_is_asked_to_confirm_by_one_link(language):
    link = "https://news.example.net/c/token"
    mail = digest.render_confirmation("anna@example.org", language, link, MAIL, NOW)
    text, page = bodies(mail)
    parsed = read(mail)
    assert link in text
    assert f'href="{link}"' in page
    assert f'<html lang="{language}"' in page
    assert (parsed["To"], parsed["Auto-Submitted"]) == ("anna@example.org", "auto-generated")
    assert "News desk" in parsed["Subject"]
    assert mail == digest.render_confirmation("anna@example.org", language, link, MAIL, NOW)


def test_a_sign_of_life_says_since_when_and_how_to_end_it():
    quiet = digest.Quiet(in_language("de"), ("Arms for the north",), NOW - timedelta(days=7), 1_234, NOW)
    mail = digest.render_sign_of_life(quiet, MAIL)
    text, page = bodies(mail)
    assert mail.subject == "Nichts Neues seit: 15. Nov., 18:30"
    assert "1234 Artikel wurden gelesen." in " ".join(text.split())
    assert read(mail)["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "Abbestellen" in page
