"""From a certificate to the report, under the filters that tell it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from analyzer.models import Certificate
from analyzer.queries.certificates.inventory import CHOOSING
from analyzer.queries.terms.names import DistinguishedNameFilter
from analyzer.views.report.scope import TABS, Scope
from analyzer.views.sheet import Row


def certificate_href(scope: Scope, pk: object) -> str:
    """The page of a certificate; of the filters only those of sessions play a part there."""
    return _address(reverse("report_certificate", args=[pk]), _of_sessions(scope))


@dataclass(frozen=True, slots=True)
class Links:
    """Addresses under the page's filters of sessions, and the certificate's serial or name."""

    scope: Scope
    certificate: Certificate

    def server(self, row: Row) -> str:
        return self._ask(reverse("report_server", args=[row["id"]]))

    def job(self, row: Row) -> str:
        return self._ask(_tab(str(row["role"])), job=str(row["job"]), system=str(row["system"]))

    def client(self, row: Row) -> str:
        return self._ask(_tab(str(row["role"])), client_ip=str(row["client_ip"]))

    def of(self, other: Certificate) -> str:
        return certificate_href(self.scope, other.pk)

    def in_report(self, roles: Sequence[str], *, whole: bool) -> list[tuple[str, str]]:
        """Words and addresses of the tabs where it is found; none where no filter tells it."""
        if not _telling(self.certificate):
            return []
        return [
            (word, self._ask(reverse(name)))
            for role, name, word in TABS
            if str(role) in roles or not whole
        ]

    def _ask(self, path: str, **more: str) -> str:
        told = {key: [value] for key, value in (_telling(self.certificate) | more).items()}
        return _address(path, {**_of_sessions(self.scope), **told})


def _of_sessions(scope: Scope) -> dict[str, Sequence[str]]:
    return {key: held for key, held in scope.asked.items() if key not in CHOOSING}


def _address(path: str, asked: Mapping[str, Sequence[str]]) -> str:
    query = urlencode(asked, doseq=True)
    return f"{path}?{query}" if query else path


def _telling(certificate: Certificate) -> dict[str, str]:
    """Return the filters that choose it: the serial and the issuer, else its name."""
    if certificate.identity == Certificate.Identity.SERIAL:
        return {"serial": certificate.serial} | _named(certificate.issuer)
    return _named(certificate.subject)


def _named(names: str) -> dict[str, str]:
    """The filter of the first of some names, as far as it is taken."""
    name = names.partition("\n")[0].strip()
    if name.startswith("!"):  # alone it would take away
        name = f"*{name[1:]}"
    return {"dn": name[: DistinguishedNameFilter().longest].strip()} if name.strip("* ") else {}


def _tab(role: str) -> str:
    return reverse(next(name for tab_role, name, _ in TABS if str(tab_role) == role))
