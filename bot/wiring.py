"""What a running shop is made of: its platforms, its brain, and what sends each kind of effect."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from adapters.slack import SlackDesk
from adapters.smtp import SmtpPager
from adapters.telegram import TelegramChannel
from adapters.webhook import WebhookPager
from bot.batch import Brain
from bot.clock import BusinessClock, machine_now
from bot.delivery import Delivery
from bot.destinations import Destinations
from bot.guarding import blocks
from bot.ids import jitter
from bot.loading import Loader
from bot.outcomes import Handler, LastResort
from bot.pace import Pace
from bot.paging import AckLink, Paging
from bot.recognising import Reading
from bot.replying import Replier
from bot.settings import Settings
from bot.showing.alerts import Alerts
from bot.showing.cards import Cards
from bot.showing.channel import Channel
from bot.showing.notices import Notices
from bot.signals import Signals
from bot.store.database import Database
from bot.watching import Watch
from flows.order_numbers import order_in
from flows.ports import BuyerChannel, Pager, StaffDesk
from flows.recognise import WordRecogniser


@dataclass(frozen=True, slots=True)
class Paces:
    """Turns a second and bursts: what the platforms take (telegram-slack.md 1.1, 2.1); and our patience."""

    telegram: tuple[float, int] = (25.0, 25)  # about 30 a second over all chats
    slack_posts: tuple[float, int] = (1.0, 2)  # about one message a second and channel
    slack_edits: tuple[float, int] = (0.8, 10)  # chat.update: 50 a minute
    answer_s: float = 25.0  # how long a send waits for Telegram's answer before its outcome counts as unknown


@dataclass(frozen=True, slots=True)
class Turns:
    """Those paces at work."""

    posts: Pace
    edits: Pace
    sends: Pace

    @classmethod
    def of(cls, paces: Paces) -> Turns:
        return cls(Pace(*paces.slack_posts), Pace(*paces.slack_edits), Pace(*paces.telegram))

    def close(self) -> None:
        for pace in (self.posts, self.edits, self.sends):
            pace.close()


def platforms(
    settings: Settings, clock: BusinessClock, answer_s: float, acknowledged: Callable[[float], None]
) -> tuple[SlackDesk, TelegramChannel]:
    """The desk and the buyers' channel, not started. `acknowledged` is told how long each click waited."""
    slack = SlackDesk(
        bot_token=settings.slack_bot_token,
        app_token=settings.slack_app_token,
        channel=settings.slack_channel,
        base_url=settings.slack_base_url,
        proxy=settings.slack_proxy,
        machine_now=machine_now,
        business_now=clock.now,
        acknowledged=acknowledged,
    )
    telegram = TelegramChannel(
        token=settings.telegram_bot_token,
        base_url=settings.telegram_base_url,
        base_file_url=settings.telegram_base_file_url,
        proxy=settings.telegram_proxy,
        machine_now=machine_now,
        send_timeout_s=answer_s,
        jitter=jitter,
        staff_chat=settings.second.staff_chat,
    )
    return slack, telegram


def pagers(settings: Settings, staff: Pager | None) -> dict[str, Pager]:
    """The second paths that are used, in the shop's order; `staff`: the one of the bot, if wanted."""
    found: dict[str, Pager] = {} if staff is None else {"telegram": staff}
    for name, address in settings.second.webhooks.items():
        found[name] = WebhookPager(name, address, machine_now=machine_now, proxy=settings.general_proxy)
    for name, mailbox in settings.second.mailboxes.items():
        found[name] = SmtpPager(name, mailbox, machine_now=machine_now, proxy=settings.general_proxy)
    return {name: found[name] for name in settings.policy.paths if name in found}


def brain(loader: Loader, shop: str, desk: StaffDesk, channels: Mapping[str, BuyerChannel]) -> Brain:
    return Brain(
        shop=shop,
        book=loader.book,
        policy=loader.policy,
        translators={
            **{id: channel.translate for id, channel in channels.items()},
            desk.channel: desk.translate,
        },
        find_order=partial(_order_number, formats=loader.policy.order_formats),
        guard=blocks,
    )


def delivery(
    database: Database,
    shop: str,
    clock: BusinessClock,
    signals: Signals,
    loader: Loader,
    desk: StaffDesk,
    channels: Mapping[str, BuyerChannel],
    pagers: Mapping[str, Pager],
    ack_link: AckLink,
    turns: Turns,
    watch: Watch,
) -> Delivery:
    """With a handler for every kind of effect."""
    channel = Channel(database, shop, loader, desk, turns.posts, turns.edits)
    cards, alerts = Cards(channel), Alerts(channel)
    paging = Paging(database, shop, loader, pagers, desk.link, ack_link)
    replier = Replier(database, shop, clock, channels, turns.sends)
    handlers: dict[str, Handler] = {
        "reply": replier,
        "automatic": replier,
        "card": cards.show,
        "alarm": alerts.sound,
        "alarm_edit": alerts.refresh,
        "page": paging,
        "tell": Notices(channel).tell,
        "recognise": Reading(database, shop, WordRecogniser(loader.policy.order_formats)),
    }
    last_resorts: dict[str, LastResort] = {
        "reply": replier.give_up,
        "automatic": replier.give_up,
        "card": cards.show_plainly,
        "alarm": alerts.fall_silent,
        "page": paging.give_up,
    }
    probes = {id: channel.probe for id, channel in channels.items()}
    return Delivery(
        database,
        shop,
        clock,
        signals,
        handlers,
        jitter,
        destinations=Destinations(
            probes, desk.probe, jitter, pagers={name: pager.probe for name, pager in pagers.items()}
        ),
        last_resorts=last_resorts,
        watch=watch,
    )


def _order_number(text: str, formats: Sequence[re.Pattern[str]]) -> str | None:
    found = order_in(text, formats)
    return None if found is None else found[0]
