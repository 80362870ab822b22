"""The environment, read once: whatever is wrong stops the start, all of it listed, each with its remedy."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.brain import load_book
from bot.settings import VARIABLES, Settings, SettingsError, read_settings
from flows.problems import problem
from flows.rich import plain
from flows.view.problems import worded

GOOD = {
    "TELEGRAM_BOT_TOKEN": "7:secret",
    "SLACK_BOT_TOKEN": "xoxb-secret",
    "SLACK_APP_TOKEN": "xapp-secret",
    "SLACK_CHANNEL": "#after-sales",
}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder: no .env, no shop.toml."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _problems(environment: dict[str, str], language: str = "en") -> list[str]:
    """Each in one line: what is wrong, and how to mend it."""
    with pytest.raises(SettingsError) as error:
        read_settings(environment)
    told = [worded(each, load_book().words, language) for each in error.value.problems]
    return [f"{plain(what)}: {plain(mend)}" for what, _, mend in told]


def test_four_variables_are_enough(home: Path) -> None:
    """Everything else has a default that suits one shop on one machine."""
    found = read_settings(GOOD)

    assert found.telegram_base_url == "https://api.telegram.org/bot"
    assert found.slack_base_url == "https://slack.com/api/"
    assert found.slack_channel == "after-sales"
    assert found.database_url == "sqlite:///data/amends.db"
    assert (found.http_host, found.http_port, found.clock_file) == ("127.0.0.1", 8080, None)
    assert found.policy.undo == timedelta(seconds=20)


def test_every_problem_is_listed_at_once_with_its_remedy(home: Path) -> None:
    """Mending one line a start is how evenings are lost."""
    (home / "shop.toml").write_text("[shop]\nzone = 'Mars'\n")
    problems = _problems(
        {
            "SLACK_BOT_TOKEN": "xapp-swapped",
            "SLACK_BASE_URL": "slack.com",
            "DATABASE_URL": "mysql://root:hunter2@db/x",
            "AMENDS_HTTP_PORT": "http",
            "AMENDS_UNDO_SECONDS": "an hour",
        }
    )
    listed = "\n".join(problems)

    assert len(problems) == 9
    for part in (
        "TELEGRAM_BOT_TOKEN is missing: In Telegram write to @BotFather",
        "SLACK_BOT_TOKEN does not start with xoxb-: that is another token: It is on the Slack app",
        "SLACK_APP_TOKEN is missing: It is on the Slack app's page under Basic Information",
        "SLACK_CHANNEL is missing: It is the channel's name or id, such as after-sales. Write it into .env",
        "SLACK_BASE_URL: slack.com is not an http or https address: Leave the line out for the real service.",
        "DATABASE_URL is not an address we can use: Write sqlite:///FILE or postgresql://",
        "AMENDS_HTTP_PORT: http is not a port number: Write 0 to 65535",
        "shop.toml: line 2: shop.zone: 'Mars' is not an IANA time zone",
        "AMENDS_UNDO_SECONDS: an hour is not a number of seconds: Write 0 to 600",
    ):
        assert part in listed
    assert "hunter2" not in listed


@pytest.mark.parametrize(
    ("name", "value", "key"),
    [
        ("TELEGRAM_BASE_URL", "ftp://x", "setting.url"),
        ("TELEGRAM_BASE_URL", "https://", "setting.url"),
        ("TELEGRAM_BASE_FILE_URL", "http://[half", "setting.url"),
        ("SLACK_BASE_URL", "http://host:port/", "setting.url"),
        ("SLACK_BASE_URL", "http://host:99999/", "setting.url"),
        ("TELEGRAM_BOT_TOKEN", "", "setting.missing"),
        ("SLACK_BOT_TOKEN", "xapp-swapped", "setting.prefix"),
        ("AMENDS_HTTP_PORT", "65536", "setting.port"),
        ("AMENDS_HTTP_PORT", "-1", "setting.port"),
        ("AMENDS_HTTP_PORT", "\u00b2", "setting.port"),
        ("AMENDS_UNDO_SECONDS", "601", "setting.seconds"),
        ("AMENDS_UNDO_SECONDS", "\u0663", "setting.seconds"),
        ("DATABASE_URL", "nonsense", "setting.database"),
        ("DATABASE_URL", "postgresql://u:p@host:port/x", "setting.database"),
        ("AMENDS_DATA_DIR", "~nobody-of-that-name/x", "setting.home"),
        ("AMENDS_PROXY", "proxy.example:8080", "setting.proxy"),
        ("AMENDS_PROXY", "http://proxy.example", "setting.proxy"),
        ("TELEGRAM_PROXY", "ftp://proxy.example:21", "setting.proxy"),
        ("SLACK_PROXY", "socks5://proxy.example:port", "setting.proxy"),
        ("AMENDS_LOG", "xml", "setting.one_of"),
        ("AMENDS_LOG_LEVEL", "loud", "setting.one_of"),
        ("AMENDS_PUBLIC_URL", "shop.example", "setting.maybe_url"),
        ("AMENDS_HEARTBEAT_URL", "hc.example/ping", "setting.maybe_url"),
        ("AMENDS_TELEGRAM_STAFF_CHAT", "staff", "setting.staff_chat"),
        ("AMENDS_WEBHOOK_URL", "ntfy.sh/topic", "setting.webhook"),
        ("AMENDS_SMTP_URL", "smtp://mail.example", "setting.mailbox"),
    ],
)
def test_a_wrong_value_is_a_problem_not_a_traceback(home: Path, name: str, value: str, key: str) -> None:
    """Whatever was pasted, one line names the variable and says what to write."""
    with pytest.raises(SettingsError) as error:
        read_settings({**GOOD, name: value})

    (found,) = error.value.problems
    assert (found.key, dict(found.params)["name"]) == (key, name)


def test_a_wrong_shop_file_is_named(home: Path) -> None:
    """Each of its lines is a problem of its own; a second path that .env lacks as well."""
    with pytest.raises(SettingsError) as folder:
        read_settings({**GOOD, "AMENDS_SHOP_FILE": "."})
    (home / "shop.toml").write_text('[alarms]\npaths = ["feishu"]\n')
    with pytest.raises(SettingsError) as path:
        read_settings(GOOD)

    assert [each.key for each in folder.value.problems] == ["setting.shop"]
    assert [each.key for each in path.value.problems] == ["setting.path"]


def test_they_are_told_in_chinese_too(home: Path) -> None:
    """Whoever sets the desk up may read nothing else; names of variables and pages stay as they are written."""
    first, second, *_ = _problems({"SLACK_BOT_TOKEN": "xapp-swapped"}, "zh")

    assert first.startswith(
        "缺少 TELEGRAM_BOT_TOKEN: 在 Telegram 里给 @BotFather 发 /newbot，复制 token。请把它写进 .env"
    )
    assert second.startswith("SLACK_BOT_TOKEN 不是以 xoxb- 开头")


@pytest.mark.parametrize(("value", "port"), [("0", 0), ("65535", 65535), (" 8081 ", 8081), ("", 8080)])
def test_ports_at_the_edge_are_taken(home: Path, value: str, port: int) -> None:
    """0 picks a free one; an empty variable counts as left out."""
    assert read_settings({**GOOD, "AMENDS_HTTP_PORT": value}).http_port == port


def test_the_log_can_be_chosen(home: Path) -> None:
    """Plain on a terminal and JSON elsewhere unless somebody says otherwise; what must stay secret is known."""
    found = read_settings({**GOOD, "AMENDS_LOG": "JSON", "AMENDS_LOG_LEVEL": "Debug"})
    unasked = read_settings(GOOD)

    assert (found.log_shape, found.log_level) == ("json", "debug")
    assert (unasked.log_shape, unasked.log_level) == (None, "info")
    assert found.secrets == ("7:secret", "xoxb-secret", "xapp-secret", "")


def test_one_proxy_for_all_or_one_for_each(home: Path) -> None:
    """Where only Telegram is blocked, Slack need not take the long way."""
    far = {**GOOD, "AMENDS_PROXY": "socks5://lena:hunter2@10.0.0.1:1080"}
    all_of_it, one_direct = read_settings(far), read_settings({**far, "SLACK_PROXY": "direct"})
    own = read_settings({**GOOD, "TELEGRAM_PROXY": "http://127.0.0.1:3128"})

    assert all_of_it.telegram_proxy == all_of_it.slack_proxy == far["AMENDS_PROXY"]
    assert (one_direct.telegram_proxy, one_direct.slack_proxy) == (far["AMENDS_PROXY"], None)
    assert (own.telegram_proxy, own.slack_proxy) == ("http://127.0.0.1:3128", None)
    assert "hunter2" not in repr(all_of_it)
    assert {far["AMENDS_PROXY"], "hunter2"} <= set(all_of_it.secrets)


def test_a_wrong_proxy_is_named_once_and_not_repeated(home: Path) -> None:
    """Two adapters would read the same mistake; its password is in neither line."""
    (problem,) = _problems({**GOOD, "AMENDS_PROXY": "socks9://lena:hunter2@10.0.0.1:1080"})

    assert problem.startswith("AMENDS_PROXY is not the address of a proxy: Write http://HOST:PORT")
    assert "hunter2" not in problem


def test_the_undo_window_of_the_environment_wins_over_the_shops(home: Path) -> None:
    """Somebody tries it out without touching the file; everything else of the file stands."""
    (home / "shop.toml").write_text("[shop]\nname = 'Cedar'\n[replies]\nundo_seconds = 60\n")

    assert read_settings(GOOD).policy.undo == timedelta(seconds=60)
    tried = read_settings({**GOOD, "AMENDS_UNDO_SECONDS": "0"}).policy
    assert (tried.undo, tried.name) == (timedelta(), "Cedar")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_the_environment_wins_over_the_file(home: Path, encoding: str) -> None:
    """Also when an editor put a byte order mark before the first name."""
    lines = [f"{name}={value}" for name, value in GOOD.items()]
    (home / ".env").write_text("\n".join([*lines, "AMENDS_HTTP_PORT=9000", "UNRELATED=1"]), encoding=encoding)

    assert read_settings({}).http_port == 9000
    assert read_settings({"AMENDS_HTTP_PORT": "9001"}).http_port == 9001
    assert read_settings({}).telegram_bot_token == "7:secret"


def test_a_file_that_is_not_utf8_is_named(home: Path) -> None:
    """Saved by an old editor: the remedy instead of a traceback."""
    (home / ".env").write_text("SLACK_CHANNEL=café", encoding="utf-16")

    with pytest.raises(SettingsError) as error:
        read_settings(GOOD)

    assert error.value.problems == [problem("setting.encoding", fatal=True, file=".env")]


def test_secrets_are_not_shown(home: Path) -> None:
    """Settings end up in logs and tracebacks; tokens and the database's password must not (invariant 12)."""
    found = read_settings({**GOOD, "DATABASE_URL": "postgresql://u:secret@h/x", "SLACK_SIGNING_SECRET": "secret"})

    assert "secret" not in repr(found)
    assert {name for name in VARIABLES if name in repr(found)} == set()


def test_the_example_shows_every_variable_and_no_other() -> None:
    """What the example does not show, nobody sets; what it shows and nobody reads, misleads."""
    example = Path(__file__).parents[2] / ".env.example"
    shown = {line.split("=")[0] for line in example.read_text().splitlines() if "=" in line and line[0].isupper()}

    assert shown == set(VARIABLES)


def test_slack_addresses_end_in_a_slash(home: Path) -> None:
    """Method names are appended to it."""
    found: Settings = read_settings({**GOOD, "SLACK_BASE_URL": "http://127.0.0.1:9/api"})

    assert found.slack_base_url == "http://127.0.0.1:9/api/"
