"""Addresses of the API are looked up by their first word, and lead where Django would lead."""

import re

import pytest
from django.http import HttpResponse
from django.urls import Resolver404, URLResolver, get_resolver, include, path

from common.api.router import SegmentResolver

SAMPLES = {"uuid": "3d36614e-eea2-4078-acde-1c110840141f", "int": "7", "slug": "a-b", "str": "x"}


def view(_request):
    return HttpResponse()


def resolver_of_the_api() -> URLResolver:
    (api,) = [one for one in get_resolver("backend.urls").url_patterns if str(one.pattern) == "api/"]
    (found,) = [one for one in api.url_patterns if isinstance(one, SegmentResolver)]
    return found


def paths(resolver: URLResolver, before: str = ""):
    """Every address, with something for each of its values."""
    for one in resolver.url_patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from paths(one, route)
        else:
            yield re.sub(r"<(?:(\w+):)?\w+>", lambda found: SAMPLES.get(found[1] or "str", "x"), route)


def test_every_address_of_the_api_leads_where_trying_all_of_them_leads():
    resolver = resolver_of_the_api()
    found = 0
    for address in paths(resolver):
        try:
            plain = URLResolver.resolve(resolver, "v1/" + address)
        except Resolver404:
            continue  # a value of another kind than the samples
        quick = resolver.resolve("v1/" + address)
        assert (quick.func, quick.kwargs, quick.view_name) == (plain.func, plain.kwargs, plain.view_name)
        assert quick.route == plain.route
        found += 1
    assert found > 200


def test_an_earlier_route_that_takes_any_word_still_comes_first():
    routes = [path("a/<int:n>", view, name="a"), path("<str:w>/x", view, name="any"), path("a/x", view)]
    resolver = SegmentResolver("v1/", [path("", include((routes, None)))])
    assert resolver.resolve("v1/a/7").url_name == "a"
    assert resolver.resolve("v1/a/x").url_name == "any"
    assert resolver.resolve("v1/b/x").url_name == "any"
    for unknown in ("v1/a/y", "v1/b/y", "v2/a/7", "v1/"):
        with pytest.raises(Resolver404):
            resolver.resolve(unknown)
