"""A password in a URL that is written wrongly stands in no message, for none says the URL again."""

from __future__ import annotations

import pytest

from eventdb.cli import main

SECRETS = ("hunter", "twenty7")


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:hunter@twenty7@127.0.0.1:1/x",
        "postgresql://me:hunter/twenty7@127.0.0.1:1/x",
        "postgresql://me:12/hunter@127.0.0.1:1/x",
        "postgresql://me:hunter?twenty7@127.0.0.1:1/x",
        "postgresql://me:hunter#twenty7@127.0.0.1:1/x",
        "postgresql://me:hunter%twenty7@127.0.0.1:1/x",
        "postgresql://me:hunter%zz@127.0.0.1:1/x",
        "postgresql://me:[hunter@127.0.0.1:1/x",
        "postgresql://me:hunter:twenty7@127.0.0.1:1/x",
        "postgresql://me:hunter%40twenty7@127.0.0.1:1/x",
        "postgresql://me:hunter@127.0.0.1:port/x",
        "mysql://me:hunter@127.0.0.1:1/x",
        "me:hunter@127.0.0.1:1/x",
    ],
)
@pytest.mark.parametrize("command", [["views"], ["psql", "-c", "select 1"], ["db", "status"], ["roles", "show"]])
@pytest.mark.parametrize("by", ["option", "environment"])
def test_no_message_holds_a_password(
    command: list[str], url: str, by: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    at = ["--db", url] if by == "option" else []
    monkeypatch.setattr("sys.argv", ["eventdb", *command[:1], *(command[1:] if command[0] != "psql" else []), *at,
                                     *(command[1:] if command[0] == "psql" else [])])  # fmt: skip
    if by == "environment":
        monkeypatch.setenv("EVENTDB_URL", url)
    with pytest.raises(SystemExit) as ended:
        main.main()
    assert ended.value.code == 2
    printed = capfd.readouterr()
    said = printed.out + printed.err
    assert said
    assert not any(secret in said for secret in SECRETS), said
