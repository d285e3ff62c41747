"""The bill of a query: its servers, what they depend on, and where each protocol was seen.

The same store, question and moment give the same bytes: references follow from contents, and the
serial number from all of them.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.bom_ref import BomRef
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.component_evidence import ComponentEvidence, Occurrence
from cyclonedx.model.dependency import Dependency
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion

from analyzer.exports import product
from analyzer.exports.cbom.assets import Assets, clean, properties
from analyzer.models import Protection, Server
from analyzer.queries.cbom.used import Used
from analyzer.queries.filters import Filters

FORMS: Final = {"json": OutputFormat.JSON, "xml": OutputFormat.XML}
MEDIA_TYPES: Final = {
    "json": "application/vnd.cyclonedx+json",
    "xml": "application/vnd.cyclonedx+xml",
}
_ROOT: Final = "query"
_UNPROTECTED: Final = str(Protection.Protocol.NONE)


@dataclass(slots=True)
class _OfServer:
    """What is summed of a server."""

    connections: int = 0
    unprotected: int = 0


def bill(used: Used, filters: Filters, *, as_of: datetime, form: str) -> bytes:
    """Return the bill as JSON or XML of CycloneDX 1.6."""
    bom = _bom(used, filters, as_of)
    plain = make_outputter(bom, OutputFormat.JSON, SchemaVersion.V1_6).output_as_string(indent=2)
    contents = plain.replace(str(bom.serial_number), "")
    bom.serial_number = uuid5(NAMESPACE_URL, hashlib.sha256(contents.encode()).hexdigest())
    found = make_outputter(bom, FORMS[form], SchemaVersion.V1_6).output_as_string(indent=2)
    return f"{found}\n".encode()


def _bom(used: Used, filters: Filters, as_of: datetime) -> Bom:
    assets, depends = Assets(), defaultdict[str, set[str]](set)
    sums: dict[int, _OfServer] = defaultdict(_OfServer)
    places: dict[str, set[str]] = defaultdict(set)
    for pair in used.pairs:
        server, protection = used.servers[pair.server_id], used.protections[pair.protection_id]
        mine, ref = sums[server.pk], server_ref(server)
        mine.connections += pair.connections
        if protection.protocol == _UNPROTECTED:
            mine.unprotected += pair.connections
            depends[ref] |= set()
            continue
        shown = [used.certificates[pk] for pk in used.shown.get(protection.pk, ())]
        protocol = assets.protocol(protection)
        depends[ref] |= {protocol, *(assets.certificate(one) for one in shown)}
        places[protocol].add(_place(server))
    for protocol, found in places.items():
        assets.all[protocol].evidence = ComponentEvidence(
            occurrences=[Occurrence(bom_ref=f"{protocol}@{one}", location=one) for one in found]
        )
    servers = [_server(used.servers[pk], mine) for pk, mine in sums.items()]
    depends[_ROOT] = {server_ref(used.servers[pk]) for pk in sums}
    return Bom(
        components=[*servers, *assets.all.values()],
        metadata=_metadata(filters, as_of),
        dependencies=_dependencies({**assets.uses, **depends}),
    )


def server_ref(server: Server) -> str:
    """The reference of a server: what it is, not its number in the store."""
    parts = (_place(server), server.role, server.ip_proto, server.job, server.user)
    text = "|".join(map(str, parts))
    return f"server-{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def _server(server: Server, sums: _OfServer) -> Component:
    stack = server.stack
    name = f"{server.job or '(no job)'} {server.server_ip} port {_port(server)}"
    return Component(
        name=clean(name),
        type=ComponentType.APPLICATION,
        bom_ref=server_ref(server),
        properties=properties(
            sysplex=stack.sysplex,
            system=stack.system,
            stack=stack.stack,
            role=server.role,
            job=server.job,
            user=server.user,
            server_ip=server.server_ip,
            port=_port(server),
            connections=sums.connections,
            unprotected_connections=sums.unprotected,
        ),
    )


def _metadata(filters: Filters, as_of: datetime) -> BomMetaData:
    maker = Component(
        name=product.NAME,
        version=product.VERSION,
        type=ComponentType.APPLICATION,
        bom_ref="zertify",
        properties=properties(tables_version=product.TABLES),
    )
    subject = Component(
        name=clean(f"{filters.sentence('z/OS network traffic')}"),
        type=ComponentType.PLATFORM,
        bom_ref=_ROOT,
    )
    found = BomMetaData(component=subject, timestamp=as_of.astimezone(UTC))
    found.tools.components.add(maker)
    return found


def _dependencies(uses: dict[str, set[str]]) -> list[Dependency]:
    return [
        Dependency(BomRef(ref), [Dependency(BomRef(one)) for one in sorted(needed)])
        for ref, needed in sorted(uses.items())
    ]


def _place(server: Server) -> str:
    stack = server.stack
    where = f"{stack.sysplex}.{stack.system}.{stack.stack}"
    return clean(f"{where} {server.server_ip} port {_port(server)}")


def _port(server: Server) -> str:
    first, last = server.port_start, server.port_end
    return str(first) if first == last else f"{first}-{last}"
