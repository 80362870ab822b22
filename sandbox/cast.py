"""Who plays in the demo, and what they are ready to say. Values only; the page and the stage read them."""

from __future__ import annotations

from dataclasses import dataclass

SLACK_CHANNEL_ID = "C0AFTER"
SLACK_CHANNEL_NAME = "after-sales"

LANGUAGES = ("en", "zh")  # in which the shop's staff can read the desk
DEMO_SHOP = """\
[shop]
name = "Cedar Home"
zone = "Asia/Shanghai"
language = "{language}"

[replies]
first_answer_hours = 48
update_within_hours = 72

[alarms]
repeat_minutes = 240

[staff]
leads = ["U0BEN"]
"""


@dataclass(frozen=True, slots=True)
class Line:
    """Something a buyer is ready to say. `label` is what the chip shows, by page language."""

    name: str
    text: str
    label_en: str
    label_zh: str
    photo: bool = False
    opens: bool = True  # offered at the start; the others once a reply has been delivered


@dataclass(frozen=True, slots=True)
class BuyerRole:
    """A buyer with a private chat with the shop's bot."""

    chat_id: int
    first_name: str
    last_name: str
    language: str
    zone: str
    city_en: str
    city_zh: str
    meanwhile: str  # what this buyer writes in the moment in which the service is killed
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class StaffRole:
    """A person in the shop's Slack."""

    user_id: str
    name: str
    real_name: str
    role: str
    zone: str
    locale: str


SOFIA = BuyerRole(
    chat_id=5001,
    first_name="Sofia",
    last_name="Ortega",
    language="es",
    zone="Europe/Madrid",
    city_en="Madrid",
    city_zh="马德里",
    meanwhile="¿Hola? ¿Me pueden ayudar, por favor?",
    lines=(
        Line(
            "lost",
            "Hola, mi pedido 408-1234567-1234567 no ha llegado todavía.",
            "Where is my parcel?",
            "包裹还没到",
        ),
        Line(
            "claim",
            "He abierto una reclamación A-to-z en Amazon por el pedido 408-1234567-1234567.",
            "Open an Amazon claim",
            "在亚马逊提交索赔",
            opens=False,
        ),
    ),
)
GRACE = BuyerRole(
    chat_id=5002,
    first_name="Grace",
    last_name="Miller",
    language="en",
    zone="Europe/London",
    city_en="London",
    city_zh="伦敦",
    meanwhile="Hello? Could somebody please help me?",
    lines=(
        Line(
            "damaged",
            "The lamp arrived broken, the shade is cracked. Order 203-7654321-7654321.",
            "It arrived broken",
            "收到时已损坏",
            photo=True,
        ),
        Line(
            "claim",
            "I opened an A-to-z claim with Amazon for order 203-7654321-7654321.",
            "Open an Amazon claim",
            "在亚马逊提交索赔",
            opens=False,
        ),
    ),
)
JONAS = BuyerRole(
    chat_id=5003,
    first_name="Jonas",
    last_name="Weber",
    language="de",
    zone="Europe/Berlin",
    city_en="Berlin",
    city_zh="柏林",
    meanwhile="Hallo? Kann mir bitte jemand helfen?",
    lines=(
        Line(
            "question",
            "Gibt es den Hocker auch in Blau?",
            "Is there a blue one?",
            "有蓝色的吗？",
        ),
    ),
)
BUYERS = (SOFIA, GRACE, JONAS)

LIN = StaffRole("U0LIN", "lin", "Lin Na", "agent", "Asia/Shanghai", "zh-CN")
BEN = StaffRole("U0BEN", "ben", "Ben Cole", "lead", "Europe/Madrid", "en-GB")
STAFF = (LIN, BEN)
