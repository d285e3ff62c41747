"""How fields of all forms look: Bootstrap's classes, set in one place."""

from __future__ import annotations

from django import forms


def dress(form: forms.BaseForm) -> None:
    """Give each widget of the form its class."""
    for field in form.fields.values():
        kind = "form-select" if isinstance(field.widget, forms.Select) else "form-control"
        field.widget.attrs.setdefault("class", kind)


def describe_live(form: forms.BaseForm) -> None:
    """Let each visible field be described by its hint and by the place of its live errors."""
    for name, field in form.fields.items():
        if field.widget.is_hidden:
            continue
        place = form.auto_id % name if isinstance(form.auto_id, str) else name
        parts = [f"{place}_helptext"] if field.help_text else []
        field.widget.attrs["aria-describedby"] = " ".join([*parts, f"{place}_said"])
