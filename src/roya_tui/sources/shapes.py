"""Sites whose feeds follow from the page's own address, and the places where feeds usually lie."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urljoin, urlsplit

USUAL_PLACES = ("/feed", "/rss", "/feed.xml", "/rss.xml", "/atom.xml", "/index.xml", "/feed.json", "/feeds")
"""Where feeds lie most often, most frequent first."""

_CHANNEL = re.compile(
    r"(?:\"(?:externalId|channelId)\"\s*:\s*\"|itemprop=\"(?:channelId|identifier)\"\s+content=\"|/channel/)(UC[\w-]{22})",
    re.ASCII,
)


def known(url: str, page: str) -> Iterator[tuple[str, str]]:
    """Yield (address, title) of feeds that a site of a known kind has for the page at `url` with the text `page`."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    steps = [step for step in parts.path.split("/") if step]
    if host in ("youtube.com", "youtu.be"):
        yield from _youtube(steps, parse_qs(parts.query), page)
    elif host in ("reddit.com", "old.reddit.com", "new.reddit.com"):
        yield from _reddit(steps)
    elif host == "github.com":
        yield from _github(steps)
    elif host == "gitlab.com" and len(steps) >= 2:
        yield f"https://gitlab.com/{'/'.join(steps[:2])}/-/tags?format=atom", f"{steps[1]}: releases"
    elif host == "medium.com" and steps:
        yield f"https://medium.com/feed/{steps[0]}", steps[0]
    elif host.endswith(".substack.com"):
        yield urljoin(url, "/feed"), ""
    elif host.endswith(".tumblr.com"):
        yield urljoin(url, "/rss"), ""
    elif host.endswith(".blogspot.com"):
        yield urljoin(url, "/feeds/posts/default"), ""
    elif host == "bsky.app" and steps[:1] == ["profile"] and len(steps) >= 2:
        yield f"https://bsky.app/profile/{steps[1]}/rss", steps[1]
    else:
        yield from _software(url, steps, page)


def _youtube(steps: list[str], query: dict[str, list[str]], page: str) -> Iterator[tuple[str, str]]:
    feeds = "https://www.youtube.com/feeds/videos.xml"
    if query.get("list"):
        yield f"{feeds}?playlist_id={query['list'][0]}", "Playlist"
    if len(steps) >= 2 and steps[0] == "channel":
        yield f"{feeds}?channel_id={steps[1]}", "Channel"
    elif found := _CHANNEL.search(page):
        yield f"{feeds}?channel_id={found[1]}", "Channel"
    if len(steps) >= 2 and steps[0] == "user":
        yield f"{feeds}?user={steps[1]}", "Channel"


def _reddit(steps: list[str]) -> Iterator[tuple[str, str]]:
    if len(steps) >= 2 and steps[0] in ("r", "u", "user"):
        home = f"{steps[0]}/{steps[1]}"
        if "comments" in steps:
            yield f"https://www.reddit.com/{'/'.join(steps)}/.rss", "Comments of this post"
        yield f"https://www.reddit.com/{home}/.rss", home


def _github(steps: list[str]) -> Iterator[tuple[str, str]]:
    if len(steps) == 1:
        yield f"https://github.com/{steps[0]}.atom", f"{steps[0]}: activity"
    elif len(steps) >= 2:
        home = f"https://github.com/{steps[0]}/{steps[1]}"
        yield f"{home}/releases.atom", f"{steps[1]}: releases"
        yield f"{home}/tags.atom", f"{steps[1]}: tags"
        yield f"{home}/commits.atom", f"{steps[1]}: commits"


def _software(url: str, steps: list[str], page: str) -> Iterator[tuple[str, str]]:
    """Yield the feeds of Mastodon and WordPress, which run under any name."""
    if len(steps) == 1 and re.fullmatch(r"@[\w.]+", steps[0]) and "mastodon" in page.lower():
        yield urljoin(url, f"/{steps[0]}.rss"), steps[0]
    if "/wp-content/" in page or re.search(r"<meta[^>]+content=[\"']WordPress", page, re.I):
        yield urljoin(url, "/feed/"), ""
