"""Every address of the site, from its URL map, with a world's things in it."""

from collections.abc import Mapping

from flask import Flask
from werkzeug.routing import Rule

from lms.permissions import Permission


def rules(app: Flask) -> list[tuple[Rule, str]]:
    """Every route with each of its methods."""
    methods = ("GET", "POST")
    found = [
        (rule, method) for rule in app.url_map.iter_rules() for method in methods if method in (rule.methods or ())
    ]
    return sorted((pair for pair in found if pair[0].endpoint != "static"), key=lambda pair: (pair[0].rule, pair[1]))


def address(app: Flask, rule: Rule, things: Mapping[str, object]) -> str:
    """The route with the world's things in it; of a choice of words, the first."""
    values = {name: things[name] for name in rule.arguments if name in things}
    for name in rule.arguments - set(values):
        values[name] = sorted(rule._converters[name].items)[0]
    with app.test_request_context():
        return rule.build(values)[1]  # type: ignore[index]


def mark_of(app: Flask, rule: Rule) -> Permission | str | None:
    """What a route says of who may open it."""
    return getattr(app.view_functions[rule.endpoint], "permission", None)
