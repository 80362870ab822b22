"""`amends check`: each finding made true, against the sandbox, and told with what to do."""

from __future__ import annotations

import ast
import asyncio
import json
import re
import socket
import sqlite3
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from click.testing import CliRunner
from sqlalchemy import Connection, select

from adapters.probing import probe
from adapters.slack.checking import SCOPES
from bot import ailing, housekeeping
from bot.brain import STAFF_LANGUAGES, checked_days, load_book
from bot.checks import all as everything
from bot.checks import examine, here, outside
from bot.checks.checkup import Checkup
from bot.checks.outside import Reached
from bot.cli import main
from bot.lock import FileLock
from bot.migrating import upgrade
from bot.settings import Settings, read_settings
from bot.shop import read_shop
from bot.store import codec
from bot.store.database import Database
from bot.store.tables import outbox
from bot.terminal import language_of
from flows.events import ProblemsFound
from flows.policy import Policy
from flows.ports import Item
from flows.problems import Problem, problem
from flows.rich import plain
from flows.values import DEFAULT_SHOP
from flows.view.problems import notice, worded
from sandbox.wire import Fault
from tests.adapters import slack_bench, telegram_bench
from tests.adapters.proxy import proxying

BOOK = load_book()


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
async def telegram() -> AsyncIterator[telegram_bench.Bench]:
    async with telegram_bench.bench() as made:
        yield made


@pytest.fixture
async def slack() -> AsyncIterator[slack_bench.Bench]:
    async with slack_bench.bench() as made:
        yield made


def _settings(folder: Path, telegram: telegram_bench.Bench, slack: slack_bench.Bench, **more: str) -> Settings:
    given = {
        "TELEGRAM_BOT_TOKEN": telegram.sandbox.token,
        "TELEGRAM_BASE_URL": f"{telegram.base}/bot",
        "TELEGRAM_BASE_FILE_URL": f"{telegram.base}/file/bot",
        "SLACK_BOT_TOKEN": slack.slack.bot_token,
        "SLACK_APP_TOKEN": slack.slack.app_token,
        "SLACK_BASE_URL": slack.url,
        "SLACK_CHANNEL": "after-sales",
        "AMENDS_DATA_DIR": str(folder),
    }
    return read_settings({**given, **more}, folder / "no.env")


@pytest.fixture
def settings(tmp_path: Path, telegram: telegram_bench.Bench, slack: slack_bench.Bench) -> Settings:
    return _settings(tmp_path, telegram, slack)


async def _found(settings: Settings) -> dict[str, Problem]:
    return {each.key: each for each in await examine(settings, BOOK.rules, now)}


def _said(found: Problem, language: str = "en") -> str:
    return " ".join(plain(part) for part in worded(found, BOOK.words, language))


async def test_where_all_is_well_nothing_is_said(settings: Settings) -> None:
    """Also before the first start: that there is no database yet is no problem."""
    assert await _found(settings) == {}
    assert list(settings.data_dir.iterdir()) == [], "looking leaves nothing behind"


@pytest.mark.parametrize(
    ("changed", "key", "words"),
    [
        ({"TELEGRAM_BOT_TOKEN": "1000001:AAwrong-token-wrong-token"}, "telegram.token", "@BotFather"),
        ({"TELEGRAM_BOT_TOKEN": "no token at all"}, "telegram.token", "@BotFather"),
        ({"SLACK_BOT_TOKEN": "xoxb-wrong"}, "slack.token", "Bot User OAuth Token"),
        ({"SLACK_APP_TOKEN": "xapp-wrong"}, "slack.app_token", "connections:write"),
        ({"SLACK_CHANNEL": "nowhere"}, "slack.channel", "/invite @amends"),
        ({"SLACK_CHANNEL": "general"}, "slack.channel", "does not have the bot in it"),
    ],
)
async def test_a_wrong_account_is_fatal_and_says_where_to_look(
    tmp_path: Path, telegram: telegram_bench.Bench, slack: slack_bench.Bench, changed: dict[str, str], key: str,
    words: str,
) -> None:  # fmt: skip
    found = await _found(_settings(tmp_path, telegram, slack, **changed))

    assert set(found) == {key}
    assert found[key].fatal
    assert words in _said(found[key])


async def test_a_platform_that_answers_with_failures_is_away(
    settings: Settings, telegram: telegram_bench.Bench, slack: slack_bench.Bench
) -> None:
    """Its trouble, not a wrong token: there is nothing to mend here but to wait."""
    telegram.sandbox.faults.add(Fault("server_error", times=9, status=502))
    slack.slack.faults.add(Fault("server_error", "auth.test", times=9, status=503))
    found = await _found(settings)

    assert set(found) == {"telegram.away", "slack.away"}
    assert "Nothing is lost" in _said(found["telegram.away"])
    assert "status.slack.com" in _said(found["slack.away"])


async def test_a_channel_whose_members_nobody_may_list_is_named(
    settings: Settings, slack: slack_bench.Bench
) -> None:
    """As a workspace does where an administrator restricts the app."""
    slack.slack.faults.add(Fault("error", "conversations.members", code="no_permission"))
    found = await _found(settings)

    assert (set(found), found["slack.members"].fatal) == ({"slack.members"}, True)
    assert "users:read" in _said(found["slack.members"])


async def test_a_missing_scope_is_named_with_what_is_lost(settings: Settings, slack: slack_bench.Bench) -> None:
    """One that only a private channel needs does not stop a shop that has none."""
    slack.slack.scopes.discard("groups:history")
    (found,) = (await _found(settings)).values()

    assert (found.key, found.fatal) == ("slack.scope", False)
    assert "lacks the scope groups:history Without it: the same in a private channel." in _said(found)


async def test_a_scope_that_everything_needs_is_fatal(settings: Settings, slack: slack_bench.Bench) -> None:
    slack.slack.scopes.discard("chat:write")
    assert [each.fatal for each in (await _found(settings)).values()] == [True]


async def test_people_whom_the_channel_does_not_know_are_named(
    settings: Settings, slack: slack_bench.Bench
) -> None:
    """A typing error in a member id, and somebody who is at the shop but not in the channel."""
    slack.slack.add_person("U0TOMAS", "tomas", real_name="Tomás Ruiz")
    policy = replace(settings.policy, leads=(slack.lena.id, "U0TOMAS", "U0TYPO"))
    found = await examine(replace(settings, policy=policy), BOOK.rules, now)

    assert [(each.key, each.fatal) for each in found] == [
        ("slack.person_absent", False),
        ("slack.person_unknown", False),
    ]
    assert "Tomás Ruiz" in _said(found[0])
    assert "U0TYPO, whom Slack does not know" in _said(found[1])


async def test_a_webhook_in_the_way_is_fatal(settings: Settings, telegram: telegram_bench.Bench) -> None:
    set_webhook = f"{telegram.base}/bot{telegram.sandbox.token}/setWebhook"
    async with (
        ClientSession() as session,
        session.post(set_webhook, json={"url": "https://old.example/hook"}) as answer,
    ):
        assert answer.status == 200
    found = await _found(settings)

    assert set(found) == {"telegram.webhook"}
    assert "deleteWebhook" in _said(found["telegram.webhook"])


async def test_another_reader_of_the_bot_is_told(settings: Settings, telegram: telegram_bench.Bench) -> None:
    """An older desk on somebody's laptop takes half of the messages; nobody would know where they went."""
    stranger = await telegram.started()
    async with telegram_bench.polling(stranger, telegram.shelf):
        await telegram.sandbox.wait_for_poll()
        found = await _found(settings)

    assert set(found) == {"telegram.reader"}
    assert not found["telegram.reader"].fatal


async def test_our_own_service_is_no_stranger(settings: Settings, telegram: telegram_bench.Bench) -> None:
    """Beside the running desk nobody polls: that alone would disturb it."""
    (settings.data_dir / "amends.db").touch()
    lock = FileLock(settings.data_dir / "amends.db.lock")
    lock.take()
    try:
        await _found(settings)
    finally:
        lock.release()

    assert telegram.asked() == []


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


async def test_a_closed_door_is_told_from_a_platform_that_is_not_there(
    tmp_path: Path, telegram: telegram_bench.Bench, slack: slack_bench.Bench
) -> None:
    """Refused, and unknown by name: each has its own line, and the proxy as the way out."""
    base = f"http://127.0.0.1:{_free_port()}"
    found = await _found(_settings(tmp_path, telegram, slack, TELEGRAM_BASE_URL=f"{base}/bot"))
    assert set(found) == {"reach.refused"}
    assert "AMENDS_PROXY" in _said(found["reach.refused"])

    unknown = await _found(_settings(tmp_path, telegram, slack, SLACK_BASE_URL="http://no.such.invalid/api/"))
    assert set(unknown) == {"reach.name"}
    assert "no.such.invalid" in _said(unknown["reach.name"])


async def test_silence_and_a_cut_line_are_told_apart(
    tmp_path: Path, telegram: telegram_bench.Bench, slack: slack_bench.Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A network that swallows packets, and one that cuts the connection."""
    monkeypatch.setattr("adapters.probing.PATIENCE_S", 2.0)

    async def hang(reader: Any, writer: Any) -> None:
        await reader.read()
        writer.close()

    async def cut(_reader: Any, writer: Any) -> None:
        writer.transport.abort()

    for handler, key in ((hang, "reach.silent"), (cut, "reach.broken")):
        server = await _serve(handler)
        port = server.sockets[0].getsockname()[1]
        found = await _found(_settings(tmp_path, telegram, slack, SLACK_BASE_URL=f"http://127.0.0.1:{port}/"))
        server.close()
        assert set(found) == {key}


async def _serve(handler: Any) -> Any:
    return await asyncio.start_server(handler, "127.0.0.1", 0)


async def test_a_strange_certificate_is_no_reason_to_send_anything(
    tmp_path: Path, telegram: telegram_bench.Bench, slack: slack_bench.Bench
) -> None:
    """A plain server where TLS is expected stands for whoever listens on the way."""
    plain_server = f"https://127.0.0.1:{slack.url.split(':')[2].split('/')[0]}/"
    found = await _found(_settings(tmp_path, telegram, slack, SLACK_BASE_URL=plain_server))

    assert set(found) == {"reach.certificate"}


async def test_a_proxy_that_refuses_is_named(
    tmp_path: Path, telegram: telegram_bench.Bench, slack: slack_bench.Bench
) -> None:
    async with proxying() as proxy:
        proxy.refuses = True
        found = await _found(_settings(tmp_path, telegram, slack, AMENDS_PROXY=proxy.url("socks5")))
    assert set(found) == {"reach.proxy"}


async def test_a_second_path_that_nobody_reaches_is_named(
    tmp_path: Path, telegram: telegram_bench.Bench, slack: slack_bench.Bench
) -> None:
    """Else it would be found on the night it is needed. What is there says nothing."""
    away = f"https://127.0.0.1:{_free_port()}/?token=s3cret {slack.url}"
    letters = "smtp+plain://127.0.0.1:1/?from=a@b.example&to=c@d.example"
    more = {"AMENDS_WEBHOOK_URL": away, "AMENDS_SMTP_URL": letters, "AMENDS_TELEGRAM_STAFF_CHAT": "900"}
    found = await examine(_settings(tmp_path, telegram, slack, **more), BOOK.rules, now)

    assert [(each.key, each.fatal, dict(each.params)["path"]) for each in found] == [
        ("second.away", False, "webhook"),
        ("second.away", False, "email"),
    ]
    assert "amends alarms test" in _said(found[0])
    assert "s3cret" not in "".join(map(_said, found))


async def test_a_clock_that_is_wrong_is_seen_by_what_servers_say(
    settings: Settings,
) -> None:
    """Both platforms agree that ours is fast; one alone could be wrong itself."""
    early = await everything.examine(settings, BOOK.rules, lambda: now() + timedelta(minutes=5))
    late = await everything.examine(settings, BOOK.rules, lambda: now() - timedelta(minutes=5))

    assert [each.key for each in early] == ["clock.fast"]
    assert [each.key for each in late] == ["clock.slow"]
    assert outside.clock([Reached([], timedelta(minutes=5)), Reached([], timedelta(seconds=1))]) == []
    assert outside.clock([Reached([])]) == []


async def test_a_server_that_tells_no_time_is_an_answer_all_the_same() -> None:
    async def nothing(_request: web.Request) -> web.StreamResponse:
        return web.Response(headers={"Date": "yesterday"})

    app = web.Application()
    app.router.add_route("*", "/{any:.*}", nothing)
    async with TestServer(app) as server:
        assert await probe(str(server.make_url("/")), None, "Slack") is None


async def test_the_databases_troubles_are_told(settings: Settings) -> None:
    """A damaged file, one of a newer version, one whose changes are still to be made."""
    file = settings.data_dir / "amends.db"
    file.write_bytes(b"this is no database" * 100)
    (damaged,) = await here.database(settings)
    assert (damaged.key, damaged.fatal) == ("database.trouble", True)
    assert "amends restore" in _said(damaged)
    file.unlink()

    database = Database(settings.database_url)
    await upgrade(database)
    await database.close()
    assert await here.database(settings) == []
    _stamp(file, "0001")
    (older,) = await here.database(settings)
    assert (older.key, older.fatal) == ("database.older", False)
    _stamp(file, "9999")
    (newer,) = await here.database(settings)
    assert (newer.key, newer.fatal) == ("database.newer", True)


def _stamp(file: Path, revision: str) -> None:
    connection = sqlite3.connect(file)
    connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))
    connection.commit()
    connection.close()


def test_a_full_disk_a_refused_folder_and_a_file_in_the_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Little room is a warning, none is fatal."""
    usage = type("Usage", (), {"free": 500_000_000})
    monkeypatch.setattr("shutil.disk_usage", lambda _folder: usage)
    assert [(each.key, each.fatal) for each in here.disk(tmp_path)] == [("disk.full", False)]
    usage.free = 1_000_000  # type: ignore[attr-defined] # made above
    assert [(each.key, each.fatal) for each in here.disk(tmp_path)] == [("disk.full", True)]
    usage.free = 10_000_000_000  # type: ignore[attr-defined]
    monkeypatch.setattr("os.access", lambda *_: False)  # the tests may run as root, whom nothing refuses
    assert [each.key for each in here.disk(tmp_path / "not" / "yet")] == ["disk.refused"]
    (tmp_path / "file").touch()
    assert [each.key for each in here.disk(tmp_path / "file")] == ["disk.no_folder"]


def test_rules_that_nobody_has_looked_at_for_long_are_named() -> None:
    assert list(here.rules(BOOK.rules, date(2026, 11, 25))) == []
    (stale,) = here.rules(BOOK.rules, date(2030, 1, 1))
    assert (stale.key, stale.fatal) == ("rules.stale", False)
    assert "amends rules show" in _said(stale)


def test_days_off_that_another_version_would_move_are_named() -> None:
    """They move deadlines by a day, so each is worth a look."""
    assert list(here.days_off(checked_days())) == []
    (moved,) = here.days_off(checked_days().replace("2026-11-26 =", "2026-11-19 ="))
    assert (moved.key, moved.fatal) == ("days.moved", False)
    assert "- 2026-11-19 aliexpress.us: Thanksgiving Day" in _said(moved)


SHOP = """
[shop]
zone = "Asia/Shanghai"
[[hours]]
days = "mon-sat"
opens = "09:00"
closes = "18:00"
"""


@pytest.mark.parametrize(
    ("shifts", "count", "first"),
    [
        (["mon-sat 09:00-18:00"], 0, ""),
        (["mon-fri 08:00-20:00"], 4, "2026-11-28 09:00-18:00"),
        (["mon-sat 09:00-12:00", "mon-sat 12:10-18:00"], 0, ""),  # a handover
        (["mon-sat 09:00-12:00", "mon-sat 13:30-18:00"], 24, "2026-11-25 12:00-13:30"),
    ],
)
def test_working_hours_without_anybody_on_shift_are_named(
    tmp_path: Path, shifts: list[str], count: int, first: str
) -> None:
    """Our targets count that time and alarms fall into it."""
    file = tmp_path / "shop.toml"
    file.write_text(f'{SHOP}[[staff]]\nid = "U0LIN"\nshifts = {json.dumps(shifts)}\n', encoding="utf-8")
    found = list(here.staffing(read_shop(file, Policy()), datetime(2026, 11, 25, tzinfo=UTC)))

    counted = [(each.key, dict(each.params)["count"]) for each in found]
    assert counted == [("staff.missing", str(count))] * bool(count)
    assert all(dict(each.params)["times"].startswith(first) and not each.fatal for each in found)


def test_without_people_the_shops_hours_are_staffed(tmp_path: Path) -> None:
    """Everybody in the channel counts; and a shop without hours has none to be missing."""
    file = tmp_path / "shop.toml"
    file.write_text(SHOP, encoding="utf-8")

    assert list(here.staffing(read_shop(file, Policy()), now())) == []
    assert list(here.staffing(Policy(), now())) == []


def test_the_command_tells_scripts_by_its_exit_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    """Without any setting: every missing one, in the terminal's language, and code 2."""
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["check", "--json"], env={"LANG": "zh_CN.UTF-8"})
    found = json.loads(result.output)

    assert result.exit_code == 2
    assert [each["key"] for each in found] == ["setting.missing"] * 4
    assert found[0]["what"] == "缺少 TELEGRAM_BOT_TOKEN"
    shown = CliRunner().invoke(main, ["check", "--language", "en"])
    assert "4 must be mended, 0 should be." in shown.output


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "de_DE"}, "en"),
        ({"LANG": "C"}, "en"),
    ],
)
def test_the_terminals_language(environment: dict[str, str], language: str) -> None:
    assert language_of(environment) == language


def test_every_problem_that_the_code_names_has_its_words() -> None:
    """Three sentences each, in every language, with just the parameters that are given."""
    root = Path(__file__).parents[2]
    named = set()
    for folder in ("bot", "adapters"):
        for file in (root / folder).rglob("*.py"):
            text = file.read_text()
            named |= set(re.findall(r'\bproblem\(\s*"([a-z_.]+)"', text))
            named |= {f"setting.{key}" for key in re.findall(r'\.wrong\(\s*"([a-z_]+)"', text)}
            named |= (
                set(re.findall(r'"((?:reach|telegram|slack)\.[a-z_]+)"', text)) if "problem(" in text else set()
            )
    named |= {"clock.fast", "clock.slow"}
    keys = BOOK.words.languages["en"].keys()
    worded_keys = {key.removeprefix("check.").rpartition(".")[0] for key in keys if key.startswith("check.")}

    assert named - worded_keys == set()
    assert {key for key in worded_keys if f"check.{key}.what" in keys} == named
    for key in named:
        for language in STAFF_LANGUAGES:
            for part in ("what", "why", "mend"):
                assert f"check.{key}.{part}" in BOOK.words.languages[language]


def test_every_finding_is_made_true_by_a_test() -> None:
    """Each key stands in an assertion, or a table of cases, of the files that make findings true."""
    tests = Path(__file__).parents[1]
    asserted: set[object] = set()
    others = ("scenarios/test_shops.py", "bot/test_settings.py", "bot/test_missing_wheels.py")
    for file in (Path(__file__), *(tests / other for other in others)):
        for function in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) and function.name.startswith("test_"):
                lines = [node for node in ast.walk(function) if isinstance(node, ast.Assert | ast.For)]
                looked_at = [*lines, *function.decorator_list]
                asserted |= {n.value for line in looked_at for n in ast.walk(line) if isinstance(n, ast.Constant)}
    keys = {key.removeprefix("check.").removesuffix(".what") for key in BOOK.words.languages["en"]
            if key.startswith("check.") and key.endswith(".what")}  # fmt: skip

    assert len(keys) > 30
    assert keys - asserted == set()


def test_a_problem_is_a_value() -> None:
    assert problem("x", b="2", a="1") == Problem("x", False, (("a", "1"), ("b", "2")))


class _Shelf:
    def __init__(self) -> None:
        self.items: list[Item] = []

    async def store(self, items: Sequence[Item]) -> None:
        self.items += items


async def test_the_running_service_examines_itself(settings: Settings, slack: slack_bench.Bench) -> None:
    """What does not stop the start becomes an event, and one message a day for the same list."""
    shelf = _Shelf()
    checkup = Checkup(shelf, settings, BOOK.rules, now)
    assert await checkup.once() == []
    assert shelf.items == []
    slack.slack.scopes.discard("groups:history")
    await checkup.once()
    (item,) = shelf.items
    event = codec.decode_any(item.raw)
    assert isinstance(event, ProblemsFound)

    database = Database(settings.database_url)
    await upgrade(database)
    at = datetime(2026, 11, 25, 23, 59, tzinfo=UTC)

    def keep(connection: Connection) -> None:
        for after in (timedelta(), timedelta(seconds=30), timedelta(minutes=2)):
            housekeeping.keep(connection, DEFAULT_SHOP, BOOK, Policy(), [("1", event)], at + after, at + after)

    def rows(connection: Connection) -> list[str]:
        return list(connection.execute(select(outbox.c.body).order_by(outbox.c.dedupe_key)).scalars())

    await database.write(keep)
    bodies = await database.read(rows)
    await database.close()
    assert len(bodies) == 2, "the second within a day is the first; a new day tells again"
    view = notice(ailing.told(bodies[0]).problems, "k", BOOK.words, "zh")
    said = [plain(line) for line in view.text]
    assert said[:2] == ["服务台已运行，但有问题需要处理", "• Slack 应用缺少权限 groups:history"]
    assert "Bot Token Scopes 中添加 groups:history" in said[2]


def test_a_long_list_is_cut_with_the_number_left_out() -> None:
    many = [problem("disk.full", folder=f"/{number}", free="1") for number in range(11)]
    view = notice(many, "k", BOOK.words, "en")
    assert plain(view.text[-1]) == "… and 3 more: run `amends check`"
    assert len(view.text) == 1 + 2 * 8 + 1


def test_the_scopes_looked_for_are_those_of_the_manifest() -> None:
    """One added there and not here would be missed by nobody until it is needed."""
    manifest = yaml.safe_load((Path(__file__).parents[2] / "slack-manifest.yaml").read_text())
    assert sorted(SCOPES) == sorted(manifest["oauth_config"]["scopes"]["bot"])
