"""Files that were written by hand say what people meant by them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from policy import dialects
from policy.attributes import Direction
from policy.errors import CodePageError, WriteError
from policy.model import Policy, Requirement, Rule, RuleSet
from policy.numbering import priorities
from policy.parser import parse, parse_bytes
from policy.values.actions import Action
from policy.values.names import NamePattern
from policy.vocabulary import Protocol
from policy.writer import (
    Header,
    image_line,
    pasearch_view,
    profile_statements,
    reformat,
    syslogd_rule,
    write,
)
from tests.policy.samples import ARTICLE, DATA, REST, TLS, TN3270


def test_the_articles_scenario_is_written_as_the_golden_file() -> None:
    golden = (DATA / "article.policy").read_text()
    assert write(ARTICLE, header=Header("SYSA", "TCPIP", revision="7")) == golden
    assert parse(golden).policy == ARTICLE
    assert reformat(golden) == golden


def test_a_header_says_all_it_is_given_on_lines_of_its_own() -> None:
    text = write(Policy(), header=Header(digest="ab\ncd", history=("2026-01-15 admin",)))
    assert "## SHA-256: ab cd\n## Install history: 2026-01-15 admin\n## Dialect: zpol-0 (" in text


def test_a_file_written_by_hand_is_read_with_any_priorities_and_sub_statements() -> None:
    found = parse_bytes((DATA / "by_hand.policy").read_bytes())
    assert not found.findings
    tls, none = found.policy.rule_sets
    assert tls.general
    assert tls.general.name == "TLS-General~1"
    assert tls.general.requirement == Requirement.of(
        Protocol.TLS, "tlsReq1~TLS12plus", version="TLSv1.2 TLSv1.3"
    )
    (exception,) = tls.specific
    assert str(exception.traffic.remote) == "10.20.0.0/16, 10.1.1.1"
    assert str(exception.traffic.local_ports) == "992"
    assert exception.traffic.direction is Direction.INBOUND
    assert exception.comments == ("Until all clients are replaced",)
    assert tls.catch_all
    assert tls.catch_all.action == Action("zAct2~AuditLog", syslog_level=4, audit=True)
    assert none.general is none.catch_all is None
    assert none.specific[0].action == Action(console=True, reset=True)
    assert str(none.specific[0].traffic.local_ports) == "20-21"
    assert found.lines["TLS", "TLS-CatchAll~3"] == 28
    assert found.comments[0].text.startswith("TLS 1.2 or later;")


def test_equal_priorities_are_evaluated_by_name() -> None:
    rule = "ZERTRule {}\n{{\nPriority 5\nSecurityProtocol SSH\nJobname X\nZERTAction\n{{\n}}\n}}\n"
    found = parse(rule.format("b") + rule.format("a"))
    assert [one.name for one in found.policy.rule_sets[0].rules()] == ["a", "b"]


def test_equal_names_are_told_apart_in_the_file_and_restored() -> None:
    both = Policy((ARTICLE.rule_sets[0], RuleSet("ssh", Protocol.SSH, catch_all=REST)))
    text = write(both)
    assert '#@ name "Rest"\nZERTRule                          Rest~2\n' in text
    assert parse(text).policy == both
    assert "policyRule:             Rest~2" in pasearch_view(both, "TCPIP")


def test_the_view_has_the_lines_of_pasearch() -> None:
    """Layout: that of AT-TLS in IBM's documents; our own lines are Effect and those behind it."""
    rule = replace(TN3270, traffic=replace(TN3270.traffic, user=NamePattern("TCPIP")))
    text = pasearch_view(Policy((replace(TLS, specific=(rule,)),)), "TCPIP")
    (found,) = [part for part in text.split("\n\n") if part.startswith("policyRule:   ")][1:2]
    assert [" ".join(line.split()) for line in found.split("\n")] == [
        "policyRule: TN3270",
        "Rule Type: ZERT",
        "Version: 3 Status: Active",
        "Weight: 89900 ForLoadDist: False",
        "Priority: 89900 Sequence Actions: Don't Care",
        "No. Policy Action: 1",
        "policyAction: Allow",
        "ActionType: ZERT",
        "Action Sequence: 0",
        "Effect: allow silently",
        "ZERT Condition Summary: NegativeIndicator: Off",
        "Local Address: FromAddr: All ToAddr: All",
        "Remote Address: FromAddr: 10.1.1.1 ToAddr: 10.20.255.255",
        "LocalPortFrom: 992 LocalPortTo: 992",
        "RemotePortFrom: 0 RemotePortTo: 0",
        "JobName: TN3270* UserId: TCPIP",
        "ServiceDirection: Inbound",
        "Version: TLSv1.1",
        "Remote addresses: 10.1.1.1, 10.20.0.0/16",
    ]


def test_what_does_not_fit_is_not_written() -> None:
    long = RuleSet("x", Protocol.TLS, None, (Rule("x" * 33),))
    with pytest.raises(WriteError, match="longer than 32"):
        write(Policy((long,)))
    many = RuleSet("x", Protocol.NONE, None, tuple(Rule(str(n)) for n in range(90_000)))
    with pytest.raises(WriteError, match="are more than there are priorities"):
        priorities(many)
    with pytest.raises(CodePageError, match="neither"):
        parse_bytes(b"\xff \xff")


def test_other_files_of_the_stack_get_their_lines() -> None:
    assert image_line("/etc/pagent/TCPIP.zert") == "ZERTConfig /etc/pagent/TCPIP.zert"
    assert "SMFCONFIG TYPE119 ZERTDETAILBYPOLICY" in profile_statements(ARTICLE)
    assert "NETMONITOR ZERTSERVICEBYPOLICY" in profile_statements(ARTICLE, to_nmi=True)
    assert "EZZ8565I" in profile_statements(ARTICLE, to_smf=False)
    assert "BYPOLICY" not in profile_statements(Policy())
    assert syslogd_rule(ARTICLE, "/var/log/zert.log") == "local5.notice    /var/log/zert.log\n"
    assert syslogd_rule(Policy(), "/var/log/zert.log") == ""
    for path in ("", "/a b", "/a#b"):
        with pytest.raises(WriteError):
            image_line(path)
    with pytest.raises(WriteError):
        syslogd_rule(ARTICLE, "zert.log")


def test_a_dialect_of_a_site_changes_spelling_and_nothing_else() -> None:
    text = (DATA.parents[2] / "policy" / "dialects" / "zpol-0.toml").read_text()
    changed = (
        text.replace('"ZERTRule"', '"ZertPolicyRule"')
        .replace('repetition = "repeat"', 'repetition = "list"')
        .replace('yes = "Yes"', 'yes = "On"')
        + '\n[spelling.tls_version]\n"TLSv1.2" = "TLS12"\n'
    )
    dialect = dialects.read(changed)
    written = write(ARTICLE, dialect)
    assert "ZertPolicyRule" in written
    assert "  Version                         TLS12 TLSv1.3\n" in written
    assert "AuditRecord                     On" in written
    assert parse(written, dialect).policy == ARTICLE
    assert not parse(written).ok
