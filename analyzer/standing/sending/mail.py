"""A message by mail: plain text to one address, under the same Message-ID at every attempt."""

from __future__ import annotations

import smtplib

from django.conf import settings
from django.core.mail import EmailMessage

from analyzer.models import Delivery
from analyzer.standing.deliveries import Outcome
from analyzer.standing.errors import TargetError
from analyzer.standing.sending.messages import message_id_of, plain, subject_of, text_of
from analyzer.standing.sending.targets import checked_mail

_FOR_GOOD = 500


def send(delivery: Delivery) -> Outcome:
    """Send it once; what the server refuses for good is tried no more."""
    try:
        address = checked_mail(delivery.target)
    except TargetError as error:
        return Outcome(str(error), final=True)
    message = EmailMessage(
        subject_of(delivery),
        text_of(delivery),
        settings.DEFAULT_FROM_EMAIL,
        [address],
        headers={
            "Message-ID": message_id_of(delivery),
            "Auto-Submitted": "auto-generated",
            "Zertify-Key": str(delivery.key),
        },
    )
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as error:
        code, said = next(iter(error.recipients.values()))
        return _refused(code, said)
    except smtplib.SMTPResponseException as error:
        return _refused(error.smtp_code, error.smtp_error)
    except smtplib.SMTPException as error:
        return Outcome(f"the mail server hung up: {plain(str(error))}")
    except OSError as error:
        why = error.strerror or plain(str(error)) or "no answer in time"
        return Outcome(f"the mail server cannot be reached: {why}")
    return Outcome(code=250)


def _refused(code: int, said: bytes | str) -> Outcome:
    words = said.decode(errors="replace") if isinstance(said, bytes) else said
    return Outcome(
        f"the mail server refused it with {code}: {plain(words)}",
        code=code,
        final=code >= _FOR_GOOD,
    )
