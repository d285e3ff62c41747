"""The bill of materials of a small store by hand, and its shape by the official schema."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from cyclonedx.validation.xml import XmlValidator
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from analyzer.models import AuditEntry, Protection
from analyzer.queries.cbom import used as reads
from tests.analyzer.certificates import given
from tests.builders.protections import raw_ipsec, raw_none, raw_ssh, raw_tls

pytestmark = pytest.mark.django_db
XML = XmlValidator(SchemaVersion.V1_6)
AS_OF = "2026-11-25T12:00:00+00:00"
END = given.day_of(1)
ClientAs = Callable[[str], Client]


def fill() -> None:
    """A server with TLS and a certificate, unprotected as well; SSH; IPsec."""
    names = given.tls_names("CN=tn3270.example,O=Example", "CN=Root,O=Example")
    tls = given.protection(raw_tls(names, scert=given.coded("01AB", "261231235959Z")))
    other = given.protection(
        raw_tls(given.tls_names("CN=other", "CN=Root,O=Example"), scert=given.coded("02"))
    )
    server = given.server()
    for place, (protected, connections) in enumerate(
        ((tls, 3), (other, 4), (given.protection(raw_none()), 5)), start=1
    ):
        one = given.session(server, f"10.0.0.{place}", protected)
        given.used(one, END, connections=connections)
    for job, port, raw in (("SSHD", 22, raw_ssh()), ("VPN", 500, raw_ipsec())):
        one = given.session(given.server(job, port), "10.0.0.9", given.protection(raw))
        given.used(one, END)


def made(*words: str, form: str = "json") -> str:
    out = io.StringIO()
    asked = ("--filter", "days=all", "--as-of", AS_OF, "--format", form)
    call_command("cbom", *asked, *words, stdout=out)
    return out.getvalue()


def assets(found: dict[str, Any], kind: str) -> dict[str, dict[str, Any]]:
    """Components of a kind by name."""
    return {
        one["name"]: one
        for one in found["components"]
        if one.get("cryptoProperties", {}).get("assetType") == kind
    }


def said(component: dict[str, Any]) -> dict[str, str]:
    return {one["name"].removeprefix("zertify:"): one["value"] for one in component["properties"]}


def needs(found: dict[str, Any], ref: str) -> set[str]:
    (one,) = [one for one in found["dependencies"] if one["ref"] == ref]
    return set(one.get("dependsOn", ()))


def test_it_is_valid_by_the_official_schema() -> None:
    validator = JsonStrictValidator(SchemaVersion.V1_6)
    assert validator.validate_str(made()) is None  # also of an empty store
    fill()
    assert validator.validate_str(made()) is None
    assert XML.validate_str(made(form="xml")) is None
    damaged = json.loads(made())
    damaged["components"][0]["type"] = "nonsense"
    assert validator.validate_str(json.dumps(damaged)) is not None
    broken = made(form="xml").replace("<primitive>ae<", "<primitive>nonsense<", 1)
    assert XML.validate_str(broken) is not None


def test_a_small_store_by_hand() -> None:
    fill()
    found = json.loads(made())
    assert (found["specVersion"], found["metadata"]["timestamp"]) == ("1.6", AS_OF)
    protocols = assets(found, "protocol")
    assert len(protocols) == 3
    tls = protocols["TLSv1.2 TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"]
    about = tls["cryptoProperties"]["protocolProperties"]
    assert (about["type"], about["version"]) == ("tls", "TLSv1.2")
    (suite,) = about["cipherSuites"]
    assert suite["name"] == "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"
    assert suite["identifiers"] == ["0xC030"]
    (seen,) = tls["evidence"]["occurrences"]
    assert seen["location"].endswith("port 992")
    algorithms = assets(found, "algorithm")
    by_ref = {one["bom-ref"]: name for name, one in algorithms.items()}
    assert sorted(by_ref[ref] for ref in suite["algorithms"]) == ["AES-256-GCM", "ECDHE_RSA"]
    assert algorithms["AES-256-GCM"]["cryptoProperties"]["algorithmProperties"] == {
        "primitive": "ae",
        "parameterSetIdentifier": "256",
        "mode": "gcm",
        "nistQuantumSecurityLevel": 5,
    }
    assert algorithms["ECDHE_RSA"]["cryptoProperties"]["algorithmProperties"] == {
        "primitive": "key-agree",
        "nistQuantumSecurityLevel": 0,
    }
    assert protocols.keys() >= {"SSHv2 3DES"}
    kinds = {one["cryptoProperties"]["protocolProperties"]["type"] for one in protocols.values()}
    assert kinds == {"tls", "ssh", "ipsec"}


def test_certificates_and_keys_by_hand() -> None:
    fill()
    found = json.loads(made())
    by_ref = {one["bom-ref"]: name for name, one in assets(found, "algorithm").items()}
    certificates = assets(found, "certificate")
    assert certificates.keys() == {"tn3270.example", "other"}
    certificate = certificates["tn3270.example"]["cryptoProperties"]["certificateProperties"]
    assert certificate["subjectName"] == "CN=tn3270.example,O=Example"
    assert certificate["issuerName"] == "CN=Root,O=Example"
    assert certificate["notValidAfter"] == "2026-12-31T23:59:59+00:00"
    assert "notValidBefore" not in certificate  # no record says it
    keys = assets(found, "related-crypto-material")
    key = keys["RSA key 2048"]
    assert key["cryptoProperties"]["relatedCryptoMaterialProperties"]["size"] == 2048
    assert certificate["subjectPublicKeyRef"] == key["bom-ref"]
    assert by_ref[certificate["signatureAlgorithmRef"]] == "RSA-SHA256"
    assert keys.keys() == {"RSA key 2048", "RSA key 3072", "ECC key 256"}


def test_servers_depend_on_what_they_were_used_with() -> None:
    fill()
    found = json.loads(made())
    servers = {said(one)["job"]: one for one in found["components"] if one["type"] == "application"}
    assert servers.keys() == {"TN3270", "SSHD", "VPN"}
    mine = said(servers["TN3270"])
    assert (mine["connections"], mine["unprotected_connections"]) == ("12", "5")
    certificates = {one["bom-ref"] for one in assets(found, "certificate").values()}
    tls = assets(found, "protocol")["TLSv1.2 TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"]["bom-ref"]
    assert needs(found, servers["TN3270"]["bom-ref"]) == {tls, *certificates}
    root = found["metadata"]["component"]["bom-ref"]
    assert needs(found, root) == {one["bom-ref"] for one in servers.values()}
    refs = {one["bom-ref"] for one in found["components"]} | {root}
    assert {one["ref"] for one in found["dependencies"]} <= refs


def test_what_no_table_names_is_told_raw() -> None:
    raw = raw_tls(enc=0xEE, cipher="EEEE")
    given.used(given.session(given.server(), "10.0.0.1", given.protection(raw)), END)
    text = made()
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    assert XML.validate_str(made(form="xml")) is None
    (protocol,) = assets(json.loads(text), "protocol").values()
    (suite,) = protocol["cryptoProperties"]["protocolProperties"]["cipherSuites"]
    assert "EEEE" in suite["name"]
    assert suite["identifiers"] == ["0xEEEE"]
    assert "EEEE" in said(protocol)["unknown_codes"]
    unknown = [
        one
        for one in assets(json.loads(text), "algorithm").values()
        if one["cryptoProperties"]["algorithmProperties"]["primitive"] == "unknown"
    ]
    assert {said(one)["confidence"] for one in unknown} == {"unknown"}


def test_hostile_names_stay_text() -> None:
    name = 'CN=<script>"&\x01\x1b=cmd|,O=\u4e2d'
    raw = raw_tls(given.tls_names(name, name), scert=given.coded("09"))
    given.used(given.session(given.server(), "10.0.0.1", given.protection(raw)), END)
    text = made()
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    (one,) = assets(json.loads(text), "certificate").values()
    plain = name.replace("\x01", "\ufffd").replace("\x1b", "\ufffd")
    assert one["cryptoProperties"]["certificateProperties"]["subjectName"] == plain
    assert XML.validate_str(made(form="xml")) is None
    root = ET.fromstring(made(form="xml"))  # noqa: S314 -- our own
    assert root.tag == "{http://cyclonedx.org/schema/bom/1.6}bom"


def test_the_same_store_gives_the_same_bytes_and_another_not() -> None:
    fill()
    first = made()
    assert made() == first
    Protection.objects.filter(protocol="SSH").update(strength="strong")
    second = made()
    assert second != first
    assert json.loads(second)["serialNumber"] != json.loads(first)["serialNumber"]


def test_filters_choose_and_what_can_not_be_used_is_an_error() -> None:
    fill()
    found = json.loads(made("--filter", "job=SSHD"))
    assert len(assets(found, "protocol")) == 1
    with pytest.raises(CommandError, match="is not a port"):
        made("--filter", "port=x")
    with pytest.raises(CommandError, match="is not a moment"):
        made("--as-of", "soon")


def test_too_many_pairs_are_refused_and_not_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    fill()
    monkeypatch.setattr(reads, "MOST_PAIRS", 2)
    with pytest.raises(CommandError, match="more than 2 different pairs"):
        made()


def test_page_and_api_give_it_to_who_may_export(client_as: ClientAs) -> None:
    fill()
    answer = client_as("analyst").get(reverse("report_cbom"), {"days": "all"})
    assert answer["Content-Type"] == "application/vnd.cyclonedx+json"
    assert answer["Content-Disposition"].endswith('.cdx.json"')
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(answer.content.decode()) is None
    entry, done = AuditEntry.objects.order_by("pk")
    assert (entry.action, entry.user_name) == ("export.cbom", "analyst")
    assert done.data == {"export": entry.pk, "format": "cbom.json", "rows": 5}
    assert client_as("viewer").get(reverse("report_cbom")).status_code == 403
    for accept, kind in (
        ("application/json", "application/vnd.cyclonedx+json"),
        ("application/vnd.cyclonedx+xml", "application/vnd.cyclonedx+xml"),
        ("*/*", "application/vnd.cyclonedx+json"),
    ):
        answer = client_as("analyst").get(reverse("api_cbom"), headers={"accept": accept})
        assert (answer.status_code, answer["Content-Type"]) == (200, kind)
    assert client_as("analyst").get(reverse("api_cbom"), {"port": "x"}).status_code == 400
    assert client_as("analyst").get(reverse("report_cbom"), {"port": "x"}).status_code == 400
    assert client_as("analyst").get(reverse("report_cbom"), {"format": "pdf"}).status_code == 400
