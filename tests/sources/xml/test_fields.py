"""Fields of XML feeds, besides those of the documents in tests/data/feeds."""

from collections.abc import Callable

import pytest

from roya_tui.model import Enclosure, Entry, Feed, Picture
from roya_tui.sources import html_fragments
from roya_tui.sources.parser import parse

Entries = Callable[..., Entry]
Feeds = Callable[..., Feed]


def test_raw_times_are_stored_and_zones_of_the_source_used(item: Entries) -> None:
    one = item("<pubDate> 04-07-2025   00:16 </pubDate>")
    assert (one.published.raw, one.updated.raw) == ("04-07-2025 00:16", "")
    assert item("<pubDate>no idea</pubDate>").published.raw == "no idea"

    data = b"<rss version='2.0'><channel><item><pubDate>04-07-2025 00:16</pubDate></item></channel></rss>"
    assert parse(data, zone="Asia/Amman").entries[0].published.at == 1751577360
    assert parse(data).entries[0].published.at == 1751588160
    feed = parse(data, zone="Nowhere/Land")
    assert feed.entries[0].published.at == 1751588160
    assert feed.warnings == ("Unknown time zone “Nowhere/Land”: times without a zone were read as UTC.",)
    assert parse(data, now=1751577360 - 3 * 86_400).entries[0].published.at is None


def test_remote_content_and_durations_of_media_are_read(entry: Entries, item: Entries) -> None:
    one = entry('<content src="/a.ogg" type="audio/ogg"/>')
    assert (one.url, one.enclosures) == ("", (Enclosure("https://site.example/a.ogg", "audio/ogg"),))
    assert entry('<content src="/a" type="image/png"/>').pictures == (Picture("https://site.example/a"),)

    one = item(
        """<itunes:duration>60</itunes:duration><media:content url="/a.mp3" duration="30"/>
        <media:peerLink type="application/x-bittorrent" href="/a.torrent"/>"""
    )
    assert [file.duration for file in one.enclosures] == [30, 60]


@pytest.mark.parametrize(
    ("inside", "minutes"),
    [
        ("<ttl>0</ttl>", None), ("<ttl>99999999999</ttl>", None), ("<sy:updatePeriod>hourly</sy:updatePeriod>", 60),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>", 60), ("", None),
    ],
)  # fmt: skip
def test_update_interval_is_read(channel: Feeds, inside: str, minutes: int | None) -> None:
    assert channel(inside).pace.ttl == minutes


def test_icon_is_read_from_webfeeds(channel: Feeds) -> None:
    icon = '<webfeeds:icon xmlns:webfeeds="http://webfeeds.org/rss/1.0">/i.svg</webfeeds:icon>'
    assert channel(icon).icon == "https://feed.example/i.svg"


def test_missing_title_is_made_of_the_first_words(item: Entries) -> None:
    assert item("<description>&lt;p&gt;Just &lt;b&gt;this&lt;/b&gt;.&lt;/p&gt;</description>").title == "Just this."
    long = item(f"<title> </title><description>{'word ' * 40}</description>").title
    assert long.endswith("word…")
    assert 60 < len(long) <= 81
    assert item("<link>https://site.example/a/b</link>").title == "https://site.example/a/b"
    assert item("").title == ""
    assert item('<enclosure url="/a.mp3"/>').title == "https://site.example/a.mp3"
    picture = f"&lt;img src='data:image/png;base64,{'A' * 30_000}'&gt;"
    data = f"<rss><channel><item><description>Seen: {picture} here</description></item></channel></rss>"
    assert parse(data.encode()).entries[0].title == "Seen:"


@pytest.mark.parametrize(
    ("tag", "start"),
    [
        ('<a href="b">', "https://site.example/n/b"), ("<a href='../b'>", "https://site.example/b"),
        ("<A HREF=b>", "https://site.example/n/b"), ('<img src = "/b">', "https://site.example/b"),
        ("<video\nposter\n=\n'?b'>", "https://site.example/n/?b"),
        ("<q cite=b >", "https://site.example/n/b"), ('<a href="\'b">', "https://site.example/n/"),
        ('<a class="href=#" href="httpsb">', "https://site.example/n/httpsb"),
        ('<a href=" https://other.example/">', '"https://other.example/'),
    ],
)  # fmt: skip
def test_address_in_a_text_is_found_in_any_notation(tag: str, start: str) -> None:
    assert start in html_fragments.clean_body(tag, ("https://site.example/n/",))
