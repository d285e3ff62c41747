"""Makes an API token for a user on this machine: `manage.py make_token analyst nightly`."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from analyzer import tokens
from analyzer.models.people.tokens import LONGEST_TOKEN_NAME


class Command(BaseCommand):
    help = "Make an API token for a user and print its key, which nothing keeps."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("user", help="whose token it is")
        parser.add_argument("name", help="what the program is")
        parser.add_argument(
            "--scope",
            action="append",
            choices=tokens.EVERY_SCOPE,
            help="what it may, any number of times; all unless given",
        )
        parser.add_argument(
            "--days", type=int, help="how long it works; until revoked if not given"
        )

    def handle(self, *args: object, **options: Any) -> None:
        user = User.objects.filter(username=options["user"], is_active=True).first()
        if user is None:
            raise CommandError(f"there is no user `{options['user']}` who can sign in")
        name, days, now = options["name"].strip(), options["days"], timezone.now()
        if not 0 < len(name) <= LONGEST_TOKEN_NAME:
            raise CommandError(f"a name has 1 to {LONGEST_TOKEN_NAME} characters")
        if days is not None and not 0 < days <= 36_500:
            raise CommandError("`--days` is a number from 1 to 36500")
        ends = now + timedelta(days=days) if days else None
        draft = tokens.TokenDraft(name, options["scope"] or tokens.EVERY_SCOPE, ends)
        try:
            self.stdout.write(tokens.make_token(draft=draft, by=user, now=now))
        except tokens.TokenNameTakenError as error:
            raise CommandError(f"`{user.username}` has a token `{name}` already") from error
