"""What can go wrong when people work on policies; messages are for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from designer.content.merging import Merged
from designer.content.rules import Content
from policy.findings import Finding
from web.revisions import ChangedMeanwhileError


class DesignerError(ValueError):
    """What was asked cannot be done; the message says why."""


class ContentError(DesignerError):
    """What a draft or object would say can't be; `faults` are (rule or test, field, message).

    Parts that are not known are empty: a fault of the whole has neither rule nor field.
    """

    def __init__(self, *faults: tuple[str, str, str]) -> None:
        said = [f"{_place(where, part)}{message}" for where, part, message in faults]
        super().__init__("; ".join(said))
        self.faults = faults


class ChangedError(DesignerError):
    """Somebody has saved something else since the page was made that was to change it."""

    def __init__(self, name: str, has: str = "") -> None:
        said = f" and has {has}" if has else ""
        super().__init__(f"`{name}` has been changed meanwhile{said}; look at what it says now")


class OtherFileError(ChangedError):
    """The policy file that would be written down is not the one that was seen or taken away."""

    def __init__(self, name: str, *, asked: str, said: Sequence[str]) -> None:
        DesignerError.__init__(
            self,
            f"no file of `{name}` has the SHA-256 `{asked[:12]}…`, neither as it is made now nor "
            f"of an earlier installation, so nothing is written down: {'; '.join(said)}. Look at "
            "the file as it is now and install that one, or put an earlier one back",
        )


class InForceError(ChangedError):
    """The policy file that would be written down is that of the newest installation."""

    def __init__(self, name: str, *, asked: str, last: str) -> None:
        DesignerError.__init__(
            self,
            f"`{name}` has the file with the SHA-256 `{asked[:12]}…` in force already, so nothing "
            f"is written down: {last} with it",
        )


class TakenError(ContentError):
    """A name that something else of its kind has."""


class InUseError(DesignerError):
    """Something that others use is not deleted; `users` name them."""

    def __init__(self, name: str, users: Sequence[str]) -> None:
        super().__init__(f"`{name}` is used by {', '.join(users)}; take it out there first")
        self.users = tuple(users)


class StaleObjectError(ChangedMeanwhileError, DesignerError):
    """Somebody changed an object after the revision that a change was meant for."""


class StaleHeadError(ChangedMeanwhileError, DesignerError):
    """Somebody changed what stands above the rules after the revision that was seen."""


class StaleSiteError(ChangedMeanwhileError, DesignerError):
    """Somebody chose other settings after the revision that was seen."""


class NotYoursError(DesignerError):
    """Who worked on a version does not decide on it."""


class NotReadyError(DesignerError):
    """A version can't be submitted or published: errors found, tests that fail."""

    def __init__(self, findings: Sequence[Finding] = (), tests: Sequence[str] = ()) -> None:
        said = [str(one) for one in findings]
        said += [f"the test `{name}` fails" for name in tests]
        super().__init__("; ".join(said))
        self.findings = tuple(findings)
        self.tests = tuple(tests)


@dataclass(frozen=True, slots=True)
class Sides:
    """A draft at three moments: what both began with, what it is now, what was to be saved."""

    base: Content
    theirs: Content
    mine: Content
    revision: int
    """The revision of `theirs`: merge onto it."""
    saved_by: str


class StaleDraftError(DesignerError):
    """Somebody saved the draft meanwhile; `merged` is what both say together."""

    def __init__(self, sides: Sides, merged: Merged) -> None:
        super().__init__(
            f"{sides.saved_by} has saved this draft meanwhile (revision {sides.revision}); "
            "look at both and decide"
        )
        self.sides = sides
        self.merged = merged


def _place(where: str, part: str) -> str:
    said = " / ".join(word for word in (where, part) if word)
    return f"{said}: " if said else ""
