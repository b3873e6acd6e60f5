"""Merge the subscriptions here with those on the server, from what both last agreed on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from roya_tui.local_network import is_local_url
from roya_tui.model import Subscription
from roya_tui.normalization import normalize_link
from roya_tui.store.sync.subscriptions import StoredSubscription
from roya_tui.text import normalize_folder, one_line
from roya_tui.translation import gettext, gettext_noop

MAX_SUDDEN_REMOVALS = 3
"""Subscriptions that may disappear from the server at once, if it then lists none."""


class Add(NamedTuple):
    """Subscribe on the server."""

    stored: StoredSubscription


class Edit(NamedTuple):
    """Rename or move on the server, to this title and folder."""

    stored: StoredSubscription
    subscription: Subscription
    title: str
    folder: str


class Remove(NamedTuple):
    """Unsubscribe on the server."""

    stored: StoredSubscription
    subscription: Subscription


class New(NamedTuple):
    """Subscribe here."""

    subscription: Subscription


class Update(NamedTuple):
    """Rename or move here, to the title and folder of the server."""

    stored: StoredSubscription
    subscription: Subscription


class RemoveHere(NamedTuple):
    """Unsubscribe here."""

    stored: StoredSubscription


class Forget(NamedTuple):
    """Delete what was agreed on: both sides have unsubscribed."""

    stored: StoredSubscription


Step = Add | Edit | Remove | New | Update | RemoveHere | Forget


class Merge(NamedTuple):
    """The steps that make both sides equal."""

    steps: Sequence[Step]
    messages: Sequence[str]
    """A sentence for each conflict."""


def clean(listed: Sequence[Subscription], server: str) -> list[Subscription]:
    """Return subscriptions with titles and folders as they are stored here: otherwise these would seem to be changed.

    Addresses of files are left out, and those of the local network if the address of the server is elsewhere.
    """
    is_near = is_local_url(server)
    return [
        replace(
            there,
            url=there.url if _is_on_web(there.url) and (is_near or not is_local_url(there.url)) else "",
            title=one_line(there.title),
            folder=normalize_folder(there.folder),
        )
        for there in listed
        if there.remote_id
    ]


def _is_on_web(url: str) -> bool:
    return url.lower().startswith(("http://", "https://"))


def merge(stored: Sequence[StoredSubscription], listed: Sequence[Subscription]) -> Merge:
    """Return the steps that make the subscriptions here and on the server equal.

    What only one side changed is changed on the other, title and folder separately. If both changed the same, the
    change here wins. A removal here wins; a removal on the server does only if nothing was changed here.
    """
    steps: list[Step] = []
    messages: list[str] = []
    pairs, unmatched = _pair(stored, listed)
    agreed = sum(one.base is not None and not one.removed for one in stored)
    if not listed and agreed > MAX_SUDDEN_REMOVALS:
        message = gettext("The server lists no sources at all. The {count:,} sources here are kept.", count=agreed)
        return Merge((), (message,))
    for one, there in pairs:
        match one.base, there:
            case None, None:
                if not one.removed:
                    steps.append(Add(one))
            case None, Subscription():
                steps += _adopt(one, there, messages)
            case Subscription(), None:
                steps.append(_removed_there(one, messages))
            case Subscription() as base, Subscription():
                if one.removed:
                    steps.append(Remove(one, there))
                    if (base.title, base.folder) != (there.title, there.folder):
                        messages.append(
                            gettext(
                                "“{source}” was removed here and changed on the server. It is removed.",
                                source=there.title,
                            )
                        )
                else:
                    steps += _merge_both(one, base, there, messages)
    for there in unmatched:
        if there.url:
            steps.append(New(there))
        else:
            messages.append(
                gettext("“{source}” is not added: the server sent no public address for it.", source=there.title)
            )
    return Merge(steps, messages)


def _pair(
    stored: Sequence[StoredSubscription], listed: Sequence[Subscription]
) -> tuple[list[tuple[StoredSubscription, Subscription | None]], list[Subscription]]:
    """Return each stored subscription with the one on the server, by id, else by address; and the server's others."""
    by_id = {there.remote_id: there for there in listed}
    matched = {
        one.source_id: by_id.pop(one.remote_id)
        for one in stored
        if one.remote_id in by_id and normalize_link(one.url) == normalize_link(by_id[one.remote_id].url)
    }
    by_address: dict[str, Subscription] = {}
    for there in by_id.values():
        by_address.setdefault(normalize_link(there.url), there)
    for one in stored:
        if one.source_id not in matched and not (one.removed and one.base is None):
            address = normalize_link(one.url)
            if address in by_address:
                there = by_address.pop(address)
                matched[one.source_id] = by_id.pop(there.remote_id)
    for one in stored:  # another address, as after a feed has moved; not after the ids were given anew
        if one.source_id not in matched and one.remote_id in by_id:
            title = by_id[one.remote_id].title
            if not one.removed or (one.base and one_line(one.base.title) == title):
                matched[one.source_id] = by_id.pop(one.remote_id)
    addresses = {normalize_link(there.url) for there in matched.values()}
    others: list[Subscription] = []
    for there in by_id.values():
        address = normalize_link(there.url)
        if not address or address not in addresses:  # a feed that the server lists twice is one source
            addresses.add(address)
            others.append(there)
    return [(one, matched.get(one.source_id)) for one in stored], others


def _adopt(one: StoredSubscription, there: Subscription, messages: list[str]) -> Iterator[Step]:
    """Merge a new source of the account with a subscription that the server had already."""
    if one.removed:
        return
    title, folder = one.title or there.title, one.folder or there.folder
    if one.folder and there.folder and one.folder != there.folder:
        messages.append(
            gettext(
                "“{source}” is in folder “{folder}” here and in “{other}” on the server. “{folder}” is kept.",
                source=title,
                folder=one.folder,
                other=there.folder,
            )
        )
    yield from _agree(one, there, title, folder)


def _removed_there(one: StoredSubscription, messages: list[str]) -> Step:
    if one.removed or one.base is None:
        return Forget(one)
    if not one.is_edited:
        return RemoveHere(one)
    messages.append(
        gettext(
            "“{source}” was removed on the server and changed here. It is added there again.",
            source=one.title or one.base.title,
        )
    )
    return Add(one)


_BOTH_RENAMED = gettext_noop("“{here}” was renamed here, and on the server to “{there}”. The name here is kept.")
_BOTH_MOVED = gettext_noop(
    "“{source}” was moved here to “{here}”, and on the server to “{there}”. The folder here is kept."
)


def _merge_both(
    one: StoredSubscription, base: Subscription, there: Subscription, messages: list[str]
) -> Iterator[Step]:
    here = one.title or base.title
    title = _choose(here, base.title, there.title)
    folder = _choose(one.folder, base.folder, there.folder)
    if len({here, base.title, there.title}) == 3:
        messages.append(gettext(_BOTH_RENAMED, here=here, there=there.title))
    if len({one.folder, base.folder, there.folder}) == 3:
        messages.append(gettext(_BOTH_MOVED, source=title, here=one.folder, there=there.folder))
    yield from _agree(one, there, title, folder)


def _choose(here: str, base: str, there: str) -> str:
    return there if here == base else here


def _agree(one: StoredSubscription, there: Subscription, title: str, folder: str) -> Iterator[Step]:
    """Yield the steps that give both sides this title and folder."""
    if (title, folder) != (there.title, there.folder):
        yield Edit(one, there, title, folder)
    agreed = replace(there, title=title, folder=folder)
    if one.base != agreed or (one.title, one.folder) != (title, folder):
        yield Update(one, agreed)
