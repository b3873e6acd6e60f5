"""Merging subscriptions: what one side changed reaches the other, and each conflict has one sentence."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from roya_tui.model import Subscription
from roya_tui.store.sync.subscriptions import StoredSubscription
from roya_tui.sync import merge

BASE = Subscription("7", "https://gazette.example/feed", "Gazette", "News")


def stored(**changes: Any) -> StoredSubscription:
    return StoredSubscription(1, "7", BASE, BASE.url, "Gazette", "News", False)._replace(**changes)


def there(**changes: Any) -> Subscription:
    return replace(BASE, **changes)


CASES = {
    "nothing changed": (stored(), there(), [], 0),
    "renamed here": (stored(title="Paper"), there(), ["Edit Paper News", "Update Paper News"], 0),
    "renamed there": (stored(), there(title="Paper"), ["Update Paper News"], 0),
    "moved here, renamed there": (
        stored(folder="Press"), there(title="Paper"), ["Edit Paper Press", "Update Paper Press"], 0,
    ),
    "renamed in both": (stored(title="Paper"), there(title="Journal"), ["Edit Paper News", "Update Paper News"], 1),
    "renamed alike in both": (stored(title="Paper"), there(title="Paper"), ["Update Paper News"], 0),
    "moved in both": (stored(folder="Here"), there(folder="There"), ["Edit Gazette Here", "Update Gazette Here"], 1),
    "removed here": (stored(removed=True), there(), ["Remove"], 0),
    "removed here, renamed there": (stored(removed=True), there(title="Paper"), ["Remove"], 1),
    "removed there": (stored(), None, ["RemoveHere"], 0),
    "removed there, renamed here": (stored(title="Paper"), None, ["Add"], 1),
    "removed in both": (stored(removed=True), None, ["Forget"], 0),
    "added here": (stored(base=None, remote_id=""), None, ["Add"], 0),
    "added in both": (
        stored(base=None, remote_id="", title="", folder=""), there(remote_id="9"), ["Update Gazette News"], 0,
    ),
    "added in both, into other folders": (
        stored(base=None, remote_id="", folder="Press"), there(), ["Edit Gazette Press", "Update Gazette Press"], 1,
    ),
    "added there again": (stored(), there(remote_id="9"), ["Update Gazette News"], 0),
    "without a name of its own": (stored(title=""), there(), ["Update Gazette News"], 0),
}  # fmt: skip


@pytest.mark.parametrize(("here", "listed", "steps", "conflicts"), CASES.values(), ids=CASES)
def test_merge_decides_what_each_side_changes(
    here: StoredSubscription, listed: Subscription | None, steps: list[str], conflicts: int
) -> None:
    found = merge.merge([here], [listed] if listed else [])
    assert [describe(step) for step in found.steps] == steps
    assert len(found.messages) == conflicts


def describe(step: merge.Step) -> str:
    match step:
        case merge.Edit(_, _, title, folder):
            return f"Edit {title} {folder}"
        case merge.Update(_, subscription):
            return f"Update {subscription.title} {subscription.folder}"
    return type(step).__name__


def test_new_subscription_is_added_here_once_when_the_server_lists_it_twice() -> None:
    twice = [there(), there(remote_id="8", url=BASE.url + "/")]
    assert [describe(step) for step in merge.merge([], twice).steps] == ["New"]


@pytest.mark.parametrize(
    ("url", "server", "is_added"),
    [
        ("https://gazette.example/feed", "https://reader.example", True),
        ("http://192.168.1.1/status", "https://reader.example", False),
        ("http://router.lan/feed", "https://reader.example", False),
        ("http://[::1]:8080/feed", "https://reader.example", False),
        ("http://[", "https://reader.example", False),
        ("http://192.168.1.1/status", "http://192.168.1.7:8080", True),
        ("file:///etc/passwd", "http://127.0.0.1", False),
    ],
)
def test_address_of_the_local_network_is_added_only_from_a_server_in_it(url: str, server: str, is_added: bool) -> None:
    found = merge.merge([], merge.clean([there(url=url)], server))
    assert (len(found.steps), len(found.messages)) == ((1, 0) if is_added else (0, 1))


def test_source_is_kept_when_the_server_suddenly_lists_none() -> None:
    many = [stored()._replace(source_id=id, remote_id=str(id), url=f"https://{id}.example/") for id in range(9)]
    found = merge.merge(many, [])
    assert not found.steps
    assert "9 sources" in found.messages[0]


URLS = st.sampled_from(["https://a.example/feed", "https://b.example/feed", "https://c.example/feed"])
NAMES = st.sampled_from(["Gazette", "Paper", "Journal"])
FOLDERS = st.sampled_from(["", "News", "Press"])
CHANGES = st.lists(st.tuples(URLS, st.one_of(st.none(), st.tuples(NAMES, FOLDERS))), max_size=5)


@settings(max_examples=200)
@given(st.lists(st.tuples(CHANGES, CHANGES), max_size=4))
def test_both_sides_are_equal_after_each_merge(rounds: list[tuple[Any, Any]]) -> None:
    here: dict[str, tuple[str, str]] = {}
    server: dict[str, tuple[str, str]] = {}
    base: dict[str, tuple[str, str]] = {}
    for changed_here, changed_there in rounds:
        touched: dict[str, set[int]] = {}
        for number, (side, changes) in enumerate(((here, changed_here), (server, changed_there))):
            for url, value in changes:
                touched.setdefault(url, set()).add(number)
                if value is None:
                    side.pop(url, None)
                else:
                    side[url] = value
        wanted = {url: (here.get(url), server.get(url)) for url in touched}
        exchange(here, server, base)
        assert here == server == base
        for url, by in touched.items():
            if by == {0}:  # nobody else touched it: the last change is the result
                assert here.get(url) == wanted[url][0]
            if by == {1}:
                assert here.get(url) == wanted[url][1]
        assert not merge.merge(*listed(here, server, base)).steps


def listed(
    here: dict[str, Any], server: dict[str, Any], base: dict[str, Any]
) -> tuple[list[StoredSubscription], list[Subscription]]:
    known = [
        StoredSubscription(
            number,
            url if url in base else "",
            Subscription(url, url, *base[url]) if url in base else None,
            url,
            *here.get(url, base.get(url)),
            url not in here,
        )
        for number, url in enumerate(sorted({*here, *base}))
    ]
    return known, [Subscription(url, url, *value) for url, value in sorted(server.items())]


def exchange(here: dict[str, Any], server: dict[str, Any], base: dict[str, Any]) -> None:
    for step in merge.merge(*listed(here, server, base)).steps:
        match step:
            case merge.Add(one):
                server[one.url] = base[one.url] = here[one.url]
            case merge.Edit(_, subscription, title, folder):
                server[subscription.url] = title, folder
            case merge.Remove(one, subscription):
                del server[subscription.url], base[one.url]
            case merge.New(subscription):
                here[subscription.url] = base[subscription.url] = subscription.title, subscription.folder
            case merge.Update(one, subscription):
                here[one.url] = base[one.url] = subscription.title, subscription.folder
            case merge.RemoveHere(one):
                del here[one.url], base[one.url]
            case merge.Forget(one):
                del base[one.url]
