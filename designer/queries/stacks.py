"""Groups, systems and stacks; what is assigned to a stack and was installed there."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Prefetch, QuerySet

from designer.models import RELEASED, Assignment, Installation, Stack, System, Version, ZosGroup


def groups() -> QuerySet[ZosGroup]:
    """Return the z/OS groups with their systems, stacks and assignments."""
    given = Assignment.objects.select_related("version__rule_set").order_by("protocol")
    stacks = Stack.objects.order_by("name").prefetch_related(Prefetch("assignments", given))
    systems = System.objects.order_by("sysplex", "name").prefetch_related(
        Prefetch("stacks", stacks)
    )
    return ZosGroup.objects.order_by("name").prefetch_related(Prefetch("systems", systems))


def stacks() -> QuerySet[Stack]:
    """Return all stacks with their systems, in the order of their names."""
    given = Assignment.objects.select_related("version__rule_set").order_by("protocol")
    rows = Stack.objects.select_related("system__group", "recorded").prefetch_related(
        Prefetch("assignments", given)
    )
    return rows.order_by("system__group__name", "system__sysplex", "system__name", "name")


def stack(pk: int) -> Stack | None:
    """Return one stack with its system."""
    return stacks().filter(pk=pk).first()


def chosen(keys: Iterable[int]) -> list[Stack]:
    """Return the stacks with these keys, in the order of their names."""
    return list(stacks().filter(pk__in=[*keys]))


def plain_groups() -> QuerySet[ZosGroup]:
    """Return the z/OS groups by name."""
    return ZosGroup.objects.order_by("name")


def group(pk: int) -> ZosGroup | None:
    """Return one z/OS group."""
    return ZosGroup.objects.filter(pk=pk).first()


def systems() -> QuerySet[System]:
    """Return all systems by name."""
    return System.objects.select_related("group").order_by("group__name", "sysplex", "name")


def system(pk: int) -> System | None:
    """Return one system."""
    return systems().filter(pk=pk).first()


def tags_touched(system: System, group: ZosGroup, sysplex: str, name: str) -> list[str]:
    """Return the tags of the stacks whose files would change with their system.

    Files say its names, and are spelled in the dialect of its z/OS group.
    """
    said = (group.dialect, sysplex.strip().upper(), name.strip().upper())
    if said == (system.group.dialect, system.sysplex, system.name):
        return []
    return list(system.stacks.order_by("tag").values_list("tag", flat=True).distinct())


def assignments_of(stack: Stack) -> QuerySet[Assignment]:
    """Return what a stack has."""
    return stack.assignments.select_related("version__rule_set")


def assigned(protocol: str) -> QuerySet[Assignment]:
    """Return what all stacks have for a protocol."""
    return Assignment.objects.filter(protocol=protocol).select_related("version__rule_set")


def released() -> QuerySet[Version]:
    """Return the versions that stacks can take, by rule set, the newest first."""
    rows = Version.objects.filter(state__in=RELEASED, rule_set__retired_at=None)
    rows = rows.exclude(decided_by=None)
    return (
        rows.select_related("rule_set")
        .defer("document", "test_results")
        .order_by("rule_set__name", "-number")
    )


def tags_with(version: Version) -> set[str]:
    """Return the tags of the stacks that have a version."""
    return set(version.assignments.values_list("stack__tag", flat=True))


def planned(version: Version) -> list[Stack]:
    """Return the stacks that get a version when it is published; none once that is decided."""
    return list(stacks().filter(planned__version=version)) if version.is_open else []


def holders(version: Version) -> QuerySet[Assignment]:
    """Return the assignments of a version, by stack."""
    rows = version.assignments.select_related("stack__system__group")
    return rows.order_by("stack__system__name", "stack__name")


def assignment(stack: Stack, protocol: str) -> Assignment | None:
    """Return what a stack has for a protocol."""
    return assignments_of(stack).filter(protocol=protocol).first()


def installations_of(stack: Stack, *, most: int) -> list[Installation]:
    """Return the last installations of a stack, the newest first."""
    return list(stack.installations.order_by("-installed_at", "-pk")[:most])


def installation(pk: int) -> Installation | None:
    """Return an installation by its key, with its stack."""
    return Installation.objects.select_related("stack__system").filter(pk=pk).first()


def installation_with(stack: Stack, digest: str) -> Installation | None:
    """Return the newest installation of a stack whose file has this SHA-256."""
    rows = stack.installations.filter(digest=digest)
    return rows.order_by("-installed_at", "-pk").first()


def recorded_name(stack: Stack) -> tuple[str, str, str]:
    """Return sysplex, system and stack as records name them; without records, as they are here."""
    known = stack.recorded
    if known is not None:
        return known.sysplex, known.system, known.stack
    return stack.system.sysplex, stack.system.name, stack.name


def last_installation(stack: Stack) -> Installation | None:
    """Return the newest installation of a stack."""
    return next(iter(installations_of(stack, most=1)), None)


def published(name: str, number: int | None = None) -> Version | None:
    """Return the published version of a rule set, or the one of that number if it was released."""
    rows = Version.objects.filter(rule_set__name=name).select_related("rule_set")
    if number is None:
        return rows.filter(state=Version.State.PUBLISHED).first()
    return rows.filter(number=number, state__in=RELEASED).first()
