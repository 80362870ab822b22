"""Second path: an outgoing webhook, in the shape that Feishu, DingTalk, WeCom, ntfy or any program reads."""

from adapters.webhook.adapter import WebhookPager
from adapters.webhook.address import Address, AddressError, read_address

__all__ = ["Address", "AddressError", "WebhookPager", "read_address"]
