"""Header times of records: the wall clock of a z/OS system, without a zone."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

if TYPE_CHECKING:
    _DateTimeField = models.DateTimeField[Any, Any]
else:
    _DateTimeField = models.DateTimeField


class LocalTimeField(_DateTimeField):
    """A naive datetime in a `timestamp` column; its zone is SystemSettings.time_zone."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "timestamp without time zone"

    def get_prep_value(self, value: Any) -> Any:
        # DateTimeField would warn of, and convert, the naive values that are the point here.
        return models.Field.get_prep_value(self, self.to_python(value))

    def to_python(self, value: Any) -> Any:
        if isinstance(value, datetime):
            return value.replace(tzinfo=None)
        return super().to_python(value)
