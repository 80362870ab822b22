"""What runs the desk elsewhere: the container's files and the systemd unit agree with the code they start."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.running import LEAVE_S
from bot.settings import VARIABLES

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
UNIT = (ROOT / "deploy" / "amends.service").read_text()
INSTALL = (ROOT / "deploy" / "install.sh").read_text()
IGNORED = (ROOT / ".dockerignore").read_text().splitlines()
DOCKERFILE = (ROOT / "Dockerfile").read_text()


def _unit(name: str) -> str:
    (value,) = re.findall(rf"^{name}=(.*)$", UNIT, re.MULTILINE)
    return str(value)


def test_whoever_stops_the_desk_waits_until_it_has_finished() -> None:
    """Killed sooner, a reply on its way would come back as unknown, for a person to settle."""
    assert int(COMPOSE["services"]["amends"]["stop_grace_period"].removesuffix("s")) > LEAVE_S
    assert int(_unit("TimeoutStopSec")) > LEAVE_S


def test_every_package_of_the_product_is_in_the_image() -> None:
    """A new folder at the top would start here and nowhere else."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = {name.rstrip("*") for name in project["tool"]["setuptools"]["packages"]["find"]["include"]}
    (copied,) = re.findall(r"^for part in (.*); do$", INSTALL, re.MULTILINE)
    let_in = {line[1:] for line in IGNORED if line.startswith("!")}

    assert wanted <= set(copied.split())
    assert set(copied.split()) | {"requirements.lock", "deploy/install.sh"} == let_in


def test_only_known_settings_are_set() -> None:
    """A variable that was renamed would be ignored in silence."""
    named = set(re.findall(r"\b(AMENDS_[A-Z_]+)=", DOCKERFILE + UNIT))
    assert named | set(COMPOSE["services"]["amends"]["environment"]) <= set(VARIABLES)


def test_a_second_shop_shares_no_folder_and_no_port() -> None:
    """The lines that compose.yaml keeps for it, taken out of their comment."""
    text = re.sub(r"^  # (fir:|  )", r"  \1", (ROOT / "compose.yaml").read_text(), flags=re.MULTILINE)
    first, second = (yaml.safe_load(text)["services"][name] for name in ("amends", "fir"))
    for name in ("env_file", "volumes", "ports"):
        mine, others = ([each.pop(name)] if name == "env_file" else each.pop(name) for each in (first, second))
        assert not set(mine) & set(others), name
    assert first == second
    assert "/var/lib/amends" not in UNIT.partition("[Service]")[2], "%N: the unit's own name"


def test_nobody_is_root_and_secrets_stay_out() -> None:
    assert "USER amends" in DOCKERFILE
    assert DOCKERFILE.index("USER amends") < DOCKERFILE.index("ENTRYPOINT")
    assert _unit("DynamicUser") == "yes"
    assert IGNORED[1] == "*"
    assert not any(".env" in line for line in IGNORED)


def test_logs_are_turned_over() -> None:
    assert {each["logging"]["options"]["max-size"] for each in COMPOSE["services"].values()} == {"10m"}


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed here")
def test_systemd_understands_the_unit(tmp_path: Path) -> None:
    """A misspelt line would only be warned of in the journal, and not be in force."""
    unit = tmp_path / "amends.service"
    unit.write_text(UNIT.replace("/opt/amends/bin/amends run", "/bin/true"))
    done = subprocess.run(  # noqa: S603 - the system's own checker on our own file
        ["systemd-analyze", "verify", str(unit)],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
