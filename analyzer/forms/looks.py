"""How fields of all forms look: Bootstrap's classes, set in one place."""

from __future__ import annotations

from django import forms


def dress(form: forms.BaseForm) -> None:
    """Give each widget of the form its class."""
    for field in form.fields.values():
        kind = "form-select" if isinstance(field.widget, forms.Select) else "form-control"
        field.widget.attrs.setdefault("class", kind)
