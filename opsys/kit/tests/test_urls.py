"""Where a resource's address has its cluster, lists have words of their own: no cluster may be called so."""

from clusters.models import TAKEN
from opsys.kit.console.urls import console_urls
from opsys.kit.declare import register


def test_every_word_of_a_list_is_taken():
    slugs = {resource.slug for resource in register.resources()}
    routes = [str(route.pattern) for app in console_urls() for route in app.url_patterns]
    steps = [route.split("/")[1] for route in routes if route.split("/")[0] in slugs]
    words = {step for step in steps if step and not step.startswith("<")}
    assert words and words <= TAKEN
