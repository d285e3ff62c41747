"""A bill that is taken away: an entry in the audit log before, one after."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from analyzer.exports.cbom.bill import bill
from analyzer.exports.names import file_name
from analyzer.exports.taking import Taking, write_down, write_end
from analyzer.queries.cbom.used import read_used
from analyzer.queries.packs.fixed import fixed


def take_bill(taking: Taking, *, form: str, as_of: datetime | None = None) -> tuple[str, bytes]:
    """Return the name and the content. Raises TooManyError and OutOfTimeError.

    `as_of` is the moment that stands inside, now unless given.
    """
    moment = (as_of or taking.now).replace(microsecond=0)
    entry_id = write_down(taking, "export.cbom", form=form, as_of=moment.isoformat())
    settled = fixed(taking.filters, as_of=moment)
    used = read_used(settled, limit_s=float(settings.TIME_LIMIT_EXPORT_S))
    content = bill(used, settled, as_of=moment, form=form)
    write_end(taking, entry_id=entry_id, form=f"cbom.{form}", rows=len(used.pairs))
    return file_name("cbom", taking.filters, taking.now, f"cdx.{form}"), content
