"""Authors, tags, times, media and other fields of XML feeds."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from roya_tui.model import Enclosure, Entry, Feed, Picture, UpdateSchedule
from roya_tui.sources.parser import parse

Entries = Callable[..., Entry]
Feeds = Callable[..., Feed]


@pytest.mark.parametrize(
    ("inside", "authors"),
    [
        ("<author>ann@site.example (Ann Lee)</author>", ("Ann Lee",)),
        ("<author>Ann Lee &lt;ann@site.example&gt;</author>", ("Ann Lee",)),
        ("<author>ann@site.example</author>", ("ann@site.example",)),
        ("<author>Ann Lee</author>", ("Ann Lee",)),
        ("<dc:creator>Ann</dc:creator><dc:creator>Bo</dc:creator>", ("Ann", "Bo")),
        ("<dc:creator><![CDATA[Ann &amp; Bo]]></dc:creator>", ("Ann & Bo",)),
        ("<author>a@site.example</author><dc:creator>Ann</dc:creator>", ("Ann",)),
        ("<author>Ann</author><dc:creator>Ann</dc:creator><itunes:author>Ann</itunes:author>", ("Ann",)),
        ("<author>by <a href='/ann'>Ann</a> <b>Lee</b></author>", ("by Ann Lee",)),
        ("<author/><dc:creator> </dc:creator>", ("Feed Author",)),
        ("", ("Feed Author",)),
    ],
)
def test_authors_are_read(item: Entries, inside: str, authors: tuple[str, ...]) -> None:
    assert item(inside, "<managingEditor>ed@site.example (Feed Author)</managingEditor>").authors == authors


def test_raw_times_are_stored_and_zones_of_the_source_used(item: Entries) -> None:
    one = item("<pubDate> 04-07-2025   00:16 </pubDate>")
    assert (one.published.raw, one.updated.raw) == ("04-07-2025 00:16", "")
    assert item("<pubDate>no idea</pubDate>").published.raw == "no idea"

    data = b"<rss version='2.0'><channel><item><pubDate>04-07-2025 00:16</pubDate></item></channel></rss>"
    assert parse(data, zone="Asia/Amman").entries[0].published.at == 1751577360
    assert parse(data).entries[0].published.at == 1751588160
    feed = parse(data, zone="Nowhere/Land")
    assert feed.entries[0].published.at == 1751588160
    assert feed.warnings == ("There is no time zone 'Nowhere/Land': times that name none were read as UTC.",)
    assert parse(data, now=1751577360 - 3 * 86_400).entries[0].published.at is None


@pytest.mark.parametrize(
    ("inside", "enclosures"),
    [
        ('<enclosure url="/a.mp3" type="audio/mpeg" length="123"/>', [("a.mp3", "audio/mpeg", 123)]),
        ('<enclosure url="/a.mp3" type="audio/mpeg" length="1,234"/>', [("a.mp3", "audio/mpeg", 1234)]),
        ('<enclosure url="/a.mp3" length="12 MB"/>', [("a.mp3", "", None)]),
        ('<enclosure url="/a.mp3" length="-1"/>', [("a.mp3", "", None)]),
        ('<enclosure url="/a.mp3" length="0"/>', [("a.mp3", "", None)]),
        ('<enclosure url="/a.mp3"/><enclosure url="/b.mp3"/>', [("a.mp3", "", None), ("b.mp3", "", None)]),
        ('<enclosure url="/a.mp3"/><media:content url="/a.mp3" fileSize="5"/>', [("a.mp3", "", None)]),
        ('<enclosure url="" type="audio/mpeg"/><enclosure/>', []),
        ('<enclosure type="audio/mpeg"> https://site.example/a.mp3 </enclosure>', [("a.mp3", "audio/mpeg", None)]),
        ('<enclosure url="file:///etc/passwd" type="audio/mpeg"/>', []),
        ('<atom:link rel="enclosure" href="/a.mp3" length="9"/>', [("a.mp3", "", 9)]),
    ],
)
def test_enclosures_are_read(item: Entries, inside: str, enclosures: list[tuple[str, str, int | None]]) -> None:
    wanted = tuple(Enclosure(f"https://site.example/{name}", kind, length) for name, kind, length in enclosures)
    assert item(inside).enclosures == wanted


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
        ("<ttl>60</ttl>", 60), ("<ttl> 15 </ttl>", 15), ("<ttl>soon</ttl>", None), ("<ttl>0</ttl>", None),
        ("<ttl>-5</ttl>", None), ("<ttl>99999999999</ttl>", None),
        ("<sy:updatePeriod>hourly</sy:updatePeriod>", 60),
        ("<sy:updatePeriod> Daily </sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>", 360),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>", 60),
        ("<sy:updatePeriod>never</sy:updatePeriod>", None),
        ("<ttl>30</ttl><sy:updatePeriod>hourly</sy:updatePeriod>", 30),
        ("", None),
    ],
)  # fmt: skip
def test_update_interval_is_read(channel: Feeds, inside: str, minutes: int | None) -> None:
    assert channel(inside).pace.ttl == minutes


@pytest.mark.parametrize(
    ("inside", "hours", "days"),
    [
        ("<skipHours><hour>23</hour><hour>0</hour><hour>23</hour></skipHours>", (0, 23), ()),
        ("<skipHours><hour>24</hour><hour>25</hour><hour>noon</hour><hour>-1</hour></skipHours>", (0,), ()),
        ("<skipDays><day>Sunday</day><day> friday </day><day>Someday</day></skipDays>", (), (4, 6)),
        ("<skipHours/><skipDays/>", (), ()),
    ],
)
def test_skipped_hours_and_days_are_read(channel, inside: str, hours: tuple[int, ...], days: tuple[int, ...]) -> None:
    assert channel(inside).pace == UpdateSchedule(None, hours, days)


def test_icon_is_read_from_webfeeds(channel: Feeds) -> None:
    icon = '<webfeeds:icon xmlns:webfeeds="http://webfeeds.org/rss/1.0">/i.svg</webfeeds:icon>'
    assert channel(icon).icon == "https://feed.example/i.svg"
