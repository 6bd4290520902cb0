"""Random subjects, names and news through written mails and two parsers that have nothing in common.

    python tests/quality/letters.py [--mails 20000] [--seed 1]

Each mail carries text in some of sixteen scripts, laced with what has broken mailers: line ends, encoded words,
bidirectional overrides, lone surrogates, emoji in parts, words of 300 letters. It is read by the standard library and
by mailparse (Rust, the `fast-mail-parser` package); both must find the subject and the sender's name that were meant,
and no header that was not written. The last line is `mails N wrong W injected I`; the exit code is 1 unless both are 0.
"""

from __future__ import annotations

import argparse
import email
import random
import sys
from datetime import UTC, datetime
from email import policy
from email.header import decode_header, make_header

import fast_mail_parser
from rich.progress import track

from monitor import digest
from monitor.digest import wording
from monitor.values import Change, Development, Digest, News, Novel, Report, StoryNews, Subscriber

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
SCRIPTS = (
    "The harbour was quiet at dawn", "Ёлка в порту стояла до утра", "항구는 새벽에 조용했다", "港は夜明けに静かだった",
    "黎明时分港口很安静",
    "كان الميناء هادئا عند الفجر", "הנמל היה שקט עם שחר", "बंदरगाह भोर में शांत था", "ท่าเรือเงียบสงบ",
    "Το λιμάνι ήταν ήσυχο", "Cảng yên tĩnh lúc bình minh", "Նավահանգիստը լուռ էր", "პორტი წყნარი იყო", "የወደቡ ጸጥታ",
    "Лёд: «Панцирь-С1»", "Ég get étið gler; Zażółć gęślą jaźń",
)  # fmt: skip
EVIL = (
    "\r\nBcc: victim@example.org", "\nX-Evil: yes", "\r\n\r\nbody", "\u2028X-Evil: yes", "\x00", "\x0b",
    "\x85X-Evil: yes", "=?utf-8?q?=0D=0ABcc:_x?=", "=?utf-8?b?DQpYLUV2aWw6IHllcw==?=", "=?utf-8?q?half",
    "\u202egnp.exe", "\ud800", "\ue000", "\ue001", "👨‍👩‍👧‍👦", "🇰🇵", "e\u0301", "\u200d", "x" * 300, "港" * 120,
    '"; drop', "<b>&amp;", ", ", "@", "\\", "(comment)", ";", ":", "  ", "\t", "\u00a0", "\ufeff", "\u00ad",
    "%s %(number)s", "{{ 7*7 }}", "�",
)  # fmt: skip
HEADERS = frozenset((
    "from", "to", "subject", "date", "message-id", "thread-topic", "thread-index", "list-id", "auto-submitted",
    "list-unsubscribe", "list-unsubscribe-post", "mime-version", "content-type",
))  # fmt: skip


def text(chance: random.Random) -> str:
    """A few pieces of scripts, cut anywhere, with something evil among them."""
    pieces = [
        chance.choice(SCRIPTS)[chance.randrange(8) :][: chance.randrange(1, 40)] for _ in range(chance.randrange(1, 6))
    ]
    for _ in range(chance.randrange(4)):
        pieces.insert(chance.randrange(len(pieces) + 1), chance.choice(EVIL))
    return chance.choice(("", " ")).join(pieces)


def letter(chance: random.Random) -> tuple[Digest, digest.MailSettings]:
    title = text(chance)
    novel = Novel(chance.choice(list(Change)), text(chance)[:60], text(chance), None)
    report = Report(title, "https://a.example/1", text(chance), "und", NOW, News.DEVELOPMENT, ())
    development = Development(1, "s", News.DEVELOPMENT, (novel,), report, ("w",), NOW)
    reader = Subscriber(chance.randrange(1, 10**6), "reader@example.org", ("w",))
    long_path = "p" * chance.choice((0, 10, 70, 200))
    settings = digest.MailSettings(
        f'"{wording.clean(text(chance)).replace(chr(92), "").replace(chr(34), "")}" <news@example.net>',
        f"https://news.example.net/{long_path}",
        "a key",
        None,
    )
    return Digest(reader, (StoryNews("s", title, (development,)),), NOW, {"w": text(chance)}), settings


def judge(made: Digest, settings: digest.MailSettings) -> tuple[bool, bool]:
    """Whether anything was read wrong, and whether a header came in that nobody wrote."""
    mail = digest.render(made, settings)
    ours = email.message_from_bytes(mail.data, policy=policy.default)
    theirs = fast_mail_parser.parse_email(mail.data)
    # Python's structured parser puts a blank between the encoded words of a name; its older decoder does not.
    senders = [str(make_header(decode_header(email.message_from_bytes(mail.data)["From"]))), *theirs.headers["From"]]
    link = f"<{digest.Links(settings, digest.reader_token(made.subscriber.id, settings.secret_key), '').leave}>"
    lines = mail.data.split(b"\r\n")
    right = (
        ours["Subject"] == mail.subject
        and theirs.subject == mail.subject
        and ours["From"].addresses[0].addr_spec == "news@example.net"
        and {named(sender) for sender in senders} == {wording.clean(settings.name)}
        and ours["List-Unsubscribe"].replace(" ", "") == link
        and max(map(len, lines)) <= 998
        and not any(b"\n" in line or b"\r" in line for line in lines)
    )
    names = {name.lower() for name in ours} | {name.lower() for name in theirs.headers}
    return not right, not names <= HEADERS or len(ours.keys()) != len(HEADERS)


def named(sender: str) -> str:
    """The display name of a decoded From."""
    name = sender.rpartition(" <")[0]
    return name[1:-1] if name.startswith('"') else name


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    ask.add_argument("--mails", type=int, default=20_000)
    ask.add_argument("--seed", type=int, default=1)
    args = ask.parse_args()
    chance = random.Random(args.seed)
    wrong = injected = 0
    for number in track(range(args.mails), "reading mails", disable=not sys.stdout.isatty()):
        made, settings = letter(chance)
        misread, foreign = judge(made, settings)
        wrong, injected = wrong + misread, injected + foreign
        if (misread or foreign) and wrong + injected < 10:
            print(f"mail {number}: {made.stories[0].headline!r} from {settings.mail_from!r}")
    print(f"mails {args.mails} wrong {wrong} injected {injected}")
    sys.exit(1 if wrong or injected else 0)


if __name__ == "__main__":
    main()
