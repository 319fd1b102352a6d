"""Certificates: the public check, the printed file, revocation."""
