"""A watch on a form."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django import forms

from analyzer.forms.standing.trigger import TriggerForm, checked, initial_of
from analyzer.models import Watch
from analyzer.models.standing.watches import LONGEST_TARGET
from analyzer.standing.sending.targets import MOST_ADDRESSES, checked_mail, checked_webhook
from analyzer.standing.turns import when_of
from analyzer.standing.watches import Draft


class WatchForm(TriggerForm):
    """What is watched, when, and who is told."""

    rows = forms.ChoiceField(
        label="Watches for new",
        choices=Watch.Rows.choices,
        initial=Watch.Rows.SESSIONS,
        widget=forms.RadioSelect,
        help_text="A security session is new with each client and each protection; a server once.",
    )
    alarm_on_first = forms.BooleanField(
        label="Tell of what the first run finds, too",
        required=False,
        help_text="Else it is the ground: only what comes later is new.",
    )
    mail_to = forms.CharField(
        label="Mail to",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Addresses, one a line.",
    )
    webhook = forms.CharField(
        label="Webhook",
        required=False,
        max_length=LONGEST_TARGET,
        help_text="The address of a program that gets each message as JSON, signed.",
    )

    def __init__(self, *args: Any, before: Watch | None = None, **kwargs: Any) -> None:
        """`before` is the watch that is changed: what it has already may stay."""
        self.before = before
        super().__init__(*args, **kwargs)
        self.fields["rows"].widget.attrs.pop("class", None)
        self.fields["alarm_on_first"].widget.attrs.pop("class", None)

    def clean_mail_to(self) -> list[str]:
        found = list(dict.fromkeys(re.split(r"[\s,;]+", self.cleaned_data["mail_to"].strip())))
        addresses = [address for address in found if address]
        if len(addresses) > MOST_ADDRESSES:
            raise forms.ValidationError(f"{MOST_ADDRESSES} addresses at most.")
        known: Sequence[str] = self.before.mail_to if self.before else ()
        return [
            address if address in known else checked(checked_mail, address) for address in addresses
        ]

    def clean_webhook(self) -> str:
        address = str(self.cleaned_data["webhook"]).strip()
        if not address or (self.before and address == self.before.webhook):
            return address
        return checked(checked_webhook, address)

    def draft(self) -> Draft:
        """The watch to save, once the form is valid."""
        given = self.cleaned_data
        return Draft(
            name=given["name"],
            when=self.when(),
            rows=given["rows"],
            alarm_on_first=given["alarm_on_first"],
            mail_to=given["mail_to"],
            webhook=given["webhook"],
        )


def watch_initial(watch: Watch) -> dict[str, Any]:
    """A watch as the values of the form."""
    return {
        **initial_of(when_of(watch)),
        "name": watch.name,
        "revision": watch.revision,
        "rows": watch.rows,
        "alarm_on_first": watch.alarm_on_first,
        "mail_to": "\n".join(watch.mail_to),
        "webhook": watch.webhook,
    }
