"""The second path: how an alarm reaches somebody when Slack is away. Each is tried by a message."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from urllib.parse import quote

from adapters.smtp.address import Mailbox, MailboxError, read_mailbox
from adapters.webhook.address import Address, AddressError, read_address
from bot.second import second_paths
from bot.setup import trying
from bot.setup.accounts import Given
from bot.setup.asking import Asker, Check, Choice
from bot.setup.speaking import Speech
from bot.variables import Variables

CHAT, HOOKS, MAIL = "AMENDS_TELEGRAM_STAFF_CHAT", "AMENDS_WEBHOOK_URL", "AMENDS_SMTP_URL"
VARIABLES = (CHAT, HOOKS, MAIL)
KINDS = ("feishu", "dingtalk", "wecom", "telegram", "email", "ntfy", "webhook")
WITH_SECRET = ("feishu", "dingtalk", "ntfy")
KEEP, NONE, TYPED = "keep", "none", "(typed)"
ASK_AGAIN_S = 3.0
_MAIL_ADDRESS = re.compile(r"[^\s@,;]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}")
_SERVER = re.compile(r"([A-Za-z0-9.-]+)(?::(\d{1,5}))?")
_TLS_PORT = "465"


class Second:
    """Fills `given`. `bot` is the bot's name for people; `alone`: no desk of ours reads it now."""

    def __init__(self, asker: Asker, speech: Speech, given: Given, bot: str, *, alone: bool) -> None:
        self._asker, self._speech, self._given = asker, speech, given
        self._bot, self._alone = bot, alone
        self._letter: dict[str, str] = {}  # what was typed about the mailbox, should it have to be mended

    async def paths(self) -> tuple[str, ...]:
        """The names of all that are set up at the end, in the order of `.env`."""
        self._asker.say(self._speech.word("second.title"), "title")
        self._asker.say(self._speech.word("second.help"))
        while True:
            chosen = await self._chosen()
            if chosen == NONE:
                self._given |= dict.fromkeys(VARIABLES, "")
            elif chosen in KINDS:
                await self._add(chosen)
                continue
            elif chosen != KEEP:
                await self._take(chosen.split())
            return self._names()

    async def _chosen(self) -> str:
        say, names = self._speech.word, self._names()
        choices = [Choice(kind, say(f"second.{kind}")) for kind in KINDS]
        if names:
            first = Choice(KEEP, say("second.keep", paths=", ".join(names)))
            choices = [first, *choices, Choice(NONE, say("second.remove"))]
        else:
            choices.insert(0, Choice(NONE, say("second.later")))
        return await self._asker.one("second_path", say("second.ask"), choices, known=choices[0].value)

    def _names(self) -> tuple[str, ...]:
        return second_paths(Variables(self._given)).names

    # --- a file of answers: addresses as `.env` has them, in the place of those that were there -----------------

    async def _take(self, texts: list[str]) -> None:
        found = [self._read(text.rstrip(",")) for text in texts]
        self._given |= dict.fromkeys(VARIABLES, "")
        for path, text in found:
            if trouble := await self._try(path):
                self._asker.failed("second_path", self._speech.word("second.failed", why=trouble))
            self._keep(path, text)

    def _read(self, text: str) -> tuple[trying.Path, str]:
        try:
            if re.fullmatch(r"-?\d{1,15}", text):
                return int(text), text
            return (read_mailbox(text) if text.startswith("smtp") else read_address(text)), text
        except (AddressError, MailboxError) as error:
            self._asker.failed("second_path", str(error))
            raise

    # --- a person -----------------------------------------------------------------------------------------------

    async def _add(self, kind: str) -> None:
        """Ask for one more path, try it, keep it once the message has been seen. Else nothing has changed."""
        self._asker.say(self._speech.word(f"second.{kind}.help", bot=self._bot))
        match kind:
            case "telegram":
                text = await self._chat()
            case "email":
                text = await self._mailbox()
            case _:
                text = await self._hook(kind)
        path, _ = self._read(text)
        while True:
            self._asker.say(self._speech.word("second.trying"))
            if trouble := await self._try(path):
                self._asker.say(self._speech.word("second.failed", why=trouble), "bad")
                return
            answer = await self._is_there()
            if answer == "yes":
                self._keep(path, text)
                self._asker.say(self._speech.word("second.done"), "good")
            if answer != "again":
                return

    async def _is_there(self) -> str:
        say = self._speech.word
        choices = [Choice(each, say(f"second.there.{each}")) for each in ("yes", "again", "no")]
        return await self._asker.one("second_path", say("second.there"), choices, known="yes")

    async def _hook(self, kind: str) -> str:
        say = self._speech.word
        address = await self._asker.secret(
            "second_path", say("second.address"), known="", check=lambda value: self._is_hook(kind, value)
        )
        if kind in WITH_SECRET and "#" not in address:
            secret = await self._asker.secret(
                "second_path", say(f"second.{kind}.secret"), known="", check=lambda _value: ""
            )
            address += f"#{quote(secret, safe='')}" if secret else ""
        return address if read_address(address).kind == kind else f"{kind}+{address}"

    def _is_hook(self, kind: str, value: str) -> str:
        try:
            read_address(value if value.startswith(f"{kind}+") else f"{kind}+{value}")
        except AddressError:
            return self._speech.word("second.address_wrong")
        return self._speech.word("second.address_wrong") if len(value.split()) > 1 else ""

    async def _mailbox(self) -> str:
        sender = await self._typed("email.from", self._is_mail, "")
        password = await self._asker.secret(
            "second_path",
            self._speech.word("second.email.password"),
            known=self._letter.get("password", ""),
            check=lambda value: "" if value else self._speech.word("needed"),
        )
        self._letter["password"] = password
        server = await self._typed("email.server", self._is_server, f"smtp.{sender.partition('@')[2]}:{_TLS_PORT}")
        to = await self._typed("email.to", self._are_mails, sender)
        host, _, port = server.partition(":")
        scheme = "smtps" if port == _TLS_PORT else "smtp"
        who = f"{quote(sender, safe='')}:{quote(password, safe='')}"
        return (
            f"{scheme}://{who}@{host}:{port or '587'}/?from={quote(sender)}&to={','.join(map(quote, _split(to)))}"
        )

    async def _typed(self, name: str, check: Check, first: str) -> str:
        known = self._letter.get(name, first)
        message = self._speech.word(f"second.{name}")
        self._letter[name] = await self._asker.text("second_path", message, known=known, check=check)
        return self._letter[name]

    def _is_mail(self, value: str) -> str:
        return "" if _MAIL_ADDRESS.fullmatch(value) else self._speech.word("second.email.wrong")

    def _are_mails(self, value: str) -> str:
        wrong = [each for each in _split(value) if self._is_mail(each)]
        return "" if _split(value) and not wrong else self._speech.word("second.email.wrong")

    def _is_server(self, value: str) -> str:
        return "" if _SERVER.fullmatch(value) else self._speech.word("second.email.server_wrong")

    async def _chat(self) -> str:
        """The number of a group that the bot was just put into, or one that is typed."""
        if self._alone and (found := await self._group()):
            return found
        return await self._asker.text(
            "second_path", self._speech.word("second.telegram.number"), known="", check=self._is_chat
        )

    def _is_chat(self, value: str) -> str:
        return "" if re.fullmatch(r"-?\d{1,15}", value) else self._speech.word("second.telegram.wrong")

    async def _group(self) -> str:
        """ "" when the person gave up waiting, or takes none of those found."""
        say, channel = self._speech.word, trying.telegram(self._given, self._given["TELEGRAM_BOT_TOKEN"])

        async def until_there() -> None:
            while not await channel.groups():  # noqa: ASYNC110 - looked at without confirming anything
                await asyncio.sleep(ASK_AGAIN_S)

        if not await self._asker.wait("second_path", say("second.telegram.wait", bot=self._bot), until_there()):
            return ""
        choices = [Choice(str(group.id), group.title or str(group.id)) for group in await channel.groups()]
        choices = [*reversed(choices), Choice(TYPED, say("second.telegram.other"))]
        chosen = await self._asker.one(
            "second_path", say("second.telegram.which"), choices, known=choices[0].value
        )
        return "" if chosen == TYPED else chosen

    # --- both ---------------------------------------------------------------------------------------------------

    async def _try(self, path: trying.Path) -> str:
        words, language = self._speech.words, self._speech.language
        title, line = (words.template(key, language) for key in ("test.title", "test.line"))
        return await trying.page(self._given, path, title, line)

    def _keep(self, path: trying.Path, text: str) -> None:
        match path:
            case int():
                self._given[CHAT] = text
            case Address():
                self._given[HOOKS] = _with(self._given, HOOKS, text)
            case Mailbox():
                self._given[MAIL] = _with(self._given, MAIL, text)


def _with(given: Mapping[str, str], name: str, text: str) -> str:
    """One more in that variable, which stands there once."""
    return " ".join(dict.fromkeys([*given.get(name, "").split(), text]))


def _split(text: str) -> list[str]:
    return [each for each in re.split(r"[\s,;，、；]+", text) if each]
