"""Rows to core values and back: the only translators."""
