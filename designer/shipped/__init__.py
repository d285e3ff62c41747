"""Objects and templates that come with the product: data in TOML, each entry with its basis.

`load()` gives them as values of the rule language; `document` of an entry is its JSON form.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources

from designer.shipped.entries import (
    AddressGroup,
    Entry,
    SecurityDescriptor,
    Shipped,
    ShippedAction,
    Template,
    TrafficDescriptor,
)
from designer.shipped.reading import ShippedError, action, addresses, entries, security, traffic
from designer.shipped.templates import Builder

FILES = ("traffic.toml", "security.toml", "actions.toml", "addresses.toml", "templates.toml")


@cache
def load() -> Shipped:
    """Return everything that is shipped; raises `ShippedError` with file, entry and reason."""
    room = resources.files("designer.shipped")
    return read({name: (room / name).read_text("utf-8") for name in FILES})


def read(texts: Mapping[str, str]) -> Shipped:
    """Return what is written in the files `FILES`; raises `ShippedError`."""
    found = (
        entries(texts["traffic.toml"], "traffic.toml", traffic),
        entries(texts["security.toml"], "security.toml", security),
        entries(texts["actions.toml"], "actions.toml", action),
        entries(texts["addresses.toml"], "addresses.toml", addresses),
    )
    builder = Builder(*found)
    templates = entries(texts["templates.toml"], "templates.toml", builder.template)
    return Shipped(*found, templates)


__all__ = [
    "FILES",
    "AddressGroup",
    "Entry",
    "SecurityDescriptor",
    "Shipped",
    "ShippedAction",
    "ShippedError",
    "Template",
    "TrafficDescriptor",
    "load",
    "read",
]
