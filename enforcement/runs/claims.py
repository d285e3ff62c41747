"""Who works on a run, and what people do with it."""

from __future__ import annotations

from typing import Final

from analyzer.ingest.jobs import Claims
from enforcement.models import Run, UnmetRule, Verdict
from enforcement.runs.handling import Handling

claims: Final = Claims(Run)
handling: Final = Handling(claims, model=Run, name="run", found=(Verdict, UnmetRule))
