"""SQLAlchemy rows, one module an area. Nothing is imported here: who may not see keys imports no keys."""
