"""What only the shop's owner knows: its name, zone, hours, holidays, and who does what."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any
from zoneinfo import available_timezones

from babel import Locale
from babel.localtime import get_localzone

from bot.setup.asking import Asker, Check, Choice
from bot.setup.speaking import Speech
from bot.setup.wish import PersonWish, ceiling_said, hours_said, people_said
from bot.shop import checks, hours, money
from bot.shop.place import Lines, Place
from flows.ports import StaffMember
from flows.saying import Said

PRESETS: Mapping[str, tuple[str, ...]] = {
    "office": ("mon-fri 09:00-18:00",),
    "lunch": ("mon-fri 09:00-12:00", "mon-fri 13:30-18:00"),
    "daily": ("mon-sun 09:00-21:00",),
    "always": ("mon-sun 00:00-24:00",),
    "none": (),
}
KEEP, OWN, NONE = "keep", "own", "none"
COLUMNS = {"leads": "lead", "approvers": "approver", "on_call": "on_call"}


class Shop:
    """`tables` is what `shop.toml` says now."""

    def __init__(self, asker: Asker, speech: Speech, tables: Mapping[str, Any]) -> None:
        self._asker, self._speech, self._tables = asker, speech, tables
        self._now: Mapping[str, Any] = tables.get("shop", {})

    async def name(self) -> str:
        self._asker.say(self._speech.word("shop.title"), "title")
        return await self._text("name", self._now.get("name", ""), checks.text)

    async def zone(self) -> str:
        zones = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/"))
        return await self._text("zone", self._now.get("zone") or zone_here(), checks.zone, [*zones, "UTC"])

    async def _text(self, question: str, known: str, read: Callable[[Any], Any], among: Sequence[str] = ()) -> str:
        message = self._speech.word(f"{question}.ask")
        return await self._asker.text(
            question, message, known=known, check=self._judged(question, read), among=among
        )

    def _judged(self, question: str, read: Callable[[Any], Any]) -> Check:
        """What the file's own reader does not take is told in the person's language."""

        def check(value: str) -> str:
            try:
                read(value)
            except ValueError:
                return self._speech.word(f"{question}.wrong")
            return ""

        return check

    async def hours(self) -> tuple[str, ...] | None:
        """As a person writes them; None when they stay as they are."""
        say, now = self._speech.word, hours_said(self._tables)
        choices = [Choice(each, say(f"hours.{each}")) for each in (*PRESETS, OWN)]
        if now:
            choices.insert(0, Choice(KEEP, say("hours.keep", hours=", ".join(now))))
        chosen = await self._asker.one("hours", say("hours.ask"), choices, known=KEEP if now else "office")
        if chosen == KEEP and now:
            return None
        if chosen in PRESETS:
            return PRESETS[chosen]
        if chosen == OWN:
            chosen = await self._asker.text(
                "hours", say("hours.own_ask"), known=", ".join(now), check=self._judged("hours", _own_hours)
            )
        try:
            return _own_hours(chosen)
        except ValueError:
            self._asker.failed("hours", say("hours.wrong"))
            return await self.hours()

    async def holidays(self) -> str:
        """The code of a country, "" for none."""
        now = self._tables.get("days_off", {}).get("holidays", "")
        none = Choice("none", self._speech.word("holidays.none"))
        chosen = await self._asker.one(
            "holidays", self._speech.word("holidays.ask"), [none, *self._countries()], known=now or "none"
        )
        if chosen == "none":
            return ""
        try:
            return hours.country(chosen)
        except ValueError:
            self._asker.failed("holidays", self._speech.word("holidays.wrong"))
            return await self.holidays()

    def _countries(self) -> list[Choice]:
        from flows.clocks.sites import SITES  # noqa: PLC0415 - brings the holidays, a quarter of a second

        names = Locale.parse(self._speech.language).territories
        named = [Choice(code, names[site.country]) for code, site in SITES.items() if "." not in code]
        return sorted(named, key=lambda each: each.label)

    async def people(self, members: Sequence[StaffMember]) -> dict[str, PersonWish]:
        """Everybody who was given something to do, and those of the file, by member id."""
        now = people_said(self._tables)
        names = {member.id: member.name for member in members}
        choices = [Choice(id, name) for id, name in names.items()]
        choices += [Choice(id, person.name or id) for id, person in now.items() if id not in names]
        if not choices:
            return now
        self._asker.say(self._speech.word("people.title"), "title")
        chosen = {}
        for question, column in COLUMNS.items():
            known = [id for id, person in now.items() if column in (*person.roles, person.on_call and "on_call")]
            message = self._speech.word(f"{question}.ask")
            chosen[column] = await self._asker.many(question, message, choices, known=known)
        if not self._can_decide(chosen):
            self._asker.failed("leads", self._speech.word("leads.needed"))
            return await self.people(members)
        wanted = {id for ids in chosen.values() for id in ids} | now.keys()
        return {
            each.value: PersonWish(
                each.label if each.value not in now else now[each.value].name or each.label,
                tuple(role for role in ("lead", "approver") if each.value in chosen[role]),
                on_call=each.value in chosen["on_call"],
            )
            for each in choices
            if each.value in wanted
        }

    def _can_decide(self, chosen: Mapping[str, Collection[str]]) -> bool:
        """Whether somebody may decide above the ceilings that the file sets already."""
        problems: list[Said] = []
        place = Place(Lines(""), problems, "money")
        found = money.TABLE.read(self._tables.get("money", {}), place)
        others = set(chosen["approver"]) - set(chosen["lead"])
        money.can_be_met(found["money"], ["lead"] * len(chosen["lead"]) + ["approver"] * len(others), place)
        return not problems

    async def ceiling(self, people: Mapping[str, PersonWish]) -> str | None:
        """Up to which amount one yes is enough, "" for none; None where it stays or nobody could decide above."""
        now = ceiling_said(self._tables)
        if now is None or not any("lead" in person.roles for person in people.values()):
            return None
        said = await self._asker.text(
            "ceiling", self._speech.word("ceiling.ask"), known=now or NONE, check=self._judged("ceiling", amount)
        )
        return amount(said)


def amount(text: str) -> str:
    """An amount with its currency, as the file has it, or "". Raises ValueError."""
    if text.strip().lower() in ("", NONE):
        return ""
    money.amount(text)
    return text.strip()


def _own_hours(text: str) -> tuple[str, ...]:
    """Shifts with commas between, Chinese ones as well. Raises ValueError with the remedy."""
    parts = text.replace("，", ",").replace("、", ",").replace(";", ",").split(",")
    said = tuple(" ".join(part.split()) for part in parts if part.strip())
    hours.shifts(list(said) or [text])
    return said


def zone_here() -> str:
    """The machine's zone by its IANA name, where it tells one."""
    try:
        return checks.zone(getattr(get_localzone(), "key", ""))
    except (ValueError, LookupError, OSError):
        return ""
