"""`amends setup`: from an empty folder to the first card, and the files it leaves behind."""

from __future__ import annotations

import asyncio
import signal
import ssl
import tomllib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiosmtpd.smtp import AuthResult
from dotenv import dotenv_values

from bot.settings import read_settings
from bot.setup.envfile import edited as env_edited
from bot.setup.second import KINDS
from bot.setup.shopfile import edited as shop_edited
from bot.setup.wish import PersonWish, ShopWish
from bot.shop import read_shop
from flows.policy import Policy
from flows.values import Money
from tests.adapters.mail import Letters, mail_server, own_certificate
from tests.scenarios.setting_up import CTRL_C, DOWN, SPACE, Owner, Place, living_in, place

pytestmark = [pytest.mark.process, pytest.mark.timeout(240)]


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Place]:
    async with place(tmp_path) as made:
        yield made


def _secrets(here: Place) -> tuple[str, ...]:
    return here.telegram.token, here.slack.bot_token, here.slack.app_token


async def _accounts(owner: Owner, here: Place) -> None:
    await owner.answers("The bot's token", here.telegram.token)
    await owner.sees("This is Cedar Home (@cedarhome_bot)")
    await owner.answers("The bot token (xoxb", here.slack.bot_token)
    await owner.answers("The app-level token (xapp", here.slack.app_token)


async def _shop(owner: Owner, *, ceiling: str = "60 EUR", second: bool = False) -> None:
    """All about the shop; `second`: up to the question for a second path."""
    await owner.answers("The shop's name", "Cedar Home")
    await owner.answers("time zone", "")
    await owner.answers("When is somebody", DOWN)
    await owner.answers("Whose public holidays", "")
    await owner.answers("Who is called", SPACE)
    await owner.answers("Who approves", "")
    await owner.answers("outside of working hours", "")
    await owner.answers("Up to what refund", "\x15" + ceiling)
    if second:
        return
    await owner.answers("How else can your staff be reached?", "")


async def test_an_owner_gets_from_nothing_to_the_first_card(here: Place) -> None:
    """The desk then goes on in that window until Ctrl-C; no token was ever on the screen."""
    async with here.owner() as owner:
        await owner.answers("Language / 语言", "")
        await owner.sees("can be reached")
        await _accounts(owner, here)
        await owner.answers("Which channel?", "")
        await owner.sees("with: ")
        await _shop(owner)
        await owner.sees("Written: .env, shop.toml")
        await owner.answers("Start the desk now", "")
        await owner.sees("Now write to your bot in Telegram: Cedar Home (@cedarhome_bot)")
        here.telegram.buyer(5001).say("Where is my parcel? Order 408-1234567-1234567")
        await owner.sees("your desk works")
        await owner.sees("goes on here until Ctrl-C")
        owner.types(CTRL_C)
        await owner.sees("The desk is stopped")
        assert await owner.leaves() == 0
        screen = owner.screen

    assert not [secret for secret in _secrets(here) if secret in screen]
    assert "manifest_yaml=" in screen
    assert (here.folder / ".env").stat().st_mode & 0o777 == 0o600
    written = dotenv_values(here.folder / ".env")
    assert (written["TELEGRAM_BOT_TOKEN"], written["SLACK_CHANNEL"]) == (here.telegram.token, "C0DESK")
    policy = read_shop(here.folder / "shop.toml", Policy())
    assert (policy.name, policy.zone, policy.leads) == ("Cedar Home", "Asia/Shanghai", ("U0BEN",))
    assert policy.hours is not None
    assert {str(each) for each in policy.money.ceilings["everybody"].each.values()} == {str(Money(6000, "EUR"))}
    assert len(here.slack.messages("C0DESK")) >= 1


async def test_chinese_all_the_way_and_left_with_ctrl_c(here: Place) -> None:
    """Nothing is written before the end; what was there stays, byte for byte."""
    (here.folder / ".env").write_text("# mine\nAMENDS_LOG=json\n", encoding="utf-8")
    async with here.owner(LANG="zh_CN.UTF-8") as owner:
        await owner.answers("Language / 语言", "")
        await owner.sees("都能连上")
        await owner.answers("机器人的 token", "1000001:AAwrong-token-wrong-token")
        await owner.sees("Telegram 不认识这个机器人的 token")
        await owner.answers("机器人的 token", here.telegram.token)
        await owner.answers("bot token（xoxb", here.slack.bot_token)
        await owner.answers("app-level token（xapp", here.slack.app_token)
        await owner.answers("用哪个频道", "")
        await owner.answers("店铺名称", '雪松 "家"')
        await owner.sees("时区")
        owner.types(CTRL_C)
        await owner.sees("已退出，什么都没有写入")
        assert await owner.leaves() == 130

    assert [file.name for file in here.folder.iterdir()] == [".env"]
    assert (here.folder / ".env").read_text() == "# mine\nAMENDS_LOG=json\n"


async def test_a_file_of_answers_sets_up_without_a_question(here: Place) -> None:
    """And once more: what is left out is kept, nothing is lost, the old files stand beside."""
    code, said = await here.unattended(here.answers())
    assert code == 0, said
    shop = (here.folder / "shop.toml").read_text()
    tables = tomllib.loads(shop)
    assert [row["opens"] for row in tables["hours"]] == ["09:00", "13:30"]
    assert tables["days_off"]["holidays"] == "cn"
    assert {row["id"]: row.get("on_call") for row in tables["staff"]} == {"U0LIN": None, "U0BEN": True}

    shop += "\n[replies]\nundo_seconds = 30 # mine\n"
    (here.folder / "shop.toml").write_text(shop)
    code, said = await here.unattended('name = "Fir & Co"\n')
    assert code == 0, said
    assert (here.folder / "shop.toml").read_text() == shop.replace("Cedar Home", "Fir & Co")
    assert {file.name for file in here.folder.iterdir()} >= {".env.old", "shop.toml.old"}
    assert (here.folder / ".env.old").stat().st_mode & 0o777 == 0o600


async def _all_but_the_second_path(owner: Owner, here: Place) -> None:
    await owner.answers("Language / 语言", "")
    await _accounts(owner, here)
    await owner.answers("Which channel?", "")
    await _shop(owner, second=True)


def _downs(kind: str) -> str:
    """From the first line of the list, "by Slack alone" or "that is all", to this kind."""
    return DOWN * (1 + KINDS.index(kind))


async def test_second_paths_are_tried_by_a_message_and_kept(here: Place) -> None:
    """A webhook with its secret, then the staff's own group, found by adding the bot."""
    address, _, secret = here.receivers.address("feishu", here.root).removeprefix("feishu+").partition("#")
    async with here.owner() as owner:
        await _all_but_the_second_path(owner, here)
        await owner.answers("How else", _downs("feishu"))
        await owner.answers("The address", "nonsense")
        await owner.sees("Copy the whole address")
        owner.types("\x15" + address + "\r")
        await owner.answers("The signing secret", "not-the-secret")
        await owner.sees("The test message did not go out: feishu refused it (code 19021)")
        await owner.answers("How else", _downs("feishu"))
        await owner.answers("The address", address)
        await owner.answers("The signing secret", secret)
        await owner.answers("Has it arrived?", DOWN)  # again
        await owner.answers("Has it arrived?", "")
        await owner.sees("That is all: feishu")
        owner.types(_downs("telegram") + "\r")
        await owner.sees("I look every few seconds")
        here.telegram.add_to_group(-1001234567890, "Cedar staff")
        await owner.answers("Which group?", "")
        await owner.answers("Has it arrived?", "")
        await owner.answers("How else", "")
        await owner.answers("Start the desk now", DOWN)
        assert await owner.leaves() == 0
        assert secret not in owner.screen

    assert [each.kind for each in here.receivers.received] == ["feishu", "feishu"]
    assert [each["text"].splitlines()[0] for each in here.telegram.sent(-1001234567890)] == [
        "Amends: a test of the alarm paths"
    ]
    settings = read_settings(here.environment, here.folder / ".env")
    assert settings.second.names == ("telegram", "feishu")


async def test_a_second_path_by_mail_in_chinese(here: Place, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A wrong password is told, and only what was wrong has to be typed again."""
    letters = Letters()
    certificate, key = own_certificate(tmp_path_factory.mktemp("tls"))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)

    def known(_server: object, _session: object, _envelope: object, _mechanism: str, login: object) -> AuthResult:
        return AuthResult(success=getattr(login, "password", b"") == b"p@ss word")

    trusting = {"SSL_CERT_FILE": str(certificate), "LANG": "zh_CN.UTF-8"}
    async with (
        mail_server(letters, offered=context, authenticator=known, auth_required=True) as port,
        here.owner(**trusting) as owner,
    ):
        await owner.answers("Language / 语言", "")
        await owner.answers("机器人的 token", here.telegram.token)
        await owner.answers("bot token（xoxb", here.slack.bot_token)
        await owner.answers("app-level token（xapp", here.slack.app_token)
        await owner.answers("用哪个频道", "")
        await owner.answers("店铺名称", "雪松")
        await owner.answers("时区", "")
        await owner.answers("什么时候有人值守", "")
        await owner.answers("节假日休息", "")
        for question in ("时限快到时呼叫谁", "谁来批准", "下班时间可以呼叫谁"):
            await owner.answers(question, "")
        await owner.answers("还能通过什么方式找到员工", _downs("email"))
        await owner.answers("发信的邮箱地址", "desk")
        await owner.sees("请写邮箱地址")
        owner.types("@shop.example\r")
        await owner.answers("SMTP 密码或授权码", "wrong")
        await owner.answers("邮件服务器和端口", f"\x15127.0.0.1:{port}")
        await owner.answers("收信人", "，ana@shop.example")
        await owner.sees("测试消息没有发出去")
        await owner.answers("还能通过什么方式找到员工", _downs("email"))
        await owner.answers("发信的邮箱地址", "")
        await owner.answers("SMTP 密码或授权码", "p@ss word")
        await owner.answers("邮件服务器和端口", "")
        await owner.answers("收信人", "")
        await owner.answers("收到了吗", "")
        await owner.answers("就这些：email", "")
        await owner.answers("现在启动服务台", DOWN)
        assert await owner.leaves() == 0
        assert "p@ss" not in owner.screen

    (letter,) = letters.taken
    assert (letter["Subject"], letter["To"]) == ("Amends：提醒通道测试", "desk@shop.example, ana@shop.example")
    (mailbox,) = read_settings(here.environment, here.folder / ".env").second.mailboxes.values()
    assert (mailbox.password, mailbox.tls, mailbox.port) == ("p@ss word", "starttls", port)
    written = (here.folder / ".env").read_text()
    assert "# 提醒的第二通道：电子邮件。\nAMENDS_SMTP_URL=" in written


async def test_second_paths_by_a_file_of_answers(here: Place) -> None:
    """They take the place of those before; the file's own list of paths follows; none takes them away."""
    hook, push = here.receivers.address("wecom", here.root), here.receivers.address("ntfy", here.root)
    code, said = await here.unattended(here.answers(second_path=f'["{hook}", "{push}"]', ceiling='"80 EUR"'))
    assert code == 0, said
    assert [each.kind for each in here.receivers.received] == ["wecom", "ntfy"]
    with (here.folder / "shop.toml").open("a", encoding="utf-8") as file:
        file.write('\n[alarms]\npaths = ["ntfy", "wecom"] # mine\n')

    code, said = await here.unattended(f'second_path = "{push}"\n')
    assert code == 0, said
    settings = read_settings(here.environment, here.folder / ".env")
    shop = here.folder / "shop.toml"
    assert (settings.second.names, read_shop(shop, Policy()).paths) == (("ntfy",), ("ntfy",))
    assert "# mine" in shop.read_text()
    code, said = await here.unattended('second_path = "none"\nceiling = "none"\n')
    assert code == 0, said
    assert read_settings(here.environment, here.folder / ".env").second.names == ()
    assert (read_shop(shop, Policy()).paths, read_shop(shop, Policy()).money.ceilings) == ((), {})


async def test_a_desk_does_not_outlive_the_window_it_was_started_in(here: Place) -> None:
    """The window is closed while the wizard waits for the first card."""
    async with here.owner() as owner:
        await _all_but_the_second_path(owner, here)
        await owner.answers("How else", "")
        await owner.answers("Start the desk now", "")
        await owner.sees("Now write to your bot in Telegram")
        await here.telegram.wait_for_poll()
        (desk,) = living_in(here.folder) - {owner.child.pid}
        owner.child.kill(signal.SIGHUP)
        await owner.leaves()

    assert not (await asyncio.to_thread(Path(f"/proc/{desk}").exists))


@pytest.mark.parametrize(
    "value", ["it's", 'a "b" c', "two\nlines", "a # b", "${HOME} $x", "back\\slash", " 空 格 "]
)
def test_hostile_values_read_back_as_they_were_written(tmp_path: Path, value: str) -> None:
    file = tmp_path / ".env"
    file.write_text(
        env_edited("# top\nA='old # x' # note\nexport B=1\n", {"A": value, "NEW": value}, str), "utf-8"
    )
    assert dotenv_values(file, interpolate=False) == {"A": value, "B": "1", "NEW": value}

    wish = ShopWish(value, "UTC", "en", people={"U0ANA": PersonWish(value, ("lead",), on_call=True)})
    tables = tomllib.loads(shop_edited("", wish, str))
    assert (tables["shop"]["name"], tables["staff"][0]["name"]) == (value, value)


def test_lines_that_are_not_ours_stay() -> None:
    old = "# mine\n\nAMENDS_LOG=json  # for the collector\nSLACK_CHANNEL=old # the room\nbroken line here\n"
    new = env_edited(old, {"SLACK_CHANNEL": "C0NEW", "AMENDS_PROXY": ""}, str)
    assert new == old.replace("=old", "=C0NEW")
