"""The vocabulary agrees with the codes of the records, and faults in it are named."""

from __future__ import annotations

import pytest

from policy import vocabulary
from policy.errors import ValueInvalidError, VocabularyError
from policy.vocabulary import KINDS, Attribute, Protocol
from smf import codes

ENUMERATIONS = {
    "tls_version": "tls_protocol_version",
    "ssh_version": "ssh_protocol_version",
    "encryption": "symmetric_encryption",
    "authentication": "message_authentication",
    "tls_key_exchange": "tls_key_exchange",
    "ssh_key_exchange": "ssh_key_exchange",
}
HEAD = "kind,name,codes,aliases,confidence,source\n"
WHOLE = "".join(f"{kind},Unknown,0,,confirmed,x\n" for kind in ENUMERATIONS)


@pytest.mark.parametrize("kind", ENUMERATIONS)
def test_every_code_of_the_records_has_one_word_of_its_own(kind: str) -> None:
    single = [word for word in vocabulary.load().of_kind(kind) if len(word.codes) == 1]
    recorded = {code.value: code for code in codes.members(ENUMERATIONS[kind])}
    assert sorted(min(word.codes) for word in single) == sorted(recorded)  # type: ignore[type-var]
    for word in single:
        assert word.confidence == recorded[min(word.codes)].confidence
        assert vocabulary.name_of(kind, min(word.codes)) == word.name


def test_words_are_found_by_alias_and_in_any_case() -> None:
    assert vocabulary.word("encryption", "aes256-gcm@OPENSSH.com").codes == {0x13}
    assert vocabulary.name_of("encryption", 0x7777) == "unknown (X'7777')"
    assert vocabulary.choices(Protocol.SSH, Attribute.VERSION)[2].name == "SSHv2"
    assert set(KINDS) == set(Protocol)
    with pytest.raises(ValueInvalidError, match="no attribute of None"):
        vocabulary.choices(Protocol.NONE, Attribute.VERSION)
    with pytest.raises(ValueInvalidError, match="one of Unknown"):
        vocabulary.word("tls_version", "")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,b\n", "columns are not"),
        (HEAD + "encryption,A,1,,confirmed\n", "line 2 has another number"),
        (HEAD + "encryption,A,xx,,confirmed,x\n", "line 2 has the codes `xx`"),
        (HEAD + "encryption,A,1,,sure,x\n", "confidence `sure`"),
        (HEAD + "encryption,A B,1,,confirmed,x\n", "name `A B`"),
        (HEAD + "encryption,A,1,a|B,confirmed,x\nencryption,b,2,,confirmed,x\n", "`b` a second"),
        (HEAD + WHOLE.replace("ssh_version", "other"), "no word of the kind `ssh_version`"),
    ],
)
def test_a_faulty_vocabulary_is_refused(text: str, message: str) -> None:
    with pytest.raises(VocabularyError, match=message):
        vocabulary.parse(text)
