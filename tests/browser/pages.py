"""Every page a person can open, taken from the matrix of access: a new page joins by itself."""

from collections.abc import Iterator

from tests.access.test_matrix import address, expected
from tests.access.world import ACTORS, World

# Who looks: the three front doors, the visitor, and the desk.
LOOKERS = ("anonymous", "owner", "helper", "coordinator", "administrator", "officer")
# Not pages for people: programs read them, or they stand in another file.
NO_PAGES = ("api/", ".well-known", "manifest", "robots", "favicon", "healthz", "readyz", "metrics", "sitemap")
FRAGMENTS = ("badges/", "/beeld/", "<int:year>", "rij/", "bellers/", "aantal/", "vandaag/<", "stand/")


def pages_of(looker: str, world: World) -> Iterator[str]:
    """Addresses that answer with a page to this person."""
    column = ACTORS.index(looker)
    for (method, route), statuses in expected().items():
        is_file = "." in route.rsplit("/", 1)[-1]
        skipped = is_file or route.startswith(NO_PAGES) or any(part in route for part in FRAGMENTS)
        if method == "GET" and statuses[column] == "200" and not skipped:
            yield "/" if route == "home" else address(route, world)


def special_pages(looker: str) -> list[str]:
    """Pages of libraries that wear our clothes."""
    signed_in = ["/account/email/", "/account/password/change/", "/account/2fa/", "/account/logout/"]
    visitor = [
        "/account/login/",
        "/account/login/code/",
        "/account/signup/",
        "/account/password/reset/",
    ]
    return visitor if looker == "anonymous" else signed_in


def own_pages(looker: str, world: World) -> list[str]:
    """What this person sees that a visitor does not; for the visitor everything."""
    everything = [*pages_of(looker, world), *special_pages(looker)]
    if looker == "anonymous":
        return everything
    seen = set(pages_of("anonymous", world))
    if looker == "officer":
        # Staff as well: what they share with the coordinator is looked at there.
        seen |= {*pages_of("coordinator", world), *special_pages("coordinator")}
    return [page for page in everything if page not in seen]
