"""Second path: e-mail by SMTP."""

from adapters.smtp.adapter import SmtpPager
from adapters.smtp.address import Mailbox, MailboxError, read_mailbox

__all__ = ["Mailbox", "MailboxError", "SmtpPager", "read_mailbox"]
