"""What came back to the bounce address: a mail's bytes -> which mail it is about, what befell it, and in whose words.

    bytes -> complaint (RFC 5965)? delivery status (RFC 3464)? automatic reply (RFC 3834)? an odd one? -> Bounce

Which error is unforgivable: to silence a reader whose address lives. So only what says in a code or in words that there
is no such address is HARD; what nobody understands suppresses nobody. Nothing here is believed: `paths` and `tokens`
are what the mail claims, and whoever acts on it holds them against our key.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from email import message_from_bytes, message_from_string, policy
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from enum import StrEnum
from typing import TYPE_CHECKING

from flufl.bounce import all_failures

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from email.message import Message

LARGEST = 256 * 1024
"""Bytes that are looked at: the report comes first, the returned mail after it may be of any size."""

DEEPEST = 40
"""Parts in parts: a report has three. The standard library's parser recurses, and a hostile mail nests thousands."""

SOFT_DAYS, SOFT_SPAN, SOFT_GAP = 5, timedelta(days=7), timedelta(days=14)
"""A box that was full on five days over at least a week, without two weeks of peace in between, is abandoned.

GNU Mailman's rule since 2002 with a longer breath: one bounce a day counts, five make the threshold, and a score is
forgotten after seven days; weekly digests need the two weeks. Mailing services take 3 to 15 in a row.
"""


class Outcome(StrEnum):
    """What befell a mail."""

    HARD = "hard"
    """There is no such address: no mail goes there any more."""
    SOFT = "soft"
    """It was not taken for a reason that may pass: a full box, a server that was away for days."""
    POLICY = "policy"
    """It was refused for what it is or where it comes from: nothing is wrong with the address."""
    DELAY = "delay"
    """It is still on its way."""
    DELIVERED = "delivered"
    """A report of success, which nobody asked for."""
    REPLY = "reply"
    """An automatic reply: a vacation, a ticket."""
    COMPLAINT = "complaint"
    """Its reader called it spam."""
    UNKNOWN = "unknown"
    """No report that anybody understands; perhaps a person's letter."""


@dataclass(frozen=True, slots=True)
class Bounce:
    """What one returned mail says."""

    outcome: Outcome
    status: str = ""
    """Enhanced code (RFC 3463), e.g. "5.1.1"; empty where none is given."""
    reason: str = ""
    """In the words of the server that refused, on one line."""
    paths: tuple[str, ...] = ()
    """Addresses in the form of our return paths that stand in its headers."""
    tokens: tuple[str, ...] = ()
    """Of unsubscribe links in the headers of the mail that it returns."""
    message_ids: tuple[str, ...] = ()
    """Of the mail that it returns, with angle brackets."""


@dataclass(slots=True)
class _Parts:
    """The parts of a report, wherever they stand."""

    statuses: list[Message] = field(default_factory=list)
    """One for each recipient."""
    complaints: list[Message] = field(default_factory=list)
    returned: list[Message] = field(default_factory=list)
    """Headers of the mail that comes back."""
    words: list[str] = field(default_factory=list)


def read(data: bytes) -> Bounce:
    """What a returned mail says; never an error, whatever it is."""
    head = data[:LARGEST]
    lowered = head.lower()
    if lowered.count(b"boundary") > DEEPEST or lowered.count(b"message/") > DEEPEST:
        return Bounce(Outcome.UNKNOWN, reason="it nests more parts than any report")
    message = message_from_bytes(head, policy=policy.compat32)
    parts = _parts(message)
    outcome, status, reason = _judged(message, parts)
    return Bounce(
        outcome,
        status,
        _line(reason),
        _found(_PATH, [message, *parts.returned, *parts.complaints]),
        _found(_TOKEN, parts.returned),
        tuple(dict.fromkeys(_line(str(each["Message-ID"])) for each in parts.returned if each["Message-ID"])),
    )


def is_lasting(days: Iterable[date]) -> bool:
    """Whether soft bounces on these days say that nobody clears this box any more."""
    run: list[date] = []
    for day in sorted(set(days)):
        run = [*run, day] if run and day - run[-1] <= SOFT_GAP else [day]
        if len(run) >= SOFT_DAYS and run[-1] - run[0] >= SOFT_SPAN:
            return True
    return False


# --- what kind of mail it is ---------------------------------------------------------------------------------------


def _judged(message: Message, parts: _Parts) -> tuple[Outcome, str, str]:
    """Outcome, enhanced code and reason."""
    for complaint in parts.complaints:
        kind = str(complaint["Feedback-Type"] or "").strip().lower()
        return (Outcome.UNKNOWN if kind == "not-spam" else Outcome.COMPLAINT), "", f"feedback: {kind}"
    if parts.statuses:
        return _of_report(parts.statuses)
    if _is_automatic(message):
        return Outcome.REPLY, "", _header(message, "Subject")
    return _of_words(message, parts)


def _of_report(statuses: Iterable[Message]) -> tuple[Outcome, str, str]:
    """RFC 3464, 2.3: the worst that is said of any recipient; ours have one."""
    found = [_of_recipient(each) for each in statuses]
    return min(found, key=lambda each: _WORST.index(each[0]))


def _of_recipient(status: Message) -> tuple[Outcome, str, str]:
    action = str(status["Action"] or "").strip().lower()
    said = str(status["Diagnostic-Code"] or "").partition(";")[2].strip() or str(status["Diagnostic-Code"] or "")
    code = _code(str(status["Status"] or ""), said)
    if action.startswith("delayed"):
        return Outcome.DELAY, code, said
    if action.startswith(("delivered", "relayed", "expanded")):
        return Outcome.DELIVERED, code, said
    return _severity(code, said), code, said or code


def _code(given: str, said: str) -> str:
    """The enhanced code: the refusing server's own says more than the 5.0.0 of one that only passes it on."""
    own, theirs = _ENHANCED.search(given), _ENHANCED.search(said)
    if theirs and (own is None or own["detail"] == "0" or own["klass"] == theirs["klass"]):
        return theirs.group()
    return own.group() if own else ""


def _severity(code: str, said: str) -> Outcome:
    """What a refusal says of its address. Words outweigh codes only where the code leaves it open."""
    klass, _, rest = code.partition(".")
    if klass == "4":
        return Outcome.SOFT  # given up after days of trying
    if _FULL.search(said) or rest in ("2.2", "2.3", "2.4", "3.1", "3.4"):
        return Outcome.SOFT
    if _SENDER.search(said):
        return Outcome.POLICY
    if rest in _HARD:
        return Outcome.HARD
    refused = bool(_POLICY.search(said))
    if _NOBODY.search(said) and not refused:
        return Outcome.HARD
    ours = rest.startswith(("7.", "6.", "5.")) or rest in ("1.7", "1.8")
    return Outcome.POLICY if refused or ours else Outcome.SOFT


def _is_automatic(message: Message) -> bool:
    """RFC 3834, 5, and what is older than it."""
    submitted = str(message["Auto-Submitted"] or "").strip().lower()
    marks = ("X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Auto-Response-From", "X-Vacation")
    precedence = str(message["Precedence"] or "").strip().lower()
    subject = _header(message, "Subject")
    return (
        (submitted.startswith("auto-replied") and not _is_daemon(message))
        or any(message[mark] for mark in marks)
        or precedence in ("auto_reply", "auto-reply")
        or (bool(_AWAY.search(subject)) and not _is_daemon(message))
    )


def _of_words(message: Message, parts: _Parts) -> tuple[Outcome, str, str]:
    """An odd one: by its words, where it comes from a mail system and flufl.bounce or we can read whom it is about."""
    text = "\n".join(parts.words)[:20_000]
    passing, lasting = _failures(message)
    if not (passing or lasting or _is_daemon(message)):
        return Outcome.UNKNOWN, "", _header(message, "Subject")
    said = _verdict(text)
    found = _ENHANCED.search(said) or _ENHANCED.search(text)
    code = found.group() if found else ""
    if (passing and not lasting) or _LATER.search(text):
        return Outcome.DELAY, code, said
    knows = code or lasting or _FULL.search(said) or _NOBODY.search(said) or _POLICY.search(said)
    return (_severity(code, said), code, said) if knows else (Outcome.UNKNOWN, "", _header(message, "Subject"))


def _failures(message: Message) -> tuple[frozenset[bytes], frozenset[bytes]]:
    if not message["From"]:
        message["From"] = "nobody@invalid"  # one of its detectors stops the others where there is none
    try:
        passing, lasting = all_failures(message)
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError):
        return frozenset(), frozenset()  # its detectors raise whatever a broken mail makes them meet
    return frozenset(passing), frozenset(lasting)


def _is_daemon(message: Message) -> bool:
    return bool(
        _DAEMON.search(str(message["From"] or ""))
        or str(message["Return-Path"] or "").strip() == "<>"
        or _RETURNED.search(_header(message, "Subject"))
    )


def _verdict(text: str) -> str:
    """The line of a text that says why; all of it, shortened, where none does."""
    for pattern in (_FULL, _NOBODY, _POLICY, _ENHANCED, _REPLY):
        for line in text.splitlines():
            if pattern.search(line):
                return line
    return text[:300]


# --- its parts -----------------------------------------------------------------------------------------------------


def _parts(message: Message) -> _Parts:
    found = _Parts()
    for part in _walk(message):
        kind = part.get_content_type()
        if kind in ("message/delivery-status", "message/global-delivery-status"):
            found.statuses += [block for block in _blocks(part) if block["Final-Recipient"] or block["Action"]]
        elif kind == "message/feedback-report":
            found.complaints += _blocks(part)
        elif kind in ("message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers"):
            found.returned += list(_blocks(part))[:1]
        elif kind.startswith("text/"):
            found.words.append(_text(part))
    if not found.returned:  # older ones quote it below their own words
        text = "\n".join(found.words).replace("\r\n", "\n")
        quoted = _QUOTED.search(text)
        if quoted:
            found.returned.append(message_from_string(quoted.group()))
            found.words = [text[: quoted.start()]]
    return found


def _walk(message: Message) -> Iterator[Message]:
    """Every part but those of the mail that is returned."""
    yield message
    if message.get_content_maintype() == "multipart" and message.is_multipart():
        for part in message.get_payload():
            if not isinstance(part, str):
                yield from _walk(part)


def _blocks(part: Message) -> Iterator[Message]:
    """The headers within a part, whether the parser saw that they are some or not."""
    inner = part.get_payload()
    if isinstance(inner, list) and not part["Content-Transfer-Encoding"]:
        yield from (each for each in inner if not isinstance(each, str))
        return
    if isinstance(inner, list):  # the parser took what is encoded for headers
        part.set_payload("\n".join(each.as_string() for each in inner if not isinstance(each, str)))
        part.set_type("text/plain")
    for block in re.split(r"\n\s*\n", _text(part).strip().replace("\r\n", "\n")):
        yield message_from_string(block)


def _text(part: Message) -> str:
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    try:
        return data.decode(part.get_content_charset() or "utf-8", "replace")
    except LookupError:  # a charset that nobody knows
        return data.decode("latin-1")


def _header(message: Message, name: str) -> str:
    """A header in letters, whether it is encoded (RFC 2047), raw UTF-8 or neither."""
    raw = next((value for key, value in message.raw_items() if key.lower() == name.lower()), "")
    text = str(raw).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    try:
        return str(make_header(decode_header(text)))
    except (ValueError, LookupError, HeaderParseError):
        return text


def _found(pattern: re.Pattern[str], messages: Iterable[Message]) -> tuple[str, ...]:
    values = (str(value) for message in messages for value in message.values())
    return tuple(dict.fromkeys(found for value in values for found in pattern.findall(value)))[:20]


def _line(text: str) -> str:
    return " ".join(text.split())[:300]


_WORST = (
    Outcome.HARD,
    Outcome.SOFT,
    Outcome.POLICY,
    Outcome.DELAY,
    Outcome.DELIVERED,
)
_HARD = ("1.0", "1.1", "1.2", "1.3", "1.4", "1.6", "1.10", "2.0", "2.1", "4.4")
"""RFC 3463, 3.2 and 3.3; 5.1.10: a domain that takes no mail (RFC 7505); 5.4.4: a domain without a host."""
_PATH = re.compile(r"[^\s<>,;:\"()]{1,64}\+[a-zA-Z2-7]{16}-[0-9]{1,18}@[^\s<>,;:\"()]{1,255}")
_TOKEN = re.compile(r"(?:/u/|unsubscribe%20)([A-Za-z0-9_.-]{10,200})")
_ENHANCED = re.compile(r"(?<![\d.])(?P<klass>[245])\.(?P<subject>\d{1,3})\.(?P<detail>\d{1,3})(?![\d.]\d)")
_REPLY = re.compile(r"(?<![\d.])5[0-7]\d[ -]")
_QUOTED = re.compile(r"(?mi)^(?:Received|Return-Path|Message-ID|From|Date): .+(?:\n(?:[ \t].*|[A-Za-z-]+: .*))*")
_DAEMON = re.compile(r"(?i)mailer[-_.]?daemon|postmaster|mail delivery|microsoftexchange")
_RETURNED = re.compile(
    r"(?i)undeliver|returned mail|delivery (?:status|failure|has failed|problem)|failure notice|mail delivery failed"
    r"|non remis|unzustellbar|no se puede entregar|недостав|配信不能|退信"
)
_AWAY = re.compile(
    r"(?i)^(?:auto(?:matic)?[- ]?(?:reply|response)|out of (?:the )?office|vacation|abwesen|automatische antwort"
    r"|réponse automatique|absence|respuesta automática|fuera de la oficina|автоответ|自動応答|自动回复|부재중)"
)
_LATER = re.compile(
    r"(?i)still (?:being )?(?:trying|retried)|will (?:be )?(?:keep |continue )?(?:re)?tr(?:y|ied|ying)"
    r"|has been delayed|this is a warning|attempts will continue|not yet been delivered"
)
_FULL = re.compile(
    r"(?i)(?:mail)?box (?:is )?(?:full|over)|over ?quota|quota (?:is )?(?:exceeded|full)|exceed\w* (?:\w+ ){0,4}quota"
    r"|out of storage|insufficient (?:system )?storage|not enough (?:disk )?space|storage (?:is )?(?:full|exceeded)"
    r"|postfach (?:ist )?voll|boîte (?:\w+ ){0,2}pleine"
)
_NOBODY = re.compile(
    r"(?i)(?:no such|unknown|invalid|unrecogni[sz]ed|nonexistent) (?:\w+ ){0,2}"
    r"(?:user|recipient|mailbox|address|account|person)"
    r"|(?:user|recipient|mailbox|address|account|addressee)(?: \S+){0,4}? (?:is |was )?"
    r"(?:unknown|not (?:be )?found|invalid|disabled|inactive|not known|unavailable|suspended|deactivated)"
    r"|do(?:es)?(?:n't| not) (?:exist|have an? (?:\w+ )?(?:account|mailbox))|no (?:mailbox|account) here"
    r"|not a (?:valid|known) (?:user|mailbox|address)|doesn't have .{1,60} account"
    r"|no longer (?:valid|active|available|with us)|(?:domain|host)(?: name)? (?:is )?not found|unrouteable address"
    r"|null mx|couldn't find any host|recipient address rejected: access denied|mailbox is inactive"
    r"|address couldn't be found|n'existe pas|existiert nicht|unbekannte[rn]? empfänger|не существует"
)
_POLICY = re.compile(
    r"(?i)spam|blocked|block ?list|black ?list|policy|reputation|dmarc|dkim|\bspf\b|authenticat|rate limit|virus"
    r"|content|prohibited|not (?:authori[sz]ed|permitted|allowed)|relay"
)
_SENDER = re.compile(r"(?i)sender address|mail from|return path|sender (?:is )?(?:rejected|denied|invalid|unknown)")
