"""What goes wrong between asking and answering, in words for people; and no request is sent a second time for it."""

from __future__ import annotations

import os
import socket
import ssl
from typing import TYPE_CHECKING

import aiohttp

if TYPE_CHECKING:
    from aiohttp import ClientHandlerType

_NO_SUCH_NAME = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}


class CutOffError(aiohttp.ClientError):
    """The connection was closed in the middle; its cause is aiohttp's own error."""


async def only_once(request: aiohttp.ClientRequest, send: ClientHandlerType) -> aiohttp.ClientResponse:
    """Stop aiohttp from sending a GET again when the server cuts the connection before it answers.

    The session has no public switch for that (aio-libs/aiohttp#10790), but it repeats for its own two errors alone.
    """
    try:
        return await send(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise CutOffError from error


def unreachable(error: aiohttp.ClientConnectorError) -> str:
    """Why there was no connection."""
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return _nameless(error)
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return f"the certificate does not prove that this is {error.host} ({_secured(error.certificate_error)})"
    if isinstance(error, aiohttp.ClientSSLError):
        return f"no secure connection to {_end(error)} ({_secured(error.os_error)})"
    number = error.os_error.errno
    reason = os.strerror(number).lower() if number else error.os_error
    return f"no connection to {_end(error)} ({reason})"


def broken(error: Exception) -> str:
    """What was wrong with an answer that had begun, or should have."""
    if isinstance(error, CutOffError):
        return "the server closed the connection without an answer"
    if isinstance(error, aiohttp.ClientPayloadError):
        return "the answer broke off before its announced end"
    if isinstance(error, aiohttp.ClientResponseError):
        first = error.message.splitlines()[0] if error.message else f"status {error.status}"
        return f"the answer is not proper HTTP ({first.rstrip(':')[:80].lower()})"
    if isinstance(error, (aiohttp.InvalidURL, ValueError)):
        return "this is no web address"
    return f"the connection broke ({error})"


def _end(error: aiohttp.ClientConnectorError) -> str:
    return f"[{error.host}]:{error.port}" if ":" in error.host else f"{error.host}:{error.port}"


def _nameless(error: aiohttp.ClientConnectorDNSError) -> str:
    """An unknown name is the address's fault; a name service that does not answer is not."""
    if error.os_error.errno in _NO_SUCH_NAME:
        return f"the name {error.host} is not known; check how the address is spelled"
    return f"the name service could not tell where {error.host} is; check this machine's network"


def _secured(error: Exception) -> str:
    """The gist of a TLS error: without the code's file and line."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    if isinstance(error, ssl.SSLError) and error.reason:
        return error.reason.replace("_", " ").lower()
    return str(error)
