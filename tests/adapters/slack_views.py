"""Cases, alerts and dialogs as the desk shows them: the values that the Slack tests render and use."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from flows.rich import At, Person, Quote, Rich, Strong
from flows.view import (
    AlarmView,
    Button,
    CardView,
    Choice,
    DeadRow,
    DeadView,
    EditorView,
    FactQuestion,
    FactsView,
    FallbackView,
    Option,
    OutcomeRow,
    OutcomesView,
    QueueRow,
    WhyView,
    Words,
)

DUE = datetime(2026, 11, 20, 14, 30, tzinfo=UTC)
CASE = "0193-case"
DRAFT = "Hello María,\n\nI have asked the carrier today & will write again by Friday.\n\nLena"

SITUATIONS = (
    Option("item_not_received", "Parcel did not arrive"),
    Option("damaged", "Arrived damaged"),
    Option("claim", "Claim opened"),
)
MENU = (
    Option("facts", "Set facts…"),
    Option("take", "Assign to me"),
    Option("no_reply", "No reply needed…"),
    Option("link", "Open order on Amazon", "https://sellercentral.amazon.com/orders-v3/order/123"),
)


def press(action: str, label: str, *, version: int = 3, primary: bool = False, danger: bool = False) -> Button:
    sentence = f"{label}, case 41, order 123-1234567-1234567"
    return Button(action, label, f"{CASE}:{version}", primary=primary, danger=danger, accessible=sentence)


APPROVE = press("approve", "Approve & send", primary=True)
EDIT = press("edit", "Edit")
DECLINE = press("decline", "Decline")
UNDO = press("undo", "Undo")


def due(words: str = "Reply due ") -> Rich:
    return (Strong("⏰ "), words, At(DUE), " · Amazon limit")


def card_view(**changes: object) -> CardView:
    """An open case with a draft, waiting for a yes."""
    view = CardView(
        case=CASE,
        version=3,
        revision=7,
        number="41",
        push="Reply due 14:30 UTC · order 123-1234567-1234567 · draft ready",
        title=(Strong("Case 41"), " · parcel did not arrive"),
        clocks=(due(), ("Our target: answer by ", At(DUE, "time"))),
        fields=(("Order", ("123-1234567-1234567",)), ("Buyer", (Quote("María"), " (es)"))),
        buyer=Words(("The buyer wrote ", At(DUE, "time")), "¿Dónde está mi pedido?"),
        draft=Words((Strong("Suggested reply"), ", in Spanish, exactly as it will be sent"), DRAFT),
        gloss=Words(("The same in your language",), "您好，我今天已联系承运商。"),
        reasons=(("Late but moving: offer the choice",), ("Not known: shipped on?",)),
        state=(("Draft ready since ", At(DUE, "time"), " · version 3"),),
        buttons=(APPROVE, EDIT, DECLINE),
        menu=MENU,
        menu_label="More",
        choice=Choice("situation", "What is it about?", SITUATIONS, "item_not_received"),
    )
    return replace(view, **changes)  # type: ignore[arg-type] # any field of the view


HOSTILE = (
    "<!channel> <@U0LENA> <https://evil.example|Amazon> & *bold* _it_ ~no~ `code` :rotating_light:\n"
    "> quote\n\u202egpj.exe שלום\0 https://evil.example www.evil.example"
)

CARDS: dict[str, CardView] = {
    "open": card_view(),
    "hostile": card_view(
        buyer=Words(("The buyer wrote",), HOSTILE),
        draft=Words((Strong("Suggested reply"),), HOSTILE),
        title=(Strong("Case *41* <!here>"), " ", Quote(HOSTILE)),
        fields=(("Buyer", (Quote("<!channel>"), " since ", At(DUE, "date"))),),
        state=((Quote("*Ana* <@U0ANA>"), " at ", At(DUE)),),
        push="<!channel> & co",
    ),
    "emoji_4096": card_view(draft=Words((Strong("Suggested reply"),), "👍" * 4096)),
    "everything_long": card_view(
        buyer=Words(("The buyer wrote",), "wort " * 800),
        gloss=Words(("The same in your language",), "词" * 4000),
        draft=Words((Strong("Suggested reply"),), "A line of the reply.\n" * 190),
    ),
    "chinese_bold": card_view(clocks=(("截止", Strong("时间"), "还有", At(DUE)),), title=("案件", Strong("41"))),
    "held": card_view(
        buttons=(UNDO,),
        menu=(),
        choice=None,
        state=(("✅ Approved by ", Person("U0LENA"), " ", At(DUE, "time"), " · sending in 20 s"),),
    ),
    "delivered": card_view(buttons=(), menu=(), choice=None, state=(("Delivered ", At(DUE)),)),
    "unknown_outcome": card_view(
        buttons=(press("settle_sent", "The buyer has it"), press("settle_resend", "Send again", danger=True)),
        state=(("Nobody can tell whether it was delivered",),),
    ),
    "handoff": card_view(
        draft=None,
        gloss=None,
        copy=Words((Strong("Approved text"), ", to be copied"), DRAFT),
        buttons=(
            Button("open_link", "Open claim", f"{CASE}:3", url="https://sellercentral.amazon.com/a-to-z"),
            Button("open_link", "Open order", f"{CASE}:3", url="https://sellercentral.amazon.com/orders"),
            press("submitted", "Submitted…"),
        ),
    ),
    "unsure": card_view(
        choice=Choice("situation", "What is it about?", SITUATIONS, "unsure"), draft=None, gloss=None
    ),
    "bare": card_view(
        clocks=(),
        fields=(),
        buyer=None,
        draft=None,
        gloss=None,
        reasons=(),
        state=(),
        buttons=(),
        menu=(),
        choice=None,
    ),
    "many_fields_and_options": card_view(
        fields=tuple((f"Field {n}", (f"value {n}",)) for n in range(12)),
        menu=tuple(Option(f"entry{n}", f"Entry {n}") for n in range(7)),
    ),
    "in_advance": card_view(
        state=(("Approved in advance by ", Person("U0LENA"), ": if the buyer taps “My money back”, refund"),),
        buttons=(APPROVE, EDIT, DECLINE, press("outcomes", "Approve with outcomes…")),
        menu=(*MENU, Option("fallback", "Approve the fallback in advance"), Option("advance_off", "Take back")),
    ),
    "two_primaries": card_view(buttons=(APPROVE, press("undo", "Undo", primary=True))),
}

ALARM = AlarmView(
    key="alarm:0193-case:amz.atoz:t-1h",
    push="In 45 min Amazon decides claim 123-1234567-1234567 for the buyer",
    text=(
        ("In 45 min (", At(DUE, "time"), ") Amazon decides the claim for the buyer."),
        ("Draft 3 waits for a yes. On call: ", Person("U0LENA", page=True)),
    ),
    buttons=(
        APPROVE,
        Button("acknowledge", "I see to it", f"{CASE}:3:amz.atoz:t-1h"),
        Button("open_link", "Open card", f"{CASE}:3", url="https://cedar-home.slack.com/archives/C0AFTER/p1"),
    ),
    loud=True,
)

LINES: tuple[Rich, ...] = (
    ("María wrote: ", Quote("¿Dónde está mi pedido?\n<!channel> *ya*")),
    (Person("U0LENA"), " approved version 3 at ", At(DUE, "time")),
    ("On call now: ", Person("U0BEN", page=True)),
    (Strong("Delivered"), " · receipt ", Quote("12\u202e34")),
)

EDITOR = EditorView(
    CASE, 3, "Edit reply · case 41 · order 123", DRAFT, 4096, ("Buyer reads Spanish.",), can_send=True
)
FACTS = FactsView(
    CASE,
    3,
    "Facts",
    (
        FactQuestion("tracked", "Is it tracked?", (Option("yes", "Yes"), Option("no", "No")), "yes"),
        FactQuestion(
            "wish", "What does the buyer want?", (Option("refund", "Refund"), Option("", "Unknown")), None
        ),
    ),
)
OUTCOMES = OutcomesView(
    CASE,
    3,
    ("Tick what the buyer's tap may set off.",),
    "Would you like another one, or your money back?",
    (
        OutcomeRow(
            "refund",
            "My money back",
            (Strong("My money back"), ": refund, 24.90 EUR · until ", At(DUE)),
            DRAFT,
            "好的",
        ),
        OutcomeRow("reship", "Another one", (Strong("Another one"), ": another one"), HOSTILE),
        OutcomeRow(
            "part", "A part", (Strong("A part"),), "Here is my mail: a@b.example", against="it names an address"
        ),
    ),
)
FALLBACK = FallbackView(
    CASE, 3, ("If nobody decides, the buyer gets this.",), DRAFT, "好的", ("Sets off: refund, 24.90 EUR",), DUE,
    DUE + timedelta(hours=1), "24.90 EUR", "stamp",
)  # fmt: skip
REASONS = (("tone", "Wrong tone"), ("facts", "Facts are wrong"))
QUEUE = (
    QueueRow(CASE, (Strong("41"), " parcel · due ", At(DUE)), "https://cedar-home.slack.com/archives/C0AFTER/p1"),
    QueueRow("other", ("42 ", Quote("<!here>")), None),
)
WHY = WhyView(
    CASE,
    "A-0007: deadlines",
    (
        (
            (Strong("Answer to the claim"), " (running): due ", At(DUE)),
            (("Start: <!here> claim",), ("Rule x & y",)),
        ),
        (("Answer by a person (met): due ", At(DUE)), (("Length: 24 hours",),)),
    ),
)
DEAD = DeadView(
    (
        DeadRow("019a", ((Strong("A click"), " · slack:T1 · ", At(DUE)), (Quote("not *a* <!here> message"),))),
        DeadRow("019b", ((Strong("Something"), " · telegram:7 · ", At(DUE)), (Quote("ValueError: x"),))),
    ),
    23,
)
