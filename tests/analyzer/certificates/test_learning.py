"""What tells one certificate from another, and what is kept of it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from analyzer.ingest.load.certificates import certificates_of, common_name
from analyzer.models import Certificate, Protection, ProtectionCertificate
from analyzer.relabel import relabel
from tests.analyzer.certificates.given import coded, learn, only, protection, tls_names
from tests.analyzer.ingest.conftest import SAMPLES, Ingest
from tests.builders.protections import ABSENT, ECC_256, raw_ipsec, raw_none, raw_ssh, raw_tls

CA = "CN=Example CA,O=Example"


@pytest.mark.parametrize(
    ("name", "common"),
    [
        ("CN=tn.example,O=Example,C=DE", "tn.example"),
        ("C=DE,O=Example,cn = tn.example ", "tn.example"),
        (r"CN=Smith\, John,O=Example", "Smith, John"),
        (r"CN=M\C3\BCller\2C jun.\00", "M\u00fcller, jun.\u2400"),
        (r"CN=\FFnot UTF-8", "\ufffdnot UTF-8"),
        ('CN="a, CN=b",O=Example', "a, CN=b"),
        ("O=Example+CN=two", "two"),
        ("OU=CN=not this,O=Example", ""),
        ("CN=,O=Example", ""),
        ("CN=\\", "\\"),
        ("no name at all", ""),
        ("", ""),
        ("O=first\nCN=second", "second"),
    ],
)
def test_common_name_is_that_of_the_first_name_that_has_one(name: str, common: str) -> None:
    assert common_name(name) == common


def test_serial_and_issuer_tell_a_certificate_whatever_else_is_recorded() -> None:
    one = raw_tls(tls_names("CN=a", CA), scert=coded("00AB"))
    same = raw_tls(tls_names("", CA), scert=coded("AB"))
    other_issuer = raw_tls(tls_names("CN=a", "CN=Other"), scert=coded("00AB"))
    other_serial = raw_tls(tls_names("CN=a", CA), scert=coded("AC"))
    found = [next(certificates_of(raw))[1] for raw in (one, same, other_issuer, other_serial)]
    assert [each.identity for each in found] == ["serial"] * 4
    assert found[0].digest == found[1].digest
    assert len({each.digest for each in found}) == 3
    assert found[0].serial == "AB"


@pytest.mark.parametrize(
    ("change", "apart"),
    [({}, False), ({"klen": 4096}, True), ({"sig": 3}, True), ({"ktype": 3}, True)],
)
def test_without_a_serial_names_key_and_signature_tell(
    change: dict[str, object], apart: bool
) -> None:
    one, other = (
        next(certificates_of(raw_tls(tls_names("CN=a", CA), scert=coded(**more))))[1]
        for more in ({}, change)
    )
    assert (one.identity, one.serial) == ("names", "")
    assert (one.digest != other.digest) is apart


def test_ends_tell_certificates_without_a_serial_apart() -> None:
    one, other = (
        next(certificates_of(raw_tls(tls_names("CN=a"), scert=coded("", f"{year}0101000000Z"))))[1]
        for year in (27, 28)
    )
    assert one.digest != other.digest


def test_a_serial_of_zero_and_one_without_an_issuer_tell_nothing_alone() -> None:
    zero = raw_tls(tls_names("CN=a", "CN=a"), scert=coded("00"))
    nobodys = raw_tls(tls_names("CN=a"), scert=coded("AB"))
    found = [next(certificates_of(raw))[1] for raw in (zero, nobodys)]
    assert [(one.identity, one.serial) for one in found] == [("names", "0"), ("names", "AB")]


def test_without_a_subject_all_that_look_alike_are_one() -> None:
    one, other = (
        next(certificates_of(raw_tls(scert=coded(), cipher=cipher)))[1]
        for cipher in ("C030", "002F")
    )
    assert one == other
    assert (one.identity, one.subject, one.subject_name) == ("looks", "", "")


def test_each_protocol_has_its_parts() -> None:
    ssh = raw_ssh([[9, "CN=server"], [11, "CN=client"]], scert=coded(), ccert=ECC_256)
    ipsec = raw_ipsec([[1, "CN=local"], [3, "CN=remote"]], lcert=coded("01"), rcert=ECC_256)
    assert [(part, one.subject) for part, one in certificates_of(ssh)] == [
        ("server", "CN=server"),
        ("client", "CN=client"),
    ]
    assert [(part, one.subject) for part, one in certificates_of(ipsec)] == [
        ("local", "CN=local"),
        ("remote", "CN=remote"),
    ]


def test_what_has_no_certificate_gives_none() -> None:
    assert list(certificates_of(raw_none([[5, "CN=a"]]))) == []
    assert list(certificates_of(raw_tls(scert=ABSENT, ccert={}))) == []
    assert list(certificates_of({})) == []


def test_a_name_alone_is_a_certificate_without_codes() -> None:
    ((part, one),) = certificates_of(raw_tls(tls_names(client="CN=known by name")))
    assert (part, one.codes, one.key_type, one.key_bits) == ("client", "{}", "", None)


def test_names_of_unknown_types_and_several_of_a_type_are_taken_as_they_are() -> None:
    names: list[list[object]] = [[0xFFFF, "CN=nobody"], [5, "CN=one"], [5, "CN=two"]]
    ((_, one),) = certificates_of(raw_tls(names, scert=coded()))
    assert (one.subject, one.subject_name) == ("CN=one\nCN=two", "one")


@pytest.mark.django_db
def test_codes_get_their_names_and_unlisted_ones_stay_raw() -> None:
    protection(raw_tls(tls_names("CN=a", CA), scert=coded("01", "270131115900Z", sig=0x99)))
    found = only()
    assert found.signature == "unknown (X'0099')"
    assert (found.key_type, found.key_bits, found.hash) == ("RSA", 2048, "SHA-256")
    assert found.codes == [0x99, 2, 6, 2]
    assert found.not_after == datetime(2027, 1, 31, 11, 59, tzinfo=UTC)


@pytest.mark.django_db
def test_an_end_that_is_no_time_is_kept_as_text() -> None:
    protection(raw_tls(tls_names("CN=a", CA), scert=coded("01", "991332250000Z")))
    assert (only().not_after, only().not_after_text) == (None, "991332250000Z")


@pytest.mark.django_db
def test_later_records_fill_what_the_first_one_left_open_and_change_nothing_else() -> None:
    protection(raw_tls(tls_names("", CA), scert=coded("01")))
    assert only().subject == ""
    protection(raw_tls(tls_names("CN=a", CA), scert=coded("01", "270131115900Z")))
    protection(raw_tls(tls_names("CN=b", CA), scert=coded("01", "290131115900Z", klen=4096)))
    found = only()
    assert (found.subject, found.subject_name, found.key_bits) == ("CN=a", "a", 2048)
    assert found.not_after == datetime(2027, 1, 31, 11, 59, tzinfo=UTC)
    assert ProtectionCertificate.objects.count() == 3


@pytest.mark.django_db
def test_records_of_one_batch_fill_each_other() -> None:
    blank = protection(raw_tls(tls_names("", CA), scert=coded("01")), known=False)
    full = protection(
        raw_tls(tls_names("CN=a", CA), scert=coded("01", "270131115900Z")), known=False
    )
    learn(blank, full)
    assert (only().subject_name, only().not_after) == (
        "a",
        datetime(2027, 1, 31, 11, 59, tzinfo=UTC),
    )


@pytest.mark.django_db
def test_learning_again_adds_nothing_and_both_sides_may_show_the_same_one() -> None:
    made = protection(
        raw_tls(tls_names("CN=a", CA, "CN=a", CA), scert=coded("01"), ccert=coded("01"))
    )
    learn(made)
    assert only().uses.count() == 2
    assert {one.part for one in only().uses.all()} == {"server", "client"}


@pytest.mark.django_db
def test_relabel_names_codes_anew() -> None:
    protection(raw_tls(tls_names("CN=a", CA), scert=coded("01")))
    Certificate.objects.update(key_type="old", signature="old", subject_name="kept")
    Protection.objects.update(tables_version="old")
    assert relabel() == 1
    assert (only().key_type, only().signature) == ("RSA", "RSA-SHA256")
    assert only().subject_name == "kept"


def test_an_import_enters_each_certificate_that_labels_speak_of(ingest: Ingest) -> None:
    ingest(SAMPLES / "zos32.smf")
    ingest(SAMPLES / "site-vbs.smf")
    told = {
        (one.pk, {"s": "server", "c": "client", "l": "local", "r": "remote"}[key[0]])
        for one in Protection.objects.all()
        for key in one.labels
        if key in {"scert_key_type", "ccert_key_type", "lcert_key_type", "rcert_key_type"}
    }
    entered = set(ProtectionCertificate.objects.values_list("protection_id", "part"))
    assert told
    assert told <= entered
    by_name = entered - told
    assert all(Protection.objects.get(pk=pk).dn_text for pk, _ in by_name)
    serials = {
        text.upper().lstrip("0")
        for labels in Protection.objects.values_list("labels", flat=True)
        for key, text in labels.items()
        if key.endswith("_serial")
    }
    assert serials == set(Certificate.objects.exclude(serial="").values_list("serial", flat=True))
