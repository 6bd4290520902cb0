"""The door out: hands finished mails to an SMTP server, or to a mail folder where there is none.

    send(mail): returns once the mail is in other hands for good; else raises DeliveryError, whose `fault` says what
    follows: the address is dead, the same bytes are tried again later, or no mail can leave for now.

A connection cut between our last byte and the server's "250" leaves it open whether the mail arrived. Such a mail is in
doubt: news may come twice, with one Message-ID and the same bytes, but is never lost.
"""

from __future__ import annotations

import email.utils
from typing import TYPE_CHECKING

from monitor.deliver.maildir import MaildirOutlet
from monitor.deliver.outlet import Outlet
from monitor.deliver.replies import Reply
from monitor.deliver.signing import Signer, open_signer
from monitor.deliver.smtp import Patience, SmtpOutlet, read_server
from monitor.deliver.verp import read_return_path, return_path

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Outlet", "Patience", "Reply", "Signer", "open_outlet", "open_signer", "read_return_path", "return_path"]


def open_outlet(
    smtp_url: str | None, folder: Path, mail_from: str, connections: int = 4, patience: Patience | None = None
) -> Outlet:
    """The SMTP server that `smtp_url` names, or the Maildir `folder` without one; raises ConfigError.

    `mail_from` is an address, with or without a name before it; it is where bounces go (RFC 5321's reverse-path) unless
    a mail is sent with another sender.
    """
    if not smtp_url:
        return MaildirOutlet(folder)
    sender = email.utils.parseaddr(mail_from)[1]
    return SmtpOutlet(read_server(smtp_url), sender, connections, patience or Patience())
