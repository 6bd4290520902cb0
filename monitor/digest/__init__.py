"""News x subscriber -> mail: what one subscriber is told, in which order and words, as the bytes that are sent.

    developments --compose--> Digest --render--> Mail
    feeds in trouble --> Notice --render_notice--> Mail to the operator

A digest drops nothing: what one mail cannot hold stays untold and is counted in `Digest.held`.
"""

from monitor.digest.composing import compose
from monitor.digest.confirmation import render_confirmation
from monitor.digest.letterhead import (
    Confirm,
    MailSettings,
    confirm_token,
    contact_link,
    read_confirm,
    read_token,
    reader_token,
)
from monitor.digest.notice import Notice, render_notice
from monitor.digest.rendering import html_part, render

__all__ = [
    "Confirm",
    "MailSettings",
    "Notice",
    "compose",
    "confirm_token",
    "contact_link",
    "html_part",
    "read_confirm",
    "read_token",
    "reader_token",
    "render",
    "render_confirmation",
    "render_notice",
]
