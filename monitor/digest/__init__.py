"""News x subscriber -> mail: what one subscriber is told, in which order and words, as the bytes that are sent.

    developments --compose--> Digest --render--> Mail
    a sign-up, a quiet week --render_confirmation, render_sign_of_life--> Mail
    feeds in trouble --> Notice --render_notice--> Mail to the operator
    any other trouble --> Alert --render_alert--> the same

A digest drops nothing: what one mail cannot hold stays untold and is counted in `Digest.held`.
"""

from monitor.digest.alert import Alert, render_alert
from monitor.digest.composing import compose
from monitor.digest.letterhead import (
    Confirm,
    Links,
    MailSettings,
    confirm_token,
    contact_link,
    read_confirm,
    read_token,
    reader_token,
)
from monitor.digest.letters import Quiet, render_confirmation, render_sign_of_life
from monitor.digest.notice import Notice, render_notice
from monitor.digest.rendering import Printer, html_part, render

__all__ = [
    "Alert",
    "Confirm",
    "Links",
    "MailSettings",
    "Notice",
    "Printer",
    "Quiet",
    "compose",
    "confirm_token",
    "contact_link",
    "html_part",
    "read_confirm",
    "read_token",
    "reader_token",
    "render",
    "render_alert",
    "render_confirmation",
    "render_notice",
    "render_sign_of_life",
]
