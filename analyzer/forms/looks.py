"""How fields of all forms look: Bootstrap's classes, set in one place."""

from __future__ import annotations

from django import forms


def dress(form: forms.BaseForm) -> None:
    """Give each widget of the form its class."""
    for field in form.fields.values():
        widget = field.widget
        if isinstance(widget, (forms.CheckboxInput, forms.CheckboxSelectMultiple)):
            continue
        kind = "form-select" if isinstance(widget, forms.Select) else "form-control"
        widget.attrs.setdefault("class", kind)
