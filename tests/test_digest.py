"""The digest: what a subscriber is told, in which order and words, and the bytes that carry it."""

from __future__ import annotations

import email
import re
from datetime import UTC, datetime, timedelta
from email import policy
from email.header import decode_header, make_header
from email.utils import parseaddr
from html.parser import HTMLParser
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor import digest
from monitor.digest import composing, message, rendering, views, wording
from monitor.errors import ConfigError
from monitor.values import (
    Change,
    Development,
    Field,
    Held,
    Hit,
    News,
    Novel,
    Origin,
    ReadFrom,
    Report,
    Subscriber,
    Waits,
)

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
READER = Subscriber(7, "reader@example.org", ("arms",), "Europe/Vienna")
MAIL = digest.MailSettings("News monitor <news@example.net>", "https://news.example.net", "a key", "ops@example.net")
TITLES = {"arms": "Arms for the north"}
IDS = count(1)


def report(title="A ship left port", source="Harbour Weekly", language="en", **more):
    values = {
        "url": f"https://example.net/{next(IDS)}",
        "published": NOW - timedelta(hours=1),
        "news": News.STORY,
        "hits": (Hit("arms", "Pantsir", "Панциря", Field.TEXT, 0, 7, "inflected form", 0.9),),
    }
    return Report(title=title, source=source, language=language, **(values | more))


def development(story="s1", *, minutes=30, new=(), sure=True, watchlists=("arms",), why="", **more):
    told = report(**more)
    seen = NOW - timedelta(minutes=minutes)
    return Development(next(IDS), story, told.news, tuple(new), told, watchlists, seen, sure, why)


def update(story="s1", **more):
    return development(story, news=News.DEVELOPMENT, **more)


def novel(
    text="20 billion dollars", change=Change.NEW, sentence="The institute puts it at 20 billion dollars.", before=None
):
    return Novel(change, text, sentence, before)


def composed(*developments, also=None, told=frozenset(), reader=READER):
    made = digest.compose(reader, developments, also or {}, told, TITLES, NOW)
    assert made is not None
    return made


def read(mail):
    return email.message_from_bytes(mail.data, policy=policy.default)


def text_of(mail):
    return read(mail).get_body(("plain",)).get_content().replace("\r\n", "\n")


def rendered(*developments, mail_settings=MAIL, **more):
    return digest.render(composed(*developments, **more), mail_settings)


class Elements(HTMLParser):
    """Every start tag of a page with its attributes, and the text inside."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.words = [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words.append(data)

    def all(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]


# --- what is told ------------------------------------------------------------------------------------------------


def test_nothing_new_makes_no_digest():
    assert digest.compose(READER, (), {"s1": [report()]}, frozenset(), TITLES, NOW) is None


def test_a_development_of_a_watchlist_that_one_does_not_follow_is_not_told():
    assert digest.compose(READER, [development(watchlists=("fishing",))], {}, frozenset(), TITLES, NOW) is None


def test_developments_of_one_story_stand_together_oldest_first():
    late, early, other = update(minutes=5), development(minutes=50), development("s2", minutes=20)
    made = composed(late, other, early)
    assert {story.story: story.developments for story in made.stories} == {"s1": (early, late), "s2": (other,)}


def test_stories_stand_sure_before_unsure_then_newest_hour_first_then_by_outlets():
    stories = composed(
        development("old", minutes=300),
        development("unsure", minutes=1, sure=False),
        development("one outlet", minutes=1),
        development("two outlets", minutes=20),
        also={"two outlets": [report(source="Morning Tide")]},
    ).stories
    assert [story.story for story in stories] == ["two outlets", "one outlet", "old", "unsure"]


def test_the_order_of_what_comes_in_changes_nothing():
    all_of_it = [development(f"s{number % 3}", minutes=number) for number in range(9)]
    assert rendered(*all_of_it) == rendered(*reversed(all_of_it))


def test_a_report_is_not_named_twice():
    told, again = development(), report(source="Morning Tide", url="https://example.net/tide")
    assert composed(told, also={"s1": [told.report, again, again]}).stories[0].also == (again,)


def test_a_known_story_is_headed_by_its_newest_sure_report_a_new_one_by_its_first():
    first, second = development(title="First"), update(title="Second", minutes=20)
    doubtful = update(title="Doubtful", minutes=1, sure=False)
    assert composed(first, second, doubtful).stories[0].headline == "First"
    assert composed(second, doubtful, told=frozenset({"s1"})).stories[0].headline == "Second"


def test_what_does_not_fit_is_held_and_counted_never_dropped():
    waiting = [development(f"s{number}", minutes=number) for number in range(composing.MOST_STORIES + 5)]
    made = composed(*waiting)
    told = {each.id for story in made.stories for each in story.developments}
    assert len(told) == composing.MOST_STORIES
    assert made.held == (Held(Waits.CAP, 5),)
    rest = composed(*(each for each in waiting if each.id not in told))
    assert {each.id for story in rest.stories for each in story.developments} | told == {each.id for each in waiting}


def test_a_story_too_long_for_any_mail_is_told_in_parts():
    waiting = [update(minutes=number) for number in range(composing.MOST_DEVELOPMENTS + 3)]
    made = composed(*waiting)
    assert made.held == (Held(Waits.CAP, 3),)
    assert waiting[0] not in made.stories[0].developments, "the newest waits: a story is told in its order"


# --- the subject -------------------------------------------------------------------------------------------------


def test_the_subject_of_a_first_report_is_its_headline():
    assert rendered(development(new=[novel()])).subject == "A ship left port"


def test_the_subject_says_what_is_new_and_how_many_stories_more():
    first = update(title="Pantsir for the north", new=[novel("KIDA puts it at $20 bn")], minutes=1)
    mail = rendered(first, development("s2", minutes=90), development("s3", minutes=90))
    assert mail.subject == "Pantsir for the north: KIDA puts it at $20 bn, +2 stories"


def test_a_denial_comes_before_other_news_and_is_named():
    mail = rendered(update(new=[novel(), novel("any delivery", Change.DENIED)]))
    assert mail.subject == "A ship left port: denied: any delivery"


def test_a_bare_number_or_word_makes_no_subject():
    mail = rendered(update(new=[novel("eleven"), novel("9,000"), novel("3000人")]))
    assert mail.subject == "A ship left port: 3000人"


def test_what_the_headline_says_already_is_not_said_twice():
    assert rendered(update(title="It cost 20 billion dollars", new=[novel()])).subject == "It cost 20 billion dollars"


def test_a_long_headline_is_cut_at_a_word_and_the_news_stays():
    subject = rendered(update(title="word " * 60, new=[novel()])).subject
    assert len(subject) <= wording.SUBJECT_WIDTH
    assert subject.endswith("word…: 20 billion dollars")


def test_right_to_left_words_do_not_reorder_the_rest_of_a_subject():
    mail = rendered(development(title="سفينة غادرت الميناء"), development("s2", minutes=90))
    assert mail.subject == "\u2068سفينة غادرت الميناء\u2069, +1 story"
    assert read(mail)["Subject"] == mail.subject


# --- the bodies --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("change", Change)
def test_each_kind_of_news_stands_under_its_mark_with_its_sentence(change):
    mail = rendered(update(new=[novel(change=change, before="10 billion")]))
    for body in (text_of(mail), "".join(Elements(digest.html_part(mail)).words)):
        flat = " ".join(body.split())
        assert f"{change.upper()} 20 billion dollars" in flat
        assert "The institute puts it at 20 billion dollars." in flat
        assert "before: 10 billion" in flat


def test_facts_of_one_sentence_quote_it_once():
    mail = rendered(update(new=[novel("20 billion dollars"), novel("the institute")]))
    assert text_of(mail).count("The institute puts it at") == 1
    assert digest.html_part(mail).count("<blockquote") == 1


def test_new_facts_are_set_off_in_their_sentence():
    sentence = "In 2013, 13 ships & 13,000 sailors left <the> port."
    page = digest.html_part(rendered(update(new=[novel("13", sentence=sentence), novel("<the>", sentence=sentence)])))
    assert "In 2013, <b>13</b> ships &amp; 13,000 sailors left <b>&lt;the&gt;</b> port." in page


@given(st.text("ab 1é中", max_size=30), st.lists(st.text("ab 1é中", max_size=3), max_size=4))
def test_a_sentence_with_facts_set_off_is_still_that_sentence(text, facts):
    pieces = wording.set_off(text, facts)
    assert "".join(piece for piece, _ in pieces) == text
    assert all(piece.casefold() in facts for piece, new in pieces if new)


def test_of_a_very_long_sentence_the_part_with_the_new_fact_is_quoted():
    table = "row " * 300 + "20 billion dollars " + "row " * 300
    page = digest.html_part(rendered(update(new=[novel(sentence=table)])))
    quote = re.search(r"<blockquote[^>]*>(.*?)</blockquote>", page)[1]
    assert "<b>20 billion dollars</b>" in quote
    assert quote.startswith("…row")
    assert quote.endswith("row…")


def test_a_first_report_without_new_facts_is_quoted_from_its_opening():
    mail = rendered(development(lead="The ship left at dawn.\nNobody saw it."))
    assert "  > The ship left at dawn. Nobody saw it.\n" in text_of(mail)


def test_the_headline_is_not_quoted_again():
    mail = rendered(development(title="It cost 20 billion", new=[novel("20 billion", sentence="It cost 20 billion")]))
    assert "<blockquote" not in digest.html_part(mail)
    assert "NEW  20 billion\n" in text_of(mail)


@pytest.mark.parametrize(
    ("language", "direction"),
    [("ar", "rtl"), ("he", "rtl"), ("fa", "rtl"), ("ko", "ltr"), ("und", "auto"), ("qq", "auto")],
)
def test_a_quote_carries_its_language_and_direction(language, direction):
    page = Elements(digest.html_part(rendered(update(language=language, new=[novel()]))))
    quote = page.all("blockquote")[0]
    assert quote["dir"] == direction
    assert quote.get("lang") == (None if language == "und" else language)
    assert {each["dir"] for each in page.all("bdi") if "dir" in each} == {direction}


def test_a_source_is_outlet_language_time_there_origin_and_link():
    mail = rendered(
        update(language="ko", source="Han Tide", origins=(Origin("Harbour Weekly"),), url="https://example.net/han")
    )
    assert "Han Tide, Korean, 09:30, retells: Harbour Weekly\nhttps://example.net/han\n" in text_of(mail)
    page = Elements(digest.html_part(mail))
    assert "https://example.net/han" in {each["href"] for each in page.all("a")}
    assert "Han Tide · Korean · 09:30 · retells: Harbour Weekly" in re.sub(r"\s+", " ", "".join(page.words))


def test_a_retelling_names_the_chain_of_its_origins_with_author_and_day():
    origins = (Origin("Newsweek", "Nora Brandt", "2025-05-29"), Origin("Yonhap"), Origin("Wire", None, "2025-05"))
    chain = "retells: Newsweek (Nora Brandt, 29 May 2025) ← Yonhap ← Wire (2025-05)"
    mail = rendered(update(origins=origins), also={"s1": [report(source="Courrier", origins=origins[:1])]})
    assert chain in " ".join(text_of(mail).split())
    assert "* Courrier (English, retells: Newsweek (Nora Brandt, 29 May 2025))" in " ".join(text_of(mail).split())
    page = re.sub(r"\s+", " ", "".join(Elements(digest.html_part(mail)).words))
    assert chain in page
    assert "Courrier (English, retells: Newsweek (Nora Brandt, 29 May 2025))" in page


def test_times_of_other_days_name_the_day_and_missing_ones_say_so():
    assert "Harbour Weekly, English, 20 Nov, 10:30" in text_of(rendered(update(published=NOW - timedelta(days=2))))
    assert "Harbour Weekly, English, 22 Nov 2024" in text_of(rendered(update(published=NOW.replace(year=2024))))
    assert "Harbour Weekly, English, undated" in text_of(rendered(update(published=None)))


def test_a_zone_that_is_none_is_utc():
    made = rendered(update(), reader=Subscriber(7, "reader@example.org", ("arms",), "../Nowhere"))
    assert "09:30 (UTC)" in text_of(made)


def test_one_line_says_why_it_matched_and_names_no_other_watchlist():
    hits = (
        Hit("arms", "Pantsir", "Панциря", Field.TEXT, 0, 7, "inflected form", 0.9),
        Hit("arms", "KIDA", "KIDA", Field.TEXT, 9, 13, "as written", 1.0),
        Hit("secret", "Takeover", "takeover", Field.TEXT, 9, 13, "as written", 1.0),
    )
    mail = rendered(update(hits=hits))
    assert "\nMatched: Pantsir (“Панциря”), KIDA\n" in text_of(mail)
    assert "Takeover" not in digest.html_part(mail) + text_of(mail)


def test_a_page_that_could_not_be_read_is_named_as_that():
    mail = rendered(update(read_from=ReadFrom.FEED))
    assert "page could not be read" in text_of(mail)
    assert "page could not be read" in digest.html_part(mail)


def test_an_unsure_placement_is_told_as_possibly_the_same_with_its_reason():
    mail = rendered(update(sure=False, why="0.6 alike with “A boat left”"))
    for body in (text_of(mail), digest.html_part(mail)):
        assert "possibly the same as" in body.casefold()
        assert "0.6 alike with “A boat left”" in body


def test_others_that_report_it_are_named_and_the_rest_counted():
    others = [report(source=f"Paper {number}") for number in range(12)]
    text = text_of(rendered(update(), also={"s1": others}))
    assert "* Paper 0 (English) https://example.net/" in text
    assert "* and 4 more" in text


def test_lines_of_the_text_part_are_short_but_links_stay_whole():
    link = "https://example.net/" + "a" * 150
    korean = "한국국방연구원은 경제적 이익을 추산했다고 말했다. " * 5
    text = text_of(rendered(update(url=link, new=[novel(sentence="word " * 60), novel("2", sentence=korean)])))
    prose = [line for line in text.splitlines() if "://" not in line]
    assert max(map(len, prose)) <= rendering.COLUMNS
    assert max(len(line) for line in prose if "한국" in line) <= rendering.COLUMNS * 2 // 3
    assert link in text.splitlines()


def test_nothing_from_a_feed_is_markup():
    trap = "</title><script>alert(1)</script><img src=x onerror=y>\"'{{ 7 * 7 }}"
    mail = rendered(
        update(
            title=trap,
            source=trap,
            origins=(Origin(trap, trap, trap), Origin(trap)),
            sure=False,
            why=trap,
            new=[novel(trap, sentence=trap * 2, before=trap)],
        ),
        also={"s1": [report(source=trap)]},
    )
    page = Elements(digest.html_part(mail))
    assert not page.all("script")
    assert not page.all("img")
    assert "{{ 7 * 7 }}" in "".join(page.words)


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "https://x/ y", 'https://x/"a', "//x", "", None]
)
def test_only_plain_web_addresses_become_links(url):
    mail = rendered(update(url=url))
    links = {each["href"] for each in Elements(digest.html_part(mail)).all("a")}
    ours = {link for link in links if re.fullmatch(r"https://news\.example\.net/[uvpj]/[\w./-]+", link)}
    assert len(ours) == 4
    assert links - ours == {"mailto:ops@example.net"}


def test_the_page_asks_for_nothing_from_elsewhere():
    page = Elements(digest.html_part(rendered(update(new=[novel()]))))
    assert not [tag for tag, _ in page.tags if tag in ("img", "link", "script", "iframe", "object", "video", "form")]
    assert not [attributes for _, attributes in page.tags if {"src", "background", "srcset"} & set(attributes)]
    assert "url(" not in digest.html_part(rendered(update()))


# --- size --------------------------------------------------------------------------------------------------------


def stuffed(story, number):
    sentence = f"{number} 韓国国防研究院の報告書は、" * 40
    return update(
        story,
        title=f"{number} " + "𠮷🛳" * 99,
        source="𠮷𠮷新聞" * 20,
        language="ja",
        url=f"https://example.net/{number}/".ljust(views.BRIEF.link, "x"),
        new=[novel(f"{fact} 億ドル" * 9, sentence=f"{fact} {sentence}") for fact in range(9)],
        minutes=number,
    )


def test_a_full_mail_stays_under_its_size_and_still_names_every_story():
    mail = rendered(*(stuffed(f"s{number}", number) for number in range(60)))
    assert len(mail.data) <= rendering.LARGEST
    text = text_of(mail)
    assert all(f"https://example.net/{number}/" in text for number in range(composing.MOST_STORIES))
    assert all(f"\n{number} 𠮷" in text for number in range(composing.MOST_STORIES))
    assert "20 more developments did not fit" in text
    assert "in brief, because this mail is full" in text


def test_a_story_of_very_many_developments_stays_under_the_size():
    assert len(rendered(*(stuffed("s1", number) for number in range(200))).data) <= rendering.LARGEST


def test_the_fullest_of_mails_stays_under_its_size():
    assert len(rendered(*(stuffed(f"s{number % 40}", number) for number in range(50))).data) <= rendering.LARGEST


# --- the bytes ---------------------------------------------------------------------------------------------------


def test_the_same_digest_gives_the_same_bytes():
    made = composed(update(new=[novel()]))
    assert digest.render(made, MAIL) == digest.render(made, MAIL)


def test_other_news_has_another_message_id():
    first, second = update(), update()
    ids = {rendered(first).message_id, rendered(second).message_id, rendered(first, second).message_id}
    assert len(ids) == 3


def test_the_headers_say_what_kind_of_mail_this_is():
    mail = rendered(update())
    headers = read(mail)
    link = re.search(r"Unsubscribe: (\S+)", text_of(mail))[1]
    assert headers["From"] == "News monitor <news@example.net>"
    assert headers["To"] == mail.to == "reader@example.org"
    assert headers["Date"].datetime == NOW
    assert headers["Message-ID"] == mail.message_id
    assert headers["Message-ID"].endswith("@example.net>")
    assert headers["List-Id"] == "News monitor <news-monitor.example.net>"
    assert headers["Auto-Submitted"] == "auto-generated"
    assert headers["List-Unsubscribe"] == f"<{link}>"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert headers.get_content_type() == "multipart/alternative"


def test_without_a_web_address_one_leaves_by_mail_and_one_click_is_not_promised():
    without = digest.MailSettings("news@example.net", None, "a key", None)
    headers = read(rendered(update(), mail_settings=without))
    assert headers["List-Unsubscribe"].startswith("<mailto:news@example.net?subject=unsubscribe%20")
    assert "List-Unsubscribe-Post" not in headers
    assert headers["From"] == "News monitor <news@example.net>"


def test_a_long_unsubscribe_link_stays_whole():
    far = digest.MailSettings("news@example.net", "https://example.net/" + "deep/" * 60, "a key", None)
    data = rendered(update(), mail_settings=far).data
    assert re.search(rb"\r\nList-Unsubscribe: <https://example\.net/(deep/){60}u/[\w.-]+>\r\n", data)


def test_settings_that_cannot_work_are_refused_all_at_once():
    with pytest.raises(ConfigError) as caught:
        digest.MailSettings("nobody", "ftp://x", "", None)
    assert {complaint.file for complaint in caught.value.complaints} == {
        "MONITOR_MAIL_FROM",
        "MONITOR_BASE_URL",
        "MONITOR_SECRET_KEY",
    }


SCRIPTS = st.text(
    st.one_of(
        st.sampled_from(
            'aZ é ß Ж я 한 국 中 文 パ ン ا ل ם ש ี ก ् न 👩\u200d👧 🇰🇵 =?_"\\<>@,;:() \t\r\n\0\x0b\x85\u2028\u202e\u00a0'
        ),
        st.characters(),
    ),
    max_size=160,
)
INJECTION = re.compile(rb"^(Bcc|X-Evil)", re.MULTILINE | re.IGNORECASE)
EVIL = st.sampled_from(
    ["", "\r\nBcc: a@b.c", "\nX-Evil: 1", "=?utf-8?q?=0D=0ABcc:_a=40b.c?=", "\r\n\r\n<b>", "\r\n X-Evil: 1"]
)


def parsed_twice(value):
    """A Subject as two parsers read it: the modern policy's, and the old one with its own decoder."""
    data = f"Subject: {value}\r\n\r\n".encode()
    modern = email.message_from_bytes(data, policy=policy.default)
    old = email.message_from_bytes(data, policy=policy.compat32)
    assert modern.keys() == old.keys() == ["Subject"]
    unfolded = re.sub(r"\r\n(?=[ \t])", "", old["Subject"])
    return modern["Subject"], str(make_header(decode_header(unfolded)))


@settings(max_examples=500, deadline=None)
@given(SCRIPTS, EVIL, SCRIPTS)
def test_any_subject_round_trips_through_two_parsers_and_injects_nothing(before, evil, after):
    text = before + evil + after
    value = message.unstructured(text)
    assert all(len(line) <= 76 for line in value.split("\r\n") if "=?utf-8?" in line)
    modern, old = parsed_twice(value)
    assert modern == old == wording.one_line(text)


@settings(max_examples=300, deadline=None)
@given(SCRIPTS, EVIL)
def test_any_name_of_a_sender_round_trips_and_injects_nothing(name, evil):
    value = message.mailbox(name + evil, "news@example.net")
    parsed = email.message_from_bytes(f"From: {value}\r\n\r\n".encode(), policy=policy.default)
    assert parsed.keys() == ["From"]
    assert [sender.addr_spec for sender in parsed["From"].addresses] == ["news@example.net"]
    # The name is read by the old decoder: that of 3.11.7's newer one puts a blank between two encoded words.
    shown, _ = parseaddr(re.sub(r"\r\n(?=[ \t])", "", value))
    assert str(make_header(decode_header(shown))) == wording.clean(name + evil)


@settings(max_examples=60, deadline=None)
@given(SCRIPTS, EVIL, SCRIPTS)
def test_any_news_becomes_a_well_formed_mail(title, evil, sentence):
    mail = rendered(update(title=title + evil, source=sentence, why=title, new=[novel(title, sentence=sentence)]))
    assert b"\n" not in mail.data.replace(b"\r\n", b"")
    assert b"\r" not in mail.data.replace(b"\r\n", b"")
    assert max(map(len, mail.data.split(b"\r\n"))) < 998
    assert not INJECTION.search(mail.data.split(b"\r\n\r\n")[0])
    parsed = read(mail)
    assert parsed["Subject"] == mail.subject
    assert [part.get_content_type() for part in parsed.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    assert not parsed.defects
    assert digest.html_part(mail).endswith("</html>\n")


@pytest.mark.parametrize(
    ("address", "written"),
    [
        ("reader@example.org", "reader@example.org"),
        ("reader@пример.example", "reader@xn--e1afmkfd.example"),
        ("читатель@example.org", "читатель@example.org"),
        ("reader@example.org\r\nBcc: other@example.org", "reader@example.orgBcc"),
    ],
)
def test_an_address_is_written_in_ascii_where_it_can_be(address, written):
    assert message.addr_spec(address) == written


# --- leaving -----------------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(st.integers(0, 2**40), st.text(min_size=1))
def test_a_token_names_its_subscriber_and_no_other_key_reads_it(subscriber, key):
    token = digest.reader_token(subscriber, key)
    assert re.fullmatch(r"[\w.-]+", token), "fit for a URL's path"
    assert digest.read_token(token, key) == subscriber
    assert digest.read_token(token, key + "x") is None


@pytest.mark.parametrize("token", ["", "x", "Nw", "Nw.", ".", "..", "Nw.AAAA", "é", "a" * 10_000])
def test_a_token_that_nobody_signed_names_nobody(token):
    assert digest.read_token(token, "a key") is None
