"""Pages: each area has `routes.py` and, where something is filled in, `forms.py`."""
