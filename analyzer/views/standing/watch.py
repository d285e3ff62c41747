"""One watch: its runs, what was new, its messages; and what may be done with it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from analyzer.models import Delivery, Watch
from analyzer.queries import saved
from analyzer.queries.standing import orders as reads
from analyzer.standing import deliveries, owned
from analyzer.standing import watches as verbs
from analyzer.standing.errors import StandingError
from analyzer.standing.sending.targets import host_of
from analyzer.standing.turns import when_of
from analyzer.views.queries.listing import SAVE, VIEW
from analyzer.views.standing.found import get_or_404, get_own_or_404, may_change, number, tell
from web.gate import gate


@gate(VIEW)
@require_safe
def watch(request: HttpRequest, pk: int) -> HttpResponse:
    return show_watch(request, get_or_404(request, Watch, pk))


@gate(VIEW)
@require_safe
def run(request: HttpRequest, pk: int, run_pk: int) -> HttpResponse:
    """One run: the first of what was new, and the messages about it."""
    found = get_or_404(request, Watch, pk)
    one = reads.run_of(found, run_pk)
    if one is None:
        raise Http404
    own = may_change(request, found)
    context = {
        "watch": found,
        "run": one,
        "more": one.fresh - len(one.sample),
        "deliveries": [_shown(each, own=own) for each in reads.deliveries_of_run(one)],
        "own": own,
    }
    return render(request, "analyzer/standing/watch_run.html", context)


@gate(SAVE)
@require_POST
def switch(request: HttpRequest, pk: int) -> HttpResponse:
    """Pause it, or let it run again."""
    found = get_own_or_404(request, Watch, pk)
    user: Any = request.user
    active = not found.active
    owned.switch(ours=found, active=active, by=user, now=timezone.now())
    tell(request, f"The watch {found.name} {'runs again' if active else 'is paused'}.")
    return redirect("watch", pk)


@gate(SAVE)
@require_POST
def run_now(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_own_or_404(request, Watch, pk)
    user: Any = request.user
    try:
        owned.run_now(ours=found, by=user, now=timezone.now())
    except StandingError as error:
        messages.error(request, f"{error}.")
    else:
        tell(request, "A run is due; a worker takes it up within seconds.")
    return redirect("watch", pk)


@gate(SAVE)
@require_POST
def test(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a test message to each target."""
    found = get_own_or_404(request, Watch, pk)
    if deliveries.write_test(watch=found, by=request.user, now=timezone.now()):
        tell(request, "A test message is on its way to each target.")
    else:
        messages.error(request, "The watch has nobody to tell: add an address or a webhook first.")
    return redirect(f"{reverse('watch', args=[pk])}#messages")


@gate(SAVE)
@never_cache
@require_POST
def secret(request: HttpRequest, pk: int) -> HttpResponse:
    """A new secret for signatures, shown this once."""
    found = get_own_or_404(request, Watch, pk)
    user: Any = request.user
    return show_watch(
        request, found, secret=verbs.new_secret(watch=found, by=user, now=timezone.now())
    )


@gate(SAVE)
@require_POST
def retry(request: HttpRequest, pk: int, delivery_pk: int) -> HttpResponse:
    found = get_own_or_404(request, Watch, pk)
    delivery = reads.delivery_of(found, delivery_pk)
    if delivery is None:
        raise Http404
    if deliveries.retry(delivery=delivery, by=request.user, now=timezone.now()):
        tell(request, "The message is tried again now.")
    return redirect(f"{reverse('watch', args=[pk])}#messages")


@gate(SAVE)
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_own_or_404(request, Watch, pk)
    if request.method == "POST":
        user: Any = request.user
        verbs.delete(watch=found, by=user, now=timezone.now())
        tell(request, f"The watch {found.name} is deleted.")
        return redirect("watches")
    context = {"watch": found, "when": when_of(found).words}
    return render(request, "analyzer/standing/watch_delete.html", context)


def show_watch(request: HttpRequest, found: Watch, *, secret: str = "") -> HttpResponse:
    """The page of a watch; `secret` is shown this once."""
    own = may_change(request, found)
    runs, older_runs = reads.runs_of(found, before=number(request, "runs_before"))
    sent, older_sent = reads.deliveries_of(found, before=number(request, "messages_before"))
    filters, errors = saved.filters_of(found.query.params)
    context = {
        "watch": found,
        "own": own,
        "secret": secret,
        "when": when_of(found).words,
        "sentence": saved.sentence_of(filters, tab=found.query.tab),
        "refused": "; ".join(errors.values()),
        "webhook": found.webhook if own else host_of(found.webhook),
        "runs": runs,
        "older_runs": older_runs,
        "deliveries": [_shown(each, own=own) for each in sent],
        "older_deliveries": older_sent,
    }
    return render(request, "analyzer/standing/watch.html", context)


def _shown(delivery: Delivery, *, own: bool) -> dict[str, Any]:
    """A message; the rest of a webhook's address is for who may change it."""
    webhook = delivery.channel == Delivery.Channel.WEBHOOK
    return {
        "one": delivery,
        "target": host_of(delivery.target) if webhook and not own else delivery.target,
        "again": delivery.state in {Delivery.State.FAILED, Delivery.State.GIVEN_UP},
    }
