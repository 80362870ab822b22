"""`amends setup` when something is wrong: each failure made true, told in both languages, mended in place."""

from __future__ import annotations

import ast
import asyncio
import socket
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from aiohttp import ClientSession

from bot.brain import STAFF_LANGUAGES, load_book
from bot.setup.second import KINDS
from bot.setup.speaking import Speech
from tests.adapters.proxy import proxying
from tests.scenarios.setting_up import CTRL_C, DOWN, SPACE, Place, place

pytestmark = [pytest.mark.process, pytest.mark.timeout(240), pytest.mark.parametrize("language", STAFF_LANGUAGES)]
WORDS = load_book().words
CLEAR = "\x15"  # Ctrl-U: the line is empty again
Say = Callable[..., str]
Change = Callable[[Place], dict[str, str]]


@pytest.fixture
async def here(tmp_path: Path, language: str) -> AsyncIterator[Place]:
    async with place(tmp_path) as made:
        made.environment["LANG"] = {"en": "en_US.UTF-8", "zh": "zh_CN.UTF-8"}[language]
        yield made


@pytest.fixture
def say(language: str) -> Say:
    """The beginning of what the wizard says there: a screen may break a line, and a prompt is drawn in parts."""
    speech = Speech(WORDS, language)

    def said(key: str, length: int = 12, **params: str) -> str:
        if key.startswith("check."):
            return WORDS.template(f"{key}.what", language).partition("{")[0].strip()[:length]
        return speech.word(key, **params).strip().splitlines()[0][:length]

    return said


def _secrets(here: Place) -> tuple[str, ...]:
    return here.telegram.token, here.slack.bot_token, here.slack.app_token


async def test_an_account_that_does_not_work_is_mended_in_place(here: Place, say: Say) -> None:
    """A wrong token, a webhook, a missing scope, a wrong app-level token, a channel without the bot."""
    here.invite(bot_in=False)
    here.slack.scopes.discard("chat:write")
    async with ClientSession() as session:
        address = here.environment["TELEGRAM_BASE_URL"] + here.telegram.token + "/setWebhook"
        await session.post(address, json={"url": "https://old.example/hook"})
    async with here.owner() as owner:
        await owner.answers("Language / 语言", "")
        await owner.answers(say("telegram_token.ask"), "1000001:AAwrong-token-wrong-token")
        await owner.sees(say("check.telegram.token"))
        await owner.answers(say("telegram_token.ask"), here.telegram.token)
        await owner.sees(say("check.telegram.webhook", 40))
        await owner.answers(say("choice.what"), "")  # the first choice takes it away
        await owner.answers(say("slack_bot_token.ask"), here.slack.bot_token)
        await owner.sees(say("check.slack.scope", 40) + " chat:write")
        here.slack.scopes.add("chat:write")
        await owner.answers(say("slack_bot_token.ask"), "")  # Enter keeps the one that was typed
        await owner.answers(say("slack_app_token.ask"), "xapp-wrong")
        await owner.sees(say("check.slack.app_token", 30))
        await owner.answers(say("slack_app_token.ask"), here.slack.app_token)
        await owner.answers(say("channel.ask"), "")
        await owner.sees("/invite @desk")
        here.invite()
        await owner.sees(say("channel.found", people=""))
        await owner.sees(say("name.ask"))
        owner.types(CTRL_C)
        await owner.sees(say("cancelled"))
        assert await owner.leaves() == 130
        assert not [secret for secret in _secrets(here) if secret in owner.screen]


async def test_a_way_out_is_asked_for_only_where_a_platform_is_not_reachable(here: Place, say: Say) -> None:
    """Its password stands in the file and nowhere else."""
    port = here.environment["TELEGRAM_BASE_URL"].split(":")[2].split("/")[0]
    async with proxying() as proxy:
        proxy.refuses = True
        async with here.owner(SLACK_BASE_URL="http://slack.invalid/slack/api/") as owner:
            await owner.answers("Language / 语言", "")
            await owner.sees("slack.invalid")
            await owner.answers(say("proxy.ask", 6), "nonsense")
            await owner.sees(say("proxy.wrong"))
            owner.types(CLEAR + proxy.url("socks5") + "\r")
            await owner.sees(say("check.reach.proxy"))
            owner.types(CTRL_C)
            assert await owner.leaves() == 130
            assert "s3cret-word" not in owner.screen
        proxy.refuses = False
        code, said = await here.unattended(here.answers(), AMENDS_PROXY=proxy.url("http"))
        assert (code, ("127.0.0.1", int(port)) in proxy.asked) == (0, True), said
    assert "s3cret-word" not in said


_WITH_CEILING = """
[shop]
name = "Cedar Home"
[[staff]]
id = "U0LIN"
roles = ["lead"]
[money]
everybody = {refund = "80 EUR", partial_refund = "80 EUR", replacement = "80 EUR"}
"""


async def test_what_is_typed_wrongly_is_told_and_stays_to_be_mended(here: Place, say: Say) -> None:
    """From an empty token to a mail server that is none; Ctrl-C at the end leaves the shop's file as it was."""
    (here.folder / "shop.toml").write_text(_WITH_CEILING, encoding="utf-8")

    async def wrong(question: str, typed: str, told: str, then: str) -> None:
        await owner.answers(say(question), typed)
        await owner.sees(say(told))
        owner.types(CLEAR + then + "\r")

    async with here.owner() as owner:
        await owner.answers("Language / 语言", "")
        await wrong("telegram_token.ask", "", "needed", here.telegram.token)
        await owner.answers(say("slack_bot_token.ask"), "xapp-1")
        await owner.sees(say("prefix", prefix="xoxb-"))
        owner.types(CLEAR + here.slack.bot_token + "\r")
        await owner.answers(say("slack_app_token.ask"), here.slack.app_token)
        await owner.answers(say("channel.ask"), "")
        await wrong("name.ask", CLEAR, "name.wrong", "Cedar Home")
        await wrong("zone.ask", CLEAR + "Nowhere", "zone.wrong", "UTC")
        await owner.answers(say("hours.ask"), DOWN * 5)
        await wrong("hours.own_ask", "sometimes", "hours.wrong", "sat 22:00-02:00")
        await owner.answers(say("holidays.ask"), "")
        for toggled, told in ((DOWN + SPACE, "leads.needed"), ("", "ceiling.ask")):
            await owner.answers(say("leads.ask"), toggled)
            await owner.answers(say("approvers.ask"), "")
            await owner.answers(say("on_call.ask"), "")
            await owner.sees(say(told))
        owner.types(CLEAR + "sixty\r")
        await owner.sees(say("ceiling.wrong"))
        owner.types(CLEAR + "60 EUR\r")

        await owner.answers(say("second.ask"), _downs("feishu"))
        await wrong(
            "second.address", "nonsense", "second.address_wrong", here.receivers.address("feishu", here.root)
        )
        await owner.answers(say("second.there"), DOWN * 2)  # it has not arrived: this path is left out
        await owner.answers(say("second.ask"), _downs("telegram"))
        await owner.answers(say("second.telegram.wait"), "")  # a key: type the number instead
        await wrong("second.telegram.number", "Cedar", "second.telegram.wrong", "-100123")
        await owner.sees(say("second.failed", 8, why=""))
        await owner.answers(say("second.ask"), _downs("email"))
        await wrong("second.email.from", "desk", "second.email.wrong", "desk@shop.example")
        await wrong("second.email.password", "", "needed", "s3cret-word")
        await wrong("second.email.server", CLEAR + "::", "second.email.server_wrong", "127.0.0.1:1")
        await owner.sees(say("second.email.to"))
        owner.types(CTRL_C)
        await owner.sees(say("cancelled"))
        assert await owner.leaves() == 130
        assert "s3cret-word" not in owner.screen

    assert (here.folder / "shop.toml").read_text() == _WITH_CEILING
    assert not (here.folder / ".env").exists()


def _downs(kind: str) -> str:
    """From the first line of the list to this kind."""
    return DOWN * (1 + KINDS.index(kind))


@pytest.mark.parametrize(
    ("changed", "name", "key"),
    [
        ({"telegram_token": ""}, "telegram_token", "answers.missing"),
        ({"telegram_token": '"1000001:AAwrong-token-wrong-token"'}, "telegram_token", "check.telegram.token"),
        ({"slack_bot_token": '"xapp-1"'}, "slack_bot_token", "prefix"),
        ({"channel": '"nowhere"'}, "channel", "check.slack.channel"),
        ({"name": '" "'}, "name", "name.wrong"),
        ({"zone": '"Asia/Shangai"'}, "zone", "zone.wrong"),
        ({"hours": '"sometimes"'}, "hours", "hours.wrong"),
        ({"holidays": '"atlantis"'}, "holidays", "holidays.wrong"),
        ({"holidays": "7"}, "holidays", "answers.text"),
        ({"leads": '"Lin Na"'}, "leads", "answers.list"),
        ({"leads": '["Nobody"]'}, "leads", "answers.nobody"),
        ({"ceiling": '"sixty"'}, "ceiling", "ceiling.wrong"),
        ({"second_path": '"-100123"'}, "second_path", "second.failed"),
        ({"nmae": '"x"'}, "nmae", "answers.unknown"),
        ({"zone": "Asia/Shanghai"}, "answers", "answers.no_toml"),
    ],
)
async def test_the_first_answer_of_a_file_that_fails_is_named(
    here: Place, language: str, changed: dict[str, str], name: str, key: str
) -> None:
    """With the sentence that a person would have read; nothing is written."""
    code, told = await here.unattended(here.answers(language=f'"{language}"', **changed))

    words = WORDS.template(f"{key}.what" if key.startswith("check.") else f"setup.{key}", language)
    literal = max(words.replace("}", "{").split("{")[::2], key=len)  # the longest stretch without a placeholder
    assert code == 1
    assert f"{name}: " in told
    assert literal.strip() in told
    assert [file.name for file in here.folder.iterdir()] == ["answers.toml"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"second_path": '"https://ntfy.sh"'}, "second_path: an ntfy address ends with its topic"),
        ({"second_path": '"smtp://nobody"'}, "second_path: ?from= takes one mail address"),
    ],
)
async def test_an_address_is_refused_as_env_refuses_it(here: Place, changed: dict[str, str], said: str) -> None:
    code, told = await here.unattended(here.answers(**changed))
    assert (code, said in told) == (1, True), told


def _broken(here: Place) -> dict[str, str]:
    (here.folder / "shop.toml").write_text("[shop\n", encoding="utf-8")
    return {}


def _no_folder(here: Place) -> dict[str, str]:
    return {"AMENDS_SHOP_FILE": "/proc/amends/shop.toml"}


def _open_quote(here: Place) -> dict[str, str]:
    """It swallows what is added below, up to the next quote."""
    (here.folder / ".env").write_text("AMENDS_LOG='json\n", encoding="utf-8")
    return {}


@pytest.mark.parametrize(
    ("change", "key"), [(_broken, "broken_file"), (_no_folder, "not_written"), (_open_quote, "not_editable")]
)
async def test_a_file_that_cannot_be_used_is_left_alone(
    here: Place, language: str, say: Say, change: Change, key: str
) -> None:
    more = change(here)
    before = {file.name: file.read_bytes() for file in here.folder.iterdir()}
    hook = here.receivers.address("feishu", here.root)
    code, told = await here.unattended(here.answers(language=f'"{language}"', second_path=f'"{hook}"'), **more)

    assert (code, say(key, 20, file=".env", said="") in told) == (1, True), told
    assert {file.name: file.read_bytes() for file in here.folder.iterdir() if file.name in before} == before
    assert {file.name for file in here.folder.iterdir()} == {*before, "answers.toml"}


async def test_without_a_terminal_it_says_so(here: Place, say: Say) -> None:
    """Piped or from a service unit: nobody would ever answer."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "setup", cwd=here.folder, env=here.environment,
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await process.communicate()
    assert (process.returncode, say("no_terminal", 30) in said.decode()) == (1, True)
    code, told = await here.unattended("", LANG=here.environment["LANG"])
    assert (code, say("answers.missing", 40, question=say("telegram_token.ask", 40)) in told) == (1, True), told


async def test_a_file_of_answers_that_is_not_there_is_named(here: Place, say: Say) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "setup", "--answers", "no.toml", cwd=here.folder, env=here.environment,
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await process.communicate()
    assert (process.returncode, say("answers.unreadable", 12, file="no.toml", said="") in said.decode()) == (
        1,
        True,
    )


async def test_a_desk_that_ends_by_itself_is_told_with_its_last_words(
    here: Place, language: str, say: Say
) -> None:
    """Its pages' port is another program's: the settings are written all the same."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        answers = here.answers(language=f'"{language}"', start="true")
        code, told = await here.unattended(answers, AMENDS_HTTP_PORT=port)

    assert (code, say("start.ended", 20) in told, port in told) == (3, True, True), told
    assert (here.folder / ".env").exists()


def test_every_failure_of_the_wizard_has_its_test(language: str) -> None:
    """A sentence that tells what went wrong is one that a test of this file has read."""
    tree = ast.walk(ast.parse(Path(__file__).read_text(encoding="utf-8")))
    read = {node.value for node in tree if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    ends = ("wrong", "needed", "failed", ".ended", "cancelled", "_file", "no_terminal", "prefix")
    keys = {key.removeprefix("setup.") for key in WORDS.languages[language] if key.startswith("setup.")}
    failures = {key for key in keys if key.endswith(ends) or key.startswith(("answers.", "not_"))}

    assert len(failures) > 20
    assert failures - read == set()
