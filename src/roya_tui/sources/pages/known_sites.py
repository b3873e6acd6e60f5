"""Sites whose time zone is known, or whose feeds follow from a page's address, and the usual paths of feeds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from urllib.parse import SplitResult, parse_qs, urljoin, urlsplit

from roya_tui.sources.hosts import host_of

TIME_ZONES = {"royanews.tv": "Asia/Amman"}
"""Host → time zone of the times without one that it and its subdomains write."""

USUAL_PATHS = ("/feed", "/rss", "/feed.xml", "/rss.xml", "/atom.xml", "/index.xml", "/feed.json", "/feeds")
"""The usual paths of feeds, most frequent first."""

FeedPatterns = tuple[tuple[str, str], ...]
"""Addresses and titles; `{0}`, `{1}` … are the groups of the pattern before them."""

_YOUTUBE = "https://www.youtube.com/feeds/videos.xml"
_GITLAB: FeedPatterns = (
    ("/{0}/-/releases.atom", "Releases"), ("/{0}/-/tags?format=atom", "Tags"), ("/{0}.atom", "Activity")
)  # fmt: skip
_GITHUB: FeedPatterns = tuple(
    (f"https://github.com/{{0}}/{{1}}/{name}.atom", f"{{1}}: {name}") for name in ("releases", "tags", "commits")
)
_BLOGGER: FeedPatterns = (("/feeds/posts/default", ""), ("/feeds/comments/default", "Comments"))
_WORDPRESS: FeedPatterns = (("/feed/", ""), ("/comments/feed/", "Comments"))
_PROJECT = r"((?:[^/-][^/]*/)+[^/-][^/]*)"
_FORGE: FeedPatterns = (("/{0}/{1}/releases.rss", "{1}: releases"), ("/{0}/{1}.rss", "{1}: activity"))

SITES: tuple[tuple[str, FeedPatterns], ...] = (
    (r"youtube\.com/channel/(UC[\w-]{22})", ((f"{_YOUTUBE}?channel_id={{0}}", "Channel"),)),
    (r"youtube\.com/user/([^/]+)", ((f"{_YOUTUBE}?user={{0}}", "Channel"),)),
    (r"reddit\.com/(r/[^/]+/comments/.+)", (("https://www.reddit.com/{0}/.rss", "Comments of this post"),)),
    (r"reddit\.com/(r/[^/]+/(?:new|top|rising|controversial))", (("https://www.reddit.com/{0}/.rss", "{0}"),)),
    (r"reddit\.com/((?:r|u|user|domain)/[^/]+)", (("https://www.reddit.com/{0}/.rss", "{0}"),)),
    (r"reddit\.com/?\Z", (("https://www.reddit.com/.rss", "Front page"),)),
    (r"github\.com/([^/]+)/([^/]+)/commits/(.+)", (("https://github.com/{0}/{1}/commits/{2}.atom", "{1}: commits"),)),
    (r"github\.com/([^/]+)/([^/]+)", _GITHUB),
    (r"github\.com/([^/]+)\Z", (("https://github.com/{0}.atom", "{0}: activity"),)),
    (rf"gitlab\.com/{_PROJECT}", _GITLAB),
    (r"gitlab\.com/([^/]+)", (("https://gitlab.com/{0}.atom", "{0}: activity"),)),
    (r"codeberg\.org/([^/]+)/([^/]+)", _FORGE),
    (r"codeberg\.org/([^/]+)\Z", (("https://codeberg.org/{0}.rss", "{0}: activity"),)),
    (r"medium\.com/tag/([^/]+)", (("https://medium.com/feed/tag/{0}", "{0}"),)),
    (r"medium\.com/([^/]+)", (("https://medium.com/feed/{0}", "{0}"),)),
    (r"[^./]+\.medium\.com/", (("/feed", ""),)),
    (r"[^./]+\.substack\.com/", (("/feed", ""),)),
    (r"[^./]+\.tumblr\.com/(tagged/[^/]+)", (("/{0}/rss", "{0}"),)),
    (r"[^./]+\.tumblr\.com/", (("/rss", ""),)),
    (r"tumblr\.com/([\w-]+)", (("https://{0}.tumblr.com/rss", "{0}"),)),
    (r"[^./]+\.blogspot\.[a-z.]+/", _BLOGGER),
    (r"[^./]+\.wordpress\.com/", _WORDPRESS),
    (r"bsky\.app/profile/([^/]+)", (("https://bsky.app/profile/{0}/rss", "{0}"),)),
    (r"dev\.to/t/([^/]+)", (("https://dev.to/feed/tag/{0}", "{0}"),)),
    (r"dev\.to/([^/]+)", (("https://dev.to/feed/{0}", "{0}"),)),
    (r"vimeo\.com/((?:channels|groups)/[^/]+)", (("https://vimeo.com/{0}/videos/rss", "Videos"),)),
    (r"vimeo\.com/([^/\d][^/]*)", (("https://vimeo.com/{0}/videos/rss", "Videos"),)),
    (r"dailymotion\.com/playlist/([^/]+)", (("https://www.dailymotion.com/rss/playlist/{0}", "Playlist"),)),
    (r"dailymotion\.com/(?!video/)([^/]+)", (("https://www.dailymotion.com/rss/user/{0}", "{0}"),)),
    (r"odysee\.com/(@[^/]+)", (("https://odysee.com/$/rss/{0}", "{0}"),)),
    (r"letterboxd\.com/([^/]+)", (("https://letterboxd.com/{0}/rss/", "{0}"),)),
    (r"sourceforge\.net/projects/([^/]+)", (("https://sourceforge.net/projects/{0}/rss", "{0}: files"),)),
    (r"store\.steampowered\.com/app/(\d+)", (("https://store.steampowered.com/feeds/news/app/{0}", "News"),)),
    (r"arxiv\.org/list/([\w.-]+)", (("https://rss.arxiv.org/rss/{0}", "{0}"),)),
    (r"news\.google\.com/(?!rss)(.*)", (("https://news.google.com/rss/{0}", ""),)),
    (r"news\.ycombinator\.com/", (("/rss", ""),)),
)
"""For well-known hosts: a pattern of host (without `www.`) and path. The first match counts."""

_QUESTIONS: tuple[tuple[str, FeedPatterns], ...] = (
    (r"/questions/tagged/([^/]+)", (("/feeds/tag?tagnames={0}&sort=newest", "{0}"),)),
    (r"/questions/(\d+)", (("/feeds/question/{0}", "Answers"),)),
    (r"/users/(\d+)", (("/feeds/user/{0}", "User"),)),
    (r"", (("/feeds", "Questions"),)),
)
_STACK_EXCHANGE = re.compile(
    r"(?:[\w-]+\.)?(?:stackexchange|stackoverflow|superuser|serverfault|askubuntu|stackapps)\.com|mathoverflow\.net"
)

SOFTWARE: tuple[tuple[str, str, FeedPatterns], ...] = (
    (r"wp-content/|[\"']WordPress", r"/((?:.+/)?(?:category|tag|author)/.+?)/?\Z", (("/{0}/feed/", "{0}"),)),
    (r"wp-content/|[\"']WordPress", r"", _WORDPRESS),
    (r"[\"']Ghost\b", r"/((?:tag|author)/[^/]+)", (("/{0}/rss/", "{0}"),)),
    (r"[\"']Ghost\b", r"", (("/rss/", ""),)),
    (r"mastodon", r"/(@[\w.]+)(?:/|\Z)", (("/{0}.rss", "{0}"),)),
    (r"mastodon", r"/tags/([^/]+)", (("/tags/{0}.rss", "#{0}"),)),
    (r"misskey", r"/(@[\w.]+)\Z", (("/{0}.atom", "{0}"),)),
    (r"pixelfed", r"/([\w.-]+)\Z", (("/users/{0}.atom", "{0}"),)),
    (r"lemmy", r"/([cu])/([^/]+)", (("/feeds/{0}/{1}.xml", "{1}"),)),
    (r"peertube", r"/c/([^/]+)", (("/feeds/videos.xml?videoChannelName={0}", "{0}"),)),
    (r"peertube", r"/a/([^/]+)", (("/feeds/videos.xml?accountName={0}", "{0}"),)),
    (r"[\"']Discourse\b", r"/(c/.+/\d+|t/[^/]+/\d+|tag/[^/]+)", (("/{0}.rss", ""),)),
    (r"[\"']Discourse\b", r"", (("/latest.rss", ""),)),
    (r"content=[\"']GitLab", f"/{_PROJECT}", _GITLAB),
    (r"(?:gitea|forgejo)\b", r"/([^/]+)/([^/]+)", _FORGE),
    (r"substackcdn\.com", r"", (("/feed", ""),)),
    (r"[\"']blogger\b", r"", _BLOGGER),
    (r"[\"']Drupal\b", r"", (("/rss.xml", ""),)),
    (r"[\"'](?:Astro|Gatsby|Nikola)\b", r"", (("/rss.xml", ""),)),
    (r"[\"']Hugo\b", r"", (("/index.xml", ""),)),
    (r"[\"']Jekyll\b", r"", (("/feed.xml", ""), ("/atom.xml", ""))),
    (r"[\"']Hexo\b", r"", (("/atom.xml", ""),)),
    (r"[\"']Pelican\b", r"", (("/feeds/all.atom.xml", ""),)),
    (r"[\"']Joomla", r"(.*)", (("{0}?format=feed&type=rss", ""),)),
    (r"static1\.squarespace\.com", r"(/.*)", (("{0}?format=rss", ""),)),
    (r"cdn\.shopify\.com", r"/blogs/([^/]+)", (("/blogs/{0}.atom", "{0}"),)),
    (r"static\.wixstatic\.com", r"", (("/blog-feed.xml", ""),)),
)  # fmt: skip
"""For software on any host: a pattern in its pages, a pattern of the path, and its feeds."""

_CHANNEL = re.compile(
    r"(?:\"(?:externalId|channelId)\"\s*:\s*\"|itemprop=\"(?:channelId|identifier)\"\s+content=\"|/channel/)(UC[\w-]{22})",
    re.ASCII,
)
_SOUNDCLOUD = re.compile(r"soundcloud:(?://)?users:(\d{1,20})")
_PODCAST = re.compile(r"\"(?:feedUrl|rssUrl|rssFeedUrl|feed_url|rss_url)\"\s*:\s*\"(https?:[^\"<>\s]{1,1000})\"")
_MAX_PODCASTS = 3


def time_zone_of_site(url: str) -> str:
    """Return the time zone of the site at a URL, "" if it is not known."""
    host = f".{host_of(url).rstrip('.')}"
    return next((zone for site, zone in TIME_ZONES.items() if host.endswith(f".{site}")), "")


def find_feeds(url: str, page: str) -> Iterator[tuple[str, str]]:
    """Yield address and title of the feeds that a known site or software has for the page at `url`."""
    parts = urlsplit(url)
    host = re.sub(r"^(?:www|m|old|new)\.", "", parts.hostname or "")
    if host in ("youtube.com", "youtu.be"):
        yield from _youtube(parts, page)
    if found := next(_matches(f"{host}{parts.path.rstrip('/') or '/'}", SITES), None):
        yield from _fill(url, *found)
    elif _STACK_EXCHANGE.fullmatch(host):
        yield from _fill(url, *next(_matches(parts.path, _QUESTIONS)))
    elif host == "soundcloud.com" and (user := _SOUNDCLOUD.search(page)):
        yield f"https://feeds.soundcloud.com/users/soundcloud:users:{user[1]}/sounds.rss", "Sounds"
    else:
        is_marked: dict[str, bool] = {}
        for mark, path, feeds in SOFTWARE:
            if mark not in is_marked:
                is_marked[mark] = re.search(mark, page, re.I) is not None
            if is_marked[mark] and (match := re.match(path, parts.path)):
                yield from _fill(url, match, feeds)
    for podcast in islice(_PODCAST.finditer(page), _MAX_PODCASTS):
        yield podcast[1].replace("\\/", "/").replace("\\u002F", "/"), "Podcast"


def _matches(text: str, shapes: tuple[tuple[str, FeedPatterns], ...]) -> Iterator[tuple[re.Match[str], FeedPatterns]]:
    return ((match, feeds) for pattern, feeds in shapes if (match := re.match(pattern, text)))


def _fill(url: str, match: re.Match[str], feeds: FeedPatterns) -> Iterator[tuple[str, str]]:
    for address, title in feeds:
        yield urljoin(url, address.format(*match.groups())), title.format(*match.groups())


def _youtube(parts: SplitResult, page: str) -> Iterator[tuple[str, str]]:
    """Yield the feed of the playlist in the address, and that of the channel in the page."""
    if playlist := parse_qs(parts.query).get("list"):
        yield f"{_YOUTUBE}?playlist_id={playlist[0]}", "Playlist"
    if not parts.path.startswith(("/channel/", "/user/")) and (channel := _CHANNEL.search(page)):
        yield f"{_YOUTUBE}?channel_id={channel[1]}", "Channel"
