"""How competence is asked: items, their kinds and, apart from them, their keys."""
