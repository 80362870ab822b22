"""The order of the questions, then the files in one move, then the first card."""

from __future__ import annotations

import asyncio
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.brain import STAFF_LANGUAGES
from bot.checks import here
from bot.settings import given_settings
from bot.setup import envfile, keeping, shopfile
from bot.setup.accounts import Accounts
from bot.setup.asking import Asker, Choice
from bot.setup.first_card import Cards, Child
from bot.setup.room import Channel
from bot.setup.second import VARIABLES as SECOND
from bot.setup.second import Second
from bot.setup.shop import Shop
from bot.setup.speaking import Speech
from bot.setup.wish import ShopWish
from bot.shop import read_shop
from flows.policy import Policy

OURS = ("TELEGRAM_BOT_TOKEN", "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_CHANNEL", "AMENDS_PROXY", *SECOND)
NATIVE = {"en": "English", "zh": "简体中文"}
UNATTENDED_S = 600.0


class WrittenWrongly(RuntimeError):
    """What was composed does not read back as it was meant; nothing was written."""


@dataclass(frozen=True, slots=True)
class Bound:
    """Where the answers are kept; `alone`: no desk of ours runs now."""

    env_file: Path
    shop_file: Path
    database_url: str
    alone: bool


class Wizard:
    """`given` is `.env` and the environment as they are. Raises SettingsError or ShopFileError for files that
    cannot be read, before anything is asked. A first card that nobody watches for is waited for `patience_s`.
    """

    def __init__(
        self, asker: Asker, speech: Speech, env_file: Path, *, browser: bool, patience_s: float = UNATTENDED_S
    ) -> None:
        self._asker, self._speech, self._browser, self._patience_s = asker, speech, browser, patience_s
        self._given = given_settings(env_file=env_file)
        shop_file = Path(self._given.get("AMENDS_SHOP_FILE") or "shop.toml")
        data_dir = Path(self._given.get("AMENDS_DATA_DIR") or "data").expanduser()
        database_url = self._given.get("DATABASE_URL") or f"sqlite:///{data_dir / 'amends.db'}"
        self._shop = read_shop(shop_file, Policy()).shop
        self._texts = {file: _text(file) for file in (env_file, shop_file)}
        self._bound = Bound(env_file, shop_file, database_url, not here.is_served(database_url))
        self._bot = self._room = ""

    async def ask(self) -> ShopWish:
        """Every question in order; `given` then holds what was answered about the accounts."""
        tables = tomllib.loads(self._texts[self._bound.shop_file])
        language = await self._language(tables)
        self._asker.say(self._speech.word("welcome"))
        accounts = Accounts(self._asker, self._speech, self._given, alone=self._bound.alone, browser=self._browser)
        await accounts.proxy()
        self._bot = await accounts.telegram()
        account = await accounts.slack()
        members = await Channel(self._asker, self._speech, self._given).choose(account)
        shop = Shop(self._asker, self._speech, tables)
        second = Second(self._asker, self._speech, self._given, self._bot, alone=self._bound.alone)
        return ShopWish(
            name=await shop.name(),
            zone=await shop.zone(),
            language=language,
            hours=await shop.hours(),
            holidays=await shop.holidays(),
            people=(people := await shop.people(members)),
            ceiling=await shop.ceiling(people),
            paths=await second.paths(),
        )

    async def _language(self, tables: dict[str, Any]) -> str:
        known = tables.get("shop", {}).get("language", self._speech.language)
        choices = [Choice(tag, NATIVE[tag]) for tag in STAFF_LANGUAGES]
        chosen = await self._asker.one("language", "Language / 语言", choices, known=known)
        if chosen not in STAFF_LANGUAGES:
            self._asker.failed("language", f"{' / '.join(STAFF_LANGUAGES)}")
        self._speech.language = chosen
        return chosen

    def write(self, wish: ShopWish) -> None:
        """Both files or none. Raises OSError, or WrittenWrongly where the old file could not be edited safely."""
        env_file, shop_file = self._bound.env_file, self._bound.shop_file
        values = {name: self._given[name] for name in OURS if name in self._given}
        contents = {
            env_file: envfile.edited(self._texts[env_file], values, self._comment),
            shop_file: shopfile.edited(self._texts[shop_file], wish, self._comment),
        }
        with keeping.beside(contents) as written:
            _read_back(written, env_file, shop_file, values, wish)
            kept = keeping.put_in_place(written)
        self._asker.say(self._speech.word("written", files=f"{env_file}, {shop_file}"), "good")
        if kept:
            self._asker.say(self._speech.word("kept", files=", ".join(file.name for file in kept)))

    def _comment(self, name: str) -> str:
        key = f"setup.file.{name.lower()}"
        return self._speech.words.template(key, self._speech.language) if self._has(key) else ""

    def _has(self, key: str) -> bool:
        return key in self._speech.words.keys()  # noqa: SIM118 - a Catalogue is no mapping

    async def first_card(self) -> bool:
        """Whether a card has come up. A person waits as long as it takes. Raises DeskEnded."""
        say = self._speech.word
        choices = [Choice("yes", say("start.yes")), Choice("no", say("start.no"))]
        if (
            await self._asker.one(
                "start", say("start.ask"), choices, known="yes" if self._asker.is_person else "no"
            )
            != "yes"
        ):
            self._asker.say(say("start.later"))
            return True
        child, cards = Child(), Cards(self._bound.database_url, self._shop)
        try:
            before = await cards.tally()
            if self._bound.alone:
                self._asker.say(say("start.starting"))
                await child.start()
            else:
                self._asker.say(say("start.running"))
            self._asker.say(say("start.write", bot=self._bot), "title")
            if not await self._appears(cards, before, child):
                self._asker.say(say("start.none"), "bad")
                return False
            self._asker.say(say("start.appeared"), "good")
            if self._asker.is_person and self._bound.alone:
                self._asker.say(say("start.goes_on"))
                child.show = self._asker.say
                await child.ended()
            return True
        finally:
            await child.stop()
            await cards.close()

    async def _appears(self, cards: Cards, before: tuple[int, int], child: Child) -> bool:
        coming = asyncio.create_task(cards.next_one(before))
        tasks = {coming} | ({asyncio.create_task(child.ended())} if self._bound.alone else set())
        patience = None if self._asker.is_person else self._patience_s
        try:
            done, _ = await asyncio.wait(tasks, timeout=patience, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
            return coming in done
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8-sig") if file.exists() else ""


def _read_back(
    written: dict[Path, Path], env_file: Path, shop_file: Path, values: dict[str, str], wish: ShopWish
) -> None:
    """What was composed says what was meant, whatever stood in the old files."""
    found = given_settings({}, written[env_file.resolve()])
    policy = read_shop(written[shop_file.resolve()], Policy())
    if {name: found.get(name, "") for name in values} != values:
        raise WrittenWrongly(str(env_file))
    if (policy.name, policy.zone, policy.language) != (wish.name, wish.zone, wish.language):
        raise WrittenWrongly(str(shop_file))
