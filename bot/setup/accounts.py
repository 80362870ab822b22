"""The way out, the bot, the app: each asked for, tried at once, and asked for again while it does not work."""

from __future__ import annotations

import os
import sys
import webbrowser

from adapters.slack.account import Account
from bot.setup import manifest, trying
from bot.setup.asking import Asker, Check, Choice
from bot.setup.speaking import Speech, last_four
from bot.variables import DIRECT, is_proxy
from flows.problems import Problem

Given = dict[str, str]


class Accounts:
    """Fills `given`, the environment's names and values. `alone`: no desk of ours reads the bot now."""

    def __init__(self, asker: Asker, speech: Speech, given: Given, *, alone: bool, browser: bool) -> None:
        self._asker, self._speech, self._given = asker, speech, given
        self._alone, self._browser = alone, browser

    async def proxy(self) -> None:
        """Asked for only while a platform is not reachable."""
        say = self._speech.word
        self._asker.say(say("reach.trying"))
        while found := await trying.reach(self._given):
            for each in found:
                self._asker.say(self._speech.told(each), "bad")
            known = self._given.get("AMENDS_PROXY", "")
            shown = say("keeps", known=_host_only(known)) if known else ""
            message = say("proxy.ask") + shown
            value = await self._asker.secret("proxy", message, known=known, check=self._is_proxy)
            self._given["AMENDS_PROXY"] = "" if value == DIRECT else value
            if not self._asker.is_person and (found := await trying.reach(self._given)):
                self._asker.failed("proxy", self._speech.told(found[0]))
        self._asker.say(say("reach.done"), "good")

    def _is_proxy(self, value: str) -> str:
        return "" if value == DIRECT or is_proxy(value) else self._speech.word("proxy.wrong")

    async def telegram(self) -> str:
        """The bot's name for people. Its token works, nothing else reads its messages."""
        say = self._speech.word
        self._asker.say(say("telegram.title"), "title")
        self._asker.say(say("telegram.help"))
        while True:
            token = await self._token("telegram_token", "TELEGRAM_BOT_TOKEN", self._any)
            self._asker.say(say("trying"))
            channel = trying.telegram(self._given, token)
            name = await channel.named()
            if isinstance(name, Problem):
                self._fail("telegram_token", name)
                continue
            self._asker.say(say("telegram.found", name=name), "good")
            if await self._is_ours(token):
                return name

    async def _is_ours(self, token: str) -> bool:
        """Whether the messages come to us, once a webhook is gone or a reader stopped. False: take another bot."""
        say = self._speech.word
        while found := await trying.telegram(self._given, token).check(alone=self._alone):
            self._fail("telegram_token", found[0])
            choices = [Choice("again", say("choice.again")), Choice("other", say("choice.other_bot"))]
            if found[0].key == "telegram.webhook":
                choices.insert(0, Choice("remove", say("choice.remove_webhook")))
            chosen = await self._asker.one("telegram_token", say("choice.what"), choices, known="")
            if chosen == "other":
                return False
            if chosen == "remove":
                refused = await trying.telegram(self._given, token).let_go_of_webhook()
                if refused is not None:
                    self._asker.say(self._speech.told(refused), "bad")
        return True

    async def slack(self) -> Account:
        """The app, with both of its tokens tried and every scope there."""
        say = self._speech.word
        self._asker.say(say("slack.title"), "title")
        if not self._given.get("SLACK_BOT_TOKEN"):
            self._show_manifest()
        account = await self._bot_token()
        await self._app_token()
        return account

    def _show_manifest(self) -> None:
        link = manifest.link()
        self._asker.say(self._speech.word("slack.help", link=link))
        if self._asker.is_person and self._browser and has_display():
            webbrowser.open(link)

    async def _bot_token(self) -> Account:
        while True:
            token = await self._token("slack_bot_token", "SLACK_BOT_TOKEN", self._starts("xoxb-"))
            self._asker.say(self._speech.word("trying"))
            async with trying.slack(self._given, bot_token=token) as survey:
                account, found = await survey.bot()
            broken = [each for each in found if each.fatal]
            for each in found:
                if each not in broken:
                    self._asker.say(self._speech.told(each), "bad")
            if account is not None and not broken:
                self._asker.say(self._speech.word("slack.found", name=account.bot_name, url=account.url), "good")
                return account
            for each in broken:
                self._fail("slack_bot_token", each)

    async def _app_token(self) -> None:
        self._asker.say(self._speech.word("slack.app_help"))
        while True:
            token = await self._token("slack_app_token", "SLACK_APP_TOKEN", self._starts("xapp-"))
            self._asker.say(self._speech.word("trying"))
            async with trying.slack(self._given, app_token=token) as survey:
                found = await survey.app()
            if not found:
                self._asker.say(self._speech.word("slack.app_found"), "good")
                return
            self._fail("slack_app_token", found[0])

    async def _token(self, question: str, name: str, check: Check) -> str:
        known = self._given.get(name, "")
        shown = self._speech.word("keeps", known=last_four(known)) if known else ""
        message = self._speech.word(f"{question}.ask") + shown
        self._given[name] = await self._asker.secret(question, message, known=known, check=check)
        return self._given[name]

    def _any(self, value: str) -> str:
        return "" if value else self._speech.word("needed")

    def _starts(self, prefix: str) -> Check:
        def judged(value: str) -> str:
            return "" if value.startswith(prefix) else self._speech.word("prefix", prefix=prefix)

        return judged

    def _fail(self, question: str, problem: Problem) -> None:
        self._asker.failed(question, self._speech.told(problem))


def _host_only(proxy: str) -> str:
    """A proxy's address without its name and password."""
    return proxy.rpartition("@")[2].rpartition("//")[2]


def has_display() -> bool:
    """Whether somebody would see a browser that is opened."""
    return sys.platform in ("darwin", "win32") or bool(
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    )
