"""One digest as a browser shows it: in each mail language, light and dark, 320 and 800 pixels wide.

    make screenshots                  # 40 pictures in storage/screenshots, for somebody to look at
    make screenshots SHOTS="--languages ar,ko --out /tmp/shots"

Needs Debian's `chromium` and fonts for the scripts (`fonts-noto-core`, `fonts-noto-cjk`). All texts are invented.
"""

from __future__ import annotations

import argparse
import itertools
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor import digest
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
    ReadFrom,
    Report,
    StoryNews,
    Subscriber,
    Waits,
)

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
SETTINGS = digest.MailSettings("News monitor <news@example.net>", "https://news.example.net", "a key", None)
TITLES = {"arms": "Arms for the north", "ports": "Порты и суда"}
WIDTHS = {320: 2200, 800: 1560}
"""Width -> height of the picture: the whole mail in the longest language."""
SCHEMES = {"light": 1, "dark": 0}
"""Chromium's numbers of prefers-color-scheme."""
FRAME = (
    '<!doctype html><meta charset="utf-8"><style>body{{margin:0}}iframe{{border:0;width:{w}px;height:{h}px}}</style>'
)
"""A window of Chromium is never narrower than 500 pixels; a frame is as narrow as it is asked to be."""


def main() -> int:
    """Take the pictures; 1 where there is no browser to take them with."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--out", type=Path, default=Path("storage/screenshots"))
    asked.add_argument("--languages", default=",".join(MAIL_LANGUAGES))
    options = asked.parse_args()
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not browser:
        print("no chromium: install it (on Debian: apt-get install chromium fonts-noto-core fonts-noto-cjk)")
        return 1
    options.out.mkdir(parents=True, exist_ok=True)
    for language, width, scheme in itertools.product(options.languages.split(","), WIDTHS, SCHEMES):
        picture = options.out.resolve() / f"{language}-{width}-{scheme}.png"
        take(browser, digest.html_part(digest.render(sample(language), SETTINGS)), width, scheme, picture)
        print(picture)
    return 0


def take(browser: str, page: str, width: int, scheme: str, picture: Path) -> None:
    """One picture of a page."""
    height = WIDTHS[width]
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "mail.html").write_text(page, "utf-8")
        frame = FRAME.format(w=width, h=height) + '<iframe src="mail.html"></iframe>'
        Path(folder, "frame.html").write_text(frame, "utf-8")
        command = [
            browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
            f"--user-data-dir={folder}/profile", f"--window-size={width},{height}",
            f"--blink-settings=preferredColorScheme={SCHEMES[scheme]}",
            f"--screenshot={picture}", f"file://{folder}/frame.html",
        ]  # fmt: skip
        subprocess.run(command, check=True, capture_output=True, timeout=60)


def sample(language: str) -> Digest:
    """A digest with everything that one can hold: each mark, scripts of both directions, doubt, others, what waits."""
    reader = Subscriber(7, "reader@example.org", ("arms", "ports"), "Asia/Seoul", language)
    held = (Held(Waits.CAP, 12), Held(Waits.QUIET, 1), Held(Waits.LANGUAGE, 3), Held(Waits.CADENCE, 2))
    return Digest(reader, (moving(), fresh(), doubtful()), NOW, TITLES, held)


def moving() -> StoryNews:
    """A known story: changed, denied and confirmed in three scripts."""
    korean = report("북한에 간 병력은 1만 4천 명이라고 국방부가 밝혔다", "한빛일보", "ko", hours=2)
    origins = (Origin("Harbour Weekly"),)
    arabic = report("موسكو تنفي إرسال أي منظومة إلى الشمال", "صحيفة المرفأ", "ar", hours=3, origins=origins)
    french = report("L’institut confirme le chiffre de 20 milliards de dollars", "Le Port", "fr", hours=26)
    changed = Novel(
        Change.CHANGED,
        "1만 4천 명",
        "국방부는 북한이 보낸 병력이 1만 4천 명에 이른다고 밝혔다.",
        "11,000 (Harbour Weekly)",
    )
    denied = Novel(Change.DENIED, "أي منظومة", "نفى المتحدث في موسكو إرسال أي منظومة إلى الشمال عام 2026.")
    confirmed = Novel(
        Change.CONFIRMED,
        "20 milliards de dollars",
        "L’institut confirme le chiffre de 20 milliards de dollars d’avantages.",
    )
    told = [news(1, french, confirmed, hours=3), news(2, arabic, denied, hours=2), news(3, korean, changed, hours=1)]
    also = tuple(report("The same again", f"Paper {number}", "en", hours=number) for number in range(1, 12))
    return StoryNews("s1", korean.title, tuple(told), also, told_before=True)


def fresh() -> StoryNews:
    """A first report, known from its feed alone."""
    lead = "Судно вышло из порта на рассвете. Груз был накрыт брезентом, говорят докеры."
    first = report("Судно с грузом под брезентом вышло из порта", "Портовые вести", "ru", hours=1, lead=lead)
    return StoryNews("s2", first.title, (news(4, first, hours=0, what=News.STORY, lists=("ports",)),))


def doubtful() -> StoryNews:
    """What may be a story that the reader knows."""
    text = report("防空システム「パーンツィリ」の供与か、専門家が指摘", "みなと新聞", "ja", hours=30)
    new = Novel(Change.NEW, "2基", "専門家によれば、少なくとも2基が船で運ばれた可能性があるという。")
    doubt = news(5, text, new, hours=5, sure=False)
    return StoryNews("s3", text.title, (doubt,))


def report(
    title: str, outlet: str, language: str, *, hours: int, origins: tuple[Origin, ...] = (), lead: str = ""
) -> Report:
    """An invented report."""
    hit = Hit("arms", "Pantsir", "Панциря", Field.TEXT, 0, 7, "a form", 0.9)
    published, source = NOW - timedelta(hours=hours), ReadFrom.FEED if lead else ReadFrom.PAGE
    return Report(title, f"https://{language}.example/{hours}", outlet, language, published, News.STORY, (hit,),
                  origins, source, lead)  # fmt: skip


def news(number, told, *new, hours, what=News.DEVELOPMENT, lists=("arms",), sure=True):
    """An invented development."""
    why = "" if sure else "0.61 alike with “Pantsir seen in the north”"
    return Development(number, "s", what, new, told, lists, NOW - timedelta(hours=hours), sure, why)


if __name__ == "__main__":
    sys.exit(main())
