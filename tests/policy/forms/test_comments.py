"""Lines that people write into a policy file stay in it: which rule or rule set keeps them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from policy.checks import check
from policy.diff import diff
from policy.documents import from_yaml, to_yaml
from policy.errors import ValueInvalidError
from policy.model import Policy, RuleSet
from policy.parser import parse
from policy.vocabulary import Protocol
from policy.writer import write
from tests.policy.samples import ARTICLE, TLS

FILE = """\
## zERT Policy Agent Configuration file for:
## End of Zertify information
# Site policy, kept in version control

# Ask before changing
#@author me
#@ name "TLS general"
ZERTRule G   # behind the name
{
  # within the braces
  Priority 5 # behind a value
  SecurityProtocol TLS
  ZERTActionRef a
  # at the end of it
}
## FTP
# old clients
ZERTRule F
{
  Priority 4
  SecurityProtocol SSH
  RemoteAddrGroupRef hosts
  ZERTActionRef a
}
# both rules allow
ZERTAction a
{
# nothing in it
}
# the hosts of FTP
IpAddrGroup hosts
{
  IpAddrRef one
}
IpAddr one
{
  Addr 10.1.1.1 # the first of them
}
# the end
"""
TLS_LINES = (
    *("Site policy, kept in version control", "both rules allow", "nothing in it"),
    "the end",
)
SSH_LINES = ("the hosts of FTP", "the first of them")


def test_no_line_of_a_file_written_by_hand_is_lost() -> None:
    tls, ssh = parse(FILE).policy.rule_sets
    assert tls.comments == TLS_LINES
    assert ssh.comments == SSH_LINES
    (rule,), (ftp,) = tls.rules(), ssh.rules()
    assert rule.comments == (
        *(
            "Ask before changing",
            "author me",
            "behind the name",
            "within the braces",
            "behind a value",
        ),
        "at the end of it",
    )
    assert ftp.comments == ("FTP", "old clients")


def test_each_rule_set_of_a_file_has_its_own_lines_above_its_name() -> None:
    tls, ssh = parse(FILE).policy.rule_sets
    text = write(Policy((tls, ssh)))
    assert "# both rules allow\n# nothing in it\n# the end\n#@ rule-set TLS" in text
    assert "# the hosts of FTP\n# the first of them\n#@ rule-set SSH" in text
    assert parse(text).policy == Policy((tls, ssh))


def test_lines_of_a_rule_set_without_a_rule_stay_too() -> None:
    bare = Policy((RuleSet("bare", Protocol.SSH, comments=("to be filled", "by the net team")),))
    assert parse(write(bare)).policy == bare
    assert parse('#@ rule-set SSH "bare" ""\n# below\n').policy.rule_sets[0].comments == ("below",)


def test_a_block_that_no_program_wrote_is_no_header() -> None:
    by_hand = "## Rules of the site\n## since 2026\n" + FILE[FILE.index("# Ask") :]
    rule = parse(by_hand).policy.rule_sets[0].rules()[0]
    assert rule.comments[:3] == ("Rules of the site", "since 2026", "Ask before changing")


def test_a_line_too_long_for_one_becomes_several() -> None:
    tls = parse(FILE.replace("the end", "x" * 700)).policy.rule_sets[0]
    assert [len(one) for one in tls.comments[-2:]] == [500, 200]


def test_lines_above_the_rules_are_in_documents_differences_and_checks() -> None:
    said = Policy((replace(TLS, comments=("costs 5 €",)),))
    assert from_yaml(to_yaml(said)) == said
    (edit,) = diff(ARTICLE, said).edits
    assert str(edit) == "TLS: what stands above the rules changed (comments)"
    found = [one for one in check(said) if one.code == "not-in-code-page"]
    assert [str(one.place) for one in found] == ["Company TLS / comments"]
    with pytest.raises(ValueInvalidError, match="begins with # or @"):
        replace(TLS, comments=("@x",))
