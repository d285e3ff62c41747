"""How `manage.py follow` and `manage.py live` enforce: the same for every feed they work on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from designer.management.policy_inputs import surroundings
from enforcement.engine.settings import Settings
from enforcement.feeds.keeping import Keeper
from enforcement.feeds.plans import Plans
from enforcement.feeds.session import Session
from enforcement.live.engines import Engines
from enforcement.live.following import Beside, Following
from enforcement.live.outputs import Wanted
from enforcement.live.policies import Refresh
from enforcement.live.worked import Worked
from enforcement.management.enforce_inputs import engine_settings
from enforcement.management.follow_inputs import digest_of, refresh_of
from enforcement.models import Feed
from policy.checks import Surroundings
from policy.model import Policy

NOTHING = Policy(())


@dataclass(frozen=True, slots=True)
class Manner:
    """One policy for all stacks, or (without one) on each what is installed there."""

    policy: Policy | None
    settings: Settings
    around: Surroundings
    refresh: Refresh

    @classmethod
    def of(cls, options: Mapping[str, Any], policy: Policy | None) -> Manner:
        """Return what the options say; raises `CommandError`."""
        around = surroundings({**options, "today": None}, date.min)  # no rule lapses here
        return cls(policy, engine_settings(options), around, refresh_of(options))

    def following(
        self, state: Path, wanted: Wanted, keep: Callable[[Worked], None] | None = None
    ) -> Following:
        """Return what works on a feed; raises `StateError`, `SpoolError`, `OSError`."""
        given = self.policy or NOTHING
        beside: dict[str, Any] = {"keep": keep} if keep else {}
        if self.policy is None:
            beside["look"] = Plans().look
        whose = "given" if self.policy else "installed"
        others = [wanted.form.value, self.refresh.value, whose]
        digest = digest_of(given, self.settings, self.around, others)
        engines = Engines(given, self.settings, self.around, self.refresh)
        return Following(state, digest, engines, wanted, Beside(**beside))

    def session(self, feed: Feed, state: Path, wanted: Wanted) -> Session:
        """Return the work on a feed of the store; raises the same, and database errors."""
        keeper = Keeper(feed)
        keeper.lock()
        try:
            following = self.following(state, wanted, keeper.keep)
        except BaseException:
            keeper.release()
            raise
        return Session(feed, state, following, keeper)
