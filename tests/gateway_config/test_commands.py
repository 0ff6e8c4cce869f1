"""The command as operators type it: what it does, what it says, and how it ends when something is wrong.

Every refusal is a line or two that say what to mend, and exit status 1; never a traceback.
"""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Connection, select

from channels.desk.passwords import is_right
from gateway_config.command import main
from gateway_config.seed import CATALOGUE, SUBSCRIBERS
from orders.ledger import schema
from orders.ledger.engine import open_engine
from orders.ledger.offers import offers_sold
from orders.ledger.tables import agents, desk_sessions, subscribers
from tests.orders.ledger.bench import ALICE, Bench

PASSWORD = "a long password"
INTENTS = {"balance", "bill", "numbers", "order", "catalogue", "status", "cancel", "help", "optout", "agent", "none"}


class Operator:
    """Types commands, with a configuration of his own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = f"sqlite:///{folder / 'hall.db'}"
        self.config = self.write("hall.toml", f"[database]\nurl = {json.dumps(self.url)}\n")

    def write(self, name: str, text: str) -> Path:
        file = self.folder / name
        file.write_text(text, encoding="utf-8")
        return file

    def types(self, *words: str, stdin: str | None = None) -> Result:
        """A command that works."""
        result = self.tries(*words, stdin=stdin)
        assert result.exit_code == 0, result.output
        return result

    def refused(self, *words: str, stdin: str | None = None) -> str:
        """What a command that does not work says."""
        result = self.tries(*words, stdin=stdin)
        assert result.exit_code == 1 and isinstance(result.exception, SystemExit), result.output
        assert "Traceback" not in result.output
        return result.output.strip()

    def tries(self, *words: str, stdin: str | None = None) -> Result:
        return CliRunner(env={"HALL_CONFIG": str(self.config)}).invoke(main, list(words), input=stdin)

    def sees(self, look: Callable[[Connection], Any]) -> Any:
        engine = open_engine(self.url)
        with engine.begin() as connection:
            found = look(connection)
        engine.dispose()
        return found

    def bench(self) -> Bench:
        return Bench(open_engine(self.url))


@pytest.fixture
def operator(tmp_path: Path) -> Operator:
    operator = Operator(tmp_path)
    operator.types("db", "upgrade")
    return operator


# ── The configuration ────────────────────────────────────────────────────────────────────────────────────────────────

WITH_CONFIGURATION = [
    ["serve"],
    ["check"],
    ["db", "current"],
    ["agents", "list"],
    ["orders", "verify"],
    ["dialogs", "say", "YE", "--config", "none.toml"],
]


@pytest.mark.parametrize("words", WITH_CONFIGURATION, ids=" ".join)
def test_a_configuration_that_is_not_there_is_one_line(
    operator: Operator, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    operator.config = operator.folder / "none.toml"
    monkeypatch.chdir(operator.folder)
    said = operator.refused(*words)
    assert "none.toml:1: cannot be read" in said and "--config" in said and "\n" not in said


def test_the_option_goes_before_the_environment_and_both_before_the_file_that_is_here(
    operator: Operator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Operator(tmp_path_in(tmp_path, "other"))
    assert "none (" in other.types("db", "current").output
    assert "none (" not in other.types("db", "current", "--config", str(operator.config)).output
    monkeypatch.chdir(tmp_path)
    here = CliRunner(env={"HALL_CONFIG": None}).invoke(main, ["db", "current"])
    assert here.exit_code == 0 and "none (" not in here.output


def tmp_path_in(folder: Path, name: str) -> Path:
    (folder / name).mkdir()
    return folder / name


def test_check_finds_nothing_wrong_with_what_is_shipped(operator: Operator) -> None:
    assert operator.types("check").output == "no problems\n"
    assert operator.types("dialogs", "check").output == "no problems\n"


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("[node]\nnmae = 'x'\n", "hall.toml:2: node.nmae: unknown key. Did you mean name?"),
        ("[orders]\nrules = 'none.yaml'\n", "none.yaml:1: cannot be read"),
        ("[web]\nlisten = 'tcp:eighty'\n", "hall.toml:2: web.listen: 'tcp:eighty' is no endpoint"),
        (
            "[[sms.link]]\nname='a'\nsystem_id='x'\nconnect='tcp:smsc'\n",
            "hall.toml:1: sms.link[0]: connect: 'tcp:smsc' is no endpoint",
        ),
        ("[[sms.link]]\nname='a'\nsystem_id='x'\nconnect='tpc:h:1'\n", "Unknown endpoint type: 'tpc'"),
    ],
)
def test_check_names_what_is_wrong_with_its_line(operator: Operator, lines: str, said: str) -> None:
    operator.config = operator.write("hall.toml", lines)
    assert said in operator.refused("check")


def test_check_reads_the_rules_that_the_configuration_names(operator: Operator) -> None:
    rules = operator.write("rules.yaml", "- when: {nonsense: 1}\n")
    operator.config = operator.write("hall.toml", f"[orders]\nrules = {json.dumps(str(rules))}\n")
    assert "rules.yaml:1:" in operator.refused("check")


# ── The database ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_database_is_upgraded_and_says_where_it_is(tmp_path: Path) -> None:
    operator = Operator(tmp_path)
    head = schema.head()
    assert operator.types("db", "current").output == f"none (this version needs {head})\n"
    assert operator.types("db", "upgrade").output == f"from revision none to {head}\n"
    assert operator.types("db", "upgrade").output == f"from revision {head} to {head}\n"
    assert operator.types("db", "current").output == f"{head} (this version needs {head})\n"


NEED_A_DATABASE = [["agents", "list"], ["orders", "export"], ["orders", "verify"], ["agents", "disable", "x"]]


@pytest.mark.parametrize("words", NEED_A_DATABASE, ids=" ".join)
def test_a_database_without_tables_is_told_what_to_do(tmp_path: Path, words: list[str]) -> None:
    assert "Run: hall db upgrade" in Operator(tmp_path).refused(*words)


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    operator = Operator(tmp_path)
    operator.write("hall.db", "this is a letter to my aunt, and no database at all\n" * 100)
    said = operator.refused("db", "upgrade")
    assert "hall.db cannot be used" in said and "[database] url" in said and "\n" not in said


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    operator = Operator(tmp_path)
    operator.write("file", "")
    operator.url = f"sqlite:///{tmp_path}/file/hall.db"
    operator.config = operator.write("hall.toml", f"[database]\nurl = {json.dumps(operator.url)}\n")
    assert "cannot be used" in operator.refused("db", "current")


def test_a_database_that_does_not_answer_is_one_line_without_its_password(tmp_path: Path) -> None:
    operator = Operator(tmp_path)
    operator.config = operator.write(
        "hall.toml", '[database]\nurl = "postgresql+psycopg://hall:hush@127.0.0.1:1/hall"\n'
    )
    said = operator.refused("agents", "list")
    assert "127.0.0.1:1/hall cannot be used" in said and "Is it running" in said
    assert "hush" not in said and "\n" not in said


# ── Imports ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def sold(operator: Operator) -> list[str]:
    return list(operator.sees(lambda connection: offers_sold(connection, time.time())))


def test_the_shipped_catalogue_is_imported(operator: Operator) -> None:
    assert operator.types("catalogue", "import", str(CATALOGUE)).output == "6 offers, 6 of them sold\n"
    assert sold(operator) == ["F800", "TD80T", "G3ZJ", "SJK", "GAT", "HM"]


def test_a_catalogue_from_a_spreadsheet(operator: Operator) -> None:
    rows = "\ufeffcode,keypad,zh,en,price,aliases,sold\nF800,1001,酷派F800,Coolpad F800,699.00,酷派|coolpad,true\n"
    operator.types("catalogue", "import", str(operator.write("offers.csv", rows)))
    assert sold(operator) == ["F800"]


BAD_CATALOGUE = """
- {code: F800, keypad: 1001, zh: 酷派, en: Coolpad, price: twelve}
- {code: SJK, keypad: 2002, zh: 数据卡, en: Data card, price: 99.00}
- {code: GAT, keypad: 2003, zh: 关爱通, price: 5.00}
"""


def test_a_catalogue_with_bad_rows_is_refused_by_line_and_nothing_of_it_is_taken(operator: Operator) -> None:
    operator.types("catalogue", "import", str(CATALOGUE))
    file = operator.write("offers.yaml", BAD_CATALOGUE)
    first, second = operator.refused("catalogue", "import", str(file)).splitlines()
    assert first.startswith(f"{file}:2: price: 'twelve' is no amount") and second.startswith(
        f"{file}:4: en: is missing"
    )
    assert sold(operator) == ["F800", "TD80T", "G3ZJ", "SJK", "GAT", "HM"]


def test_a_file_in_another_encoding_says_so(operator: Operator) -> None:
    file = operator.folder / "offers.csv"
    file.write_bytes("code,keypad,zh,en,price\nF800,1001,酷派,Coolpad,1\n".encode("gbk"))
    assert "is not UTF-8" in operator.refused("catalogue", "import", str(file))
    assert "is not UTF-8" in operator.refused("subscribers", "import", str(file))


def test_a_file_that_is_not_there_is_a_mistake_in_typing(operator: Operator) -> None:
    result = operator.tries("catalogue", "import", "none.yaml")
    assert result.exit_code == 2 and "does not exist" in result.output


def test_subscribers_are_imported_and_bad_ones_refused_by_line(operator: Operator) -> None:
    assert operator.types("subscribers", "import", str(SUBSCRIBERS)).output == "4 subscribers\n"
    rows = "msisdn,language,balance\n8613800138000,en,12.50\n1380,en,1\n8613900139000,fr,1\n8613900139000,en,1.005\n"
    file = operator.write("people.csv", rows)
    lines = operator.refused("subscribers", "import", str(file)).splitlines()
    assert [line.split(": ")[0:2] for line in lines] == [
        [f"{file}:3", "msisdn"],
        [f"{file}:4", "language"],
        [f"{file}:5", "balance"],
    ]
    language = select(subscribers.c.language).where(subscribers.c.subscriber == ALICE)
    assert operator.sees(lambda connection: connection.scalar(language)) == "zh", "nothing half imported"


def test_an_amount_that_no_database_can_hold_is_refused_by_line(operator: Operator) -> None:
    file = operator.write("people.csv", "msisdn,balance\n8613800138000,99999999999999999999\n")
    assert operator.refused("subscribers", "import", str(file)).startswith(f"{file}:2: balance: ")


# ── Agents ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def stored(operator: Operator, name: str) -> str:
    query = select(agents.c.password).where(agents.c.name == name)
    return str(operator.sees(lambda connection: connection.scalar(query)))


def test_an_agent_is_let_in_given_another_password_and_let_in_no_more(operator: Operator) -> None:
    added = operator.types("agents", "add", "li", "--role", "supervisor", "--password-stdin", stdin=f"{PASSWORD}\n")
    assert added.output == "li may sign in as supervisor\n"
    assert is_right(PASSWORD, stored(operator, "li"))
    assert operator.types("agents", "list").output == "li\tsupervisor\tactive\n"
    operator.types("agents", "passwd", "li", "--password-stdin", stdin="another password\n")
    assert is_right("another password", stored(operator, "li"))
    operator.types("agents", "disable", "li")
    assert operator.types("agents", "list").output == "li\tsupervisor\tdisabled\n"
    operator.types("agents", "enable", "li")
    operator.types("agents", "role", "li", "admin")
    assert operator.types("agents", "list").output == "li\tadmin\tactive\n"
    noted = operator.types("audit", "list").output
    acts = ("make", "password", "disable", "enable", "role")
    assert [f"agent_{act}" in noted for act in acts] == [True] * 5


def test_a_new_password_and_being_disabled_end_every_session(operator: Operator) -> None:
    def session(connection: Connection) -> None:
        row = {"token_hash": b"x", "agent": "li", "csrf": "c", "created_at": time.time(), "seen_at": time.time()}
        connection.execute(desk_sessions.insert(), row)

    operator.types("agents", "add", "li", "--password-stdin", stdin=PASSWORD)
    for words in (["passwd", "li", "--password-stdin"], ["disable", "li"]):
        operator.sees(session)
        operator.types("agents", *words, stdin=PASSWORD)
        assert operator.sees(lambda connection: connection.execute(select(desk_sessions)).all()) == []


def test_a_password_is_asked_for_twice_and_not_shown(operator: Operator) -> None:
    result = operator.types("agents", "add", "li", stdin=f"{PASSWORD}\n{PASSWORD}\n")
    assert PASSWORD not in result.output and is_right(PASSWORD, stored(operator, "li"))


@pytest.mark.parametrize("password", ["", "short", "aaaaaaaaaaaa"])
def test_a_password_that_is_easy_to_guess_is_refused(operator: Operator, password: str) -> None:
    assert operator.refused("agents", "add", "li", "--password-stdin", stdin=f"{password}\n").startswith(
        "a password has"
    )
    assert operator.types("agents", "list").output == ""


def test_an_agent_who_is_there_and_one_who_is_not(operator: Operator) -> None:
    operator.types("agents", "add", "li", "--password-stdin", stdin=PASSWORD)
    assert "hall agents passwd li" in operator.refused("agents", "add", "li", "--password-stdin", stdin=PASSWORD)
    assert "wang" in operator.refused("agents", "passwd", "wang", "--password-stdin", stdin=PASSWORD)
    assert "wang" in operator.refused("agents", "disable", "wang")
    result = operator.tries("agents", "add", "wang", "--role", "king", "--password-stdin", stdin=PASSWORD)
    assert result.exit_code == 2 and "supervisor" in result.output


# ── Dialogs ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_script_is_drawn(operator: Operator) -> None:
    drawn = operator.types("dialogs", "graph", "order").output
    assert drawn.startswith("stateDiagram") and "-->" in drawn


def test_a_script_that_is_not_there_is_told_from_those_that_are(operator: Operator) -> None:
    result = operator.tries("dialogs", "graph", "ordr")
    assert result.exit_code == 2 and "there is no script ordr" in result.output and "order" in result.output


def test_a_text_is_understood(operator: Operator) -> None:
    (line,) = operator.types("dialogs", "understand", "ＤＧ f800 2").output.splitlines()
    told = json.loads(line)
    assert (told["intent"], told["slots"]) == ("order", {"offer": "F800", "quantity": 2}) and told["confidence"] > 0.9


def test_texts_are_understood_line_by_line(operator: Operator) -> None:
    texts = ["YE", "账单", "XH888", "SP", "DD", "QX 1000000008", "BZ", "TD", "人工", "", "今天天气不错"]
    lines = operator.types("dialogs", "understand", stdin="\n".join(texts) + "\n").output.splitlines()
    told = [json.loads(line) for line in lines]
    assert [each["intent"] for each in told] == (
        ["balance", "bill", "numbers", "catalogue", "status", "cancel", "help", "optout", "agent", "none", "none"]
    )
    assert {each["intent"] for each in told} <= INTENTS
    assert all(0 <= each["confidence"] <= 1 for each in told)


SAID = {
    "sms": (["YE"], ["您的余额为18.88元。"]),
    "ussd": (["*100#", "1"], ["1 余额", "您的余额为18.88元。"]),
    "ivr": (["1"], ["您的余额为18.88元。"]),
}


@pytest.mark.parametrize("channel", SAID)
def test_hall_is_talked_to_on_each_channel(operator: Operator, channel: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path_in(operator.folder, "empty"))
    texts, answers = SAID[channel]
    output = operator.types("dialogs", "say", "--channel", channel, *texts).output
    for text in texts:
        assert f"> {text}\n" in output
    for answer in answers:
        assert answer in output


def test_a_conversation_is_typed_line_by_line(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path_in(operator.folder, "empty"))
    output = operator.types("dialogs", "say", stdin="DG F800\nY\nDD\n").output
    assert "回复Y" in output and "订单号1000000008" in output and "待客服确认" in output


def test_a_rehearsal_speaks_as_configured_and_never_asks_anybody_outside(operator: Operator) -> None:
    billing = '[billing]\nkind = "tmf654"\nurl = "http://127.0.0.1:1"\n'
    config = operator.write("en.toml", f'[service]\nlanguage = "en"\n{billing}')
    output = operator.types("dialogs", "say", "--config", str(config), "BALANCE").output
    assert "Your balance is 18.88 yuan." in output


def test_a_rehearsal_has_the_balance_of_the_configuration(operator: Operator) -> None:
    config = operator.write("rich.toml", "[billing]\ndefault_balance = 1000.00\n")
    assert "1000.00元" in operator.types("dialogs", "say", "--config", str(config), "YE").output


def test_nothing_said_in_a_rehearsal_is_kept(operator: Operator) -> None:
    operator.types("dialogs", "say", "--config", str(operator.config), "DG F800", "Y")
    assert operator.types("orders", "verify").stdout == "0 orders checked, 0 of them not whole\n"
