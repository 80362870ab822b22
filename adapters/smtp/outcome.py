"""What a mail server answered, in the port's words. Pure.

4xx replies, and whatever failed before the letter began to leave, are certainly not sent; 5xx is refused (RFC 5321
4.2.1); a connection lost or silent after that is unknown.
"""

from __future__ import annotations

import ssl

import aiosmtplib

from adapters.reaching import PROXY_FAILURES
from flows.ports import OutcomeUnknown, PortError, Refused, Unavailable


def outcome(error: Exception, host: str, *, leaving: bool) -> PortError:
    """`leaving`: the server had been asked to take the letter when this happened. Order matters: aiosmtplib's
    classes inherit from several.
    """
    untrusted = _untrusted(error)
    match error:
        case _ if untrusted is not None:
            return Refused(f"{host} has no certificate that can be trusted ({_said(untrusted)})")
        case _ if isinstance(error, PROXY_FAILURES):
            return Unavailable(f"{host} cannot be reached through the proxy")
        case aiosmtplib.SMTPAuthenticationError() if error.code >= 500:
            return Refused(f"{host} does not accept this user and password: check AMENDS_SMTP_URL", fatal=True)
        case aiosmtplib.SMTPRecipientsRefused():
            return _recipients(error, host)
        case aiosmtplib.SMTPConnectError():  # refused, timed out, or greeted with "not now"
            return Unavailable(f"{host} cannot be reached")
        case aiosmtplib.SMTPResponseException():
            return _answered(error.code, error.message, host)
    if type(error) in (aiosmtplib.SMTPException, aiosmtplib.SMTPNotSupported):  # no STARTTLS, no way to log in
        return Refused(f"{host}: {_said(str(error))} (smtps:// or smtp+plain:// may be meant)")
    if leaving:
        return OutcomeUnknown(f"{host} did not say whether it took the letter")
    return Unavailable(f"{host} does not answer")


def _untrusted(error: Exception) -> str | None:
    """Why TLS failed, if it did; while connecting it is the cause of another error."""
    found = next((each for each in (error, error.__cause__) if isinstance(each, ssl.SSLError)), None)
    return None if found is None else str(getattr(found, "verify_message", "") or found.reason or "TLS failed")


def _recipients(error: aiosmtplib.SMTPRecipientsRefused, host: str) -> PortError:
    """All were refused. One that is only put off (4xx) is worth another try."""
    if any(refused.code < 500 for refused in error.recipients):
        return Unavailable(f"{host} puts the recipients off for now")
    return Refused(f"{host} refuses the recipients: check &to= in AMENDS_SMTP_URL")


def _answered(code: int, said: str, host: str) -> PortError:
    if code < 500:
        return Unavailable(f"{host} says not now ({code})")
    return Refused(f"{host} refuses the letter ({code}): {_said(said)}")


def _said(words: str) -> str:
    return " ".join(words.split())[:150]
