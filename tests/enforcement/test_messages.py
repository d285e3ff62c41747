"""Messages against files written by hand from IBM's slides, letter by letter."""

from __future__ import annotations

from pathlib import Path

import pytest

from enforcement.engine.errors import MessageTableError
from enforcement.engine.messages import templates
from enforcement.engine.messages.installing import installed
from enforcement.engine.messages.writer import syslog_line
from enforcement.engine.outcome import Outcome
from enforcement.engine.settings import Empty, Settings, Wording
from policy import settings as matching
from policy.checks import Surroundings
from policy.values.actions import Action
from smf.encode.values import Values
from tests.builders.enforcement.records import SSH2, TLS12, TUNNEL, Connection, policy, stage

GOLDEN = Path(__file__).parents[1] / "data" / "enforcement"
LOGGED = Action("Log-all", syslog_level=4, console=True)
CUT = Action("Cut", syslog_level=2, console=True, reset=True)
PROVIDED: Values = {**TLS12, "source": 2}
CASES: dict[str, tuple[dict[str, Values], Action]] = {
    "tls_logged": ({"TLS": TLS12}, LOGGED),
    "ssh_logged": ({"SSH": SSH2}, LOGGED),
    "ipsec_reset": ({"IPSEC": TUNNEL}, CUT),
    "none_reset": ({}, CUT),
}


def outcome(directory: Path, case: str, settings: Settings) -> Outcome:
    protections, action = CASES[case]
    rules = policy(tls=action, ssh=action, ipsec=action, none=action)
    return stage(directory, rules, settings).play(Connection().at(1, 10.25, protections))[0]


def golden(name: str) -> str:
    return (GOLDEN / f"{name}.txt").read_text("ascii")


@pytest.mark.parametrize("case", CASES)
def test_messages_are_those_of_the_golden_file(tmp_path: Path, case: str) -> None:
    found = outcome(tmp_path, case, Settings())
    lines = [message.text for message in found.syslog]
    lines += [line for message in found.console for line in message.lines]
    assert "\n".join(lines) + "\n" == golden(case)


def test_messages_that_were_held_back_are_those_of_the_golden_file(tmp_path: Path) -> None:
    times = [*range(1, 13), 310.25]
    records = [Connection(number=n).at(1, at) for n, at in enumerate(times, 1)]
    found = stage(tmp_path, policy(none=LOGGED)).play(*records)
    assert [len(one.syslog) for one in found] == [1] * 10 + [0, 0, 2]
    (_, syslog), (_, console) = found[-1].syslog, found[-1].console
    assert "\n".join([syslog.text, *console.lines]) + "\n" == golden("held_back")


@pytest.mark.parametrize(
    ("case", "facts"),
    [
        ("zert_off", {"zert_is_on": False}),
        ("no_audit", {"audits_to_smf": False, "audits_to_nmi": False}),
    ],
)
def test_what_a_mute_stack_says_is_that_of_the_golden_file(
    case: str, facts: dict[str, bool]
) -> None:
    rules = policy(tls=Action("Audit", audit=True))
    found = installed(rules, ("PLEXA", "SYSA", "TCPIP2"), Surroundings(**facts))
    assert "\n".join(line for one in found for line in one.lines) + "\n" == golden(case)


def test_without_blanks_behind_the_keywords(tmp_path: Path) -> None:
    found = outcome(tmp_path, "none_reset", Settings(wording=Wording(blank_after_equals=False)))
    expected = golden("none_reset").replace("= ", "=")
    assert found.syslog[0].text == expected.splitlines()[0]
    assert list(found.console[0].lines) == expected.splitlines()[1:]


def test_empty_values_can_be_left_out(tmp_path: Path) -> None:
    found = outcome(tmp_path, "ipsec_reset", Settings(wording=Wording(empty=Empty.LEFT_OUT)))
    expected = golden("ipsec_reset").splitlines()[0]
    for gone in (" secprotoversion= ", " kex= "):
        assert gone in expected
        expected = expected.replace(gone, "", 1)
    assert found.syslog[0].text == expected


def test_ipv6_and_a_connection_that_the_stack_opened(tmp_path: Path) -> None:
    connection = Connection(remote_ip="2001:db8::7", flags=0x88, more={"local_ip": "2001:db8::1"})
    text = stage(tmp_path, policy(none=LOGGED)).play(connection.at(4, 1))[0].syslog[0].text
    assert "localipaddr= 2001:db8::1 localport= 21 remoteipaddr= 2001:db8::7" in text
    assert "conndir= Outbound" in text


def test_what_zos_would_not_have_observed_is_unknown(tmp_path: Path) -> None:
    record = Connection().at(1, 10, {"TLS": PROVIDED})
    found = stage(tmp_path, policy(tls=LOGGED)).play(record)[0].syslog[0].text
    assert "secprotoversion= Unknown symenc1= Unknown" in found
    every = Settings(matching=matching.Settings(scope=matching.Scope.ALL))
    found = stage(tmp_path, policy(tls=LOGGED), every).play(record)[0].syslog[0].text
    assert "secprotoversion= TLSv1.2 symenc1= AES-256-GCM" in found


@pytest.mark.parametrize(("level", "priority"), [(0, 168), (4, 172), (7, 175)])
def test_a_line_for_syslogd_names_local5_and_the_level(
    tmp_path: Path, level: int, priority: int
) -> None:
    rules = policy(none=Action("Log", syslog_level=level))
    found = stage(tmp_path, rules).play(Connection().at(1, 10))[0].syslog[0]
    assert syslog_line(found) == f"<{priority}>Jan 15 12:00:10 SYSA TRMD: {found.text}"


def test_names_that_no_file_could_carry_are_written_as_in_a_file(tmp_path: Path) -> None:
    rules = policy(none=Action("Größe {1}", syslog_level=4))
    text = stage(tmp_path, rules).play(Connection().at(1, 10))[0].syslog[0].text
    assert text.endswith("rule= none-rest action= Gr__e__1_")
    unnamed = stage(tmp_path, policy(none=Action(syslog_level=4))).play(Connection().at(1, 10))
    assert unnamed[0].syslog[0].text.endswith("action= zAct1")


HEAD = "id,destination,line_no,template,optional,confidence,source\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("id,template\n", "the columns are not"),
        (HEAD + "EZZ8583I,syslogd\n", "line 2 has another number of columns"),
        (HEAD + "A,s,1,t,no,confirmed,x\n" * 2, "line 3 has `A` a second time"),
        (HEAD + "A,s,1,t,no,sure,x\n", "line 2 has a confidence or flag unknown here"),
        (HEAD + "A,s,1,t,maybe,confirmed,x\n", "line 2 has a confidence or flag unknown here"),
        (HEAD + "A,s,1,t,no,confirmed,x\n", "there is no text for EZZ8583I"),
    ],
)
def test_a_damaged_table_is_refused(text: str, message: str) -> None:
    with pytest.raises(MessageTableError, match=message):
        templates.parse(text)


def test_only_the_messages_about_suppression_are_ours() -> None:
    table = templates.load()
    ours = {name for name in templates.NEEDED if table[name].confidence == "provisional"}
    assert ours == {templates.HELD_BACK, templates.CONSOLE_HELD_BACK}
    assert {table[name].confidence for name in set(templates.NEEDED) - ours} == {"confirmed"}
