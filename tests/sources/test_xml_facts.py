"""People, tags, times and media in XML feeds, and what a feed says of itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from roya_tui.model import Enclosure, Entry, Feed, Picture, UpdateSchedule
from roya_tui.sources.parser import parse

Entries = Callable[..., Entry]
Feeds = Callable[..., Feed]


# --- people and tags ---


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
def test_authors(item: Entries, inside: str, authors: tuple[str, ...]) -> None:
    assert item(inside, "<managingEditor>ed@site.example (Feed Author)</managingEditor>").authors == authors


def test_atom_authors(entry: Entries) -> None:
    ann = "<author><name>Ann</name><email>a@x.example</email><uri>https://ann.example/</uri></author>"
    assert entry(ann + "<author><name>Bo</name></author>").authors == ("Ann", "Bo")
    assert entry("<author><email>a@x.example</email></author>").authors == ("a@x.example",)
    assert entry("", "<author><name>Feed</name></author>").authors == ("Feed",)
    assert entry(
        "<source><author><name>Other</name></author></source>", "<author><name>Feed</name></author>"
    ).authors == ("Other",)
    assert entry("<contributor><name>Con</name></contributor>").authors == ()


@pytest.mark.parametrize(
    ("before", "authors"),
    [
        ("<webMaster>web@site.example</webMaster>", ("web@site.example",)),
        (
            "<itunes:owner><itunes:name>Own</itunes:name><itunes:email>o@x.example</itunes:email></itunes:owner>",
            ("Own",),
        ),
        ("<webMaster>web@site.example</webMaster><itunes:author>Ann</itunes:author>", ("Ann",)),
    ],
)
def test_who_looks_after_a_feed_stands_in_for_its_author(item: Entries, before: str, authors: tuple[str, ...]) -> None:
    assert item("", before).authors == authors


@pytest.mark.parametrize(
    ("inside", "tags"),
    [
        ("<category>Economy</category><category>Water</category>", ("Economy", "Water")),
        ("<category>Arts, Culture</category>", ("Arts, Culture",)),
        ("<category domain='x'>A</category><category domain='x'>B</category>", ("A", "B")),
        ("<category/><category> </category><category>A</category><category>A</category>", ("A",)),
        ("<category>A &amp;amp; B</category>", ("A & B",)),
        ("<dc:subject>A</dc:subject><category>B</category>", ("A", "B")),
        ("<media:keywords>a, b,,c</media:keywords>", ("a", "b", "c")),
        ("<itunes:keywords>a, b</itunes:keywords>", ("a", "b")),
        ("<media:category label='L'>A</media:category>", ("A",)),
        ("<category><b>Water</b></category>", ("Water",)),
        ("<itunes:category text='A'><itunes:category text='B'/></itunes:category>", ("A", "B")),
        (
            "<dc:subject><rdf:Description xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:value>A</rdf:value>"
            "</rdf:Description></dc:subject>",
            ("A",),
        ),
    ],
)
def test_tags(item: Entries, inside: str, tags: tuple[str, ...]) -> None:
    assert item(inside).tags == tags


def test_atom_tags_are_terms_else_labels(entry: Entries) -> None:
    tags = '<category term="t" label="L"/><category label="Only"/><category term=""/><category term="b, c"/>'
    assert entry(tags).tags == ("t", "Only", "b, c")


# --- dates ---


@pytest.mark.parametrize(
    ("inside", "published", "updated"),
    [
        ("<pubDate>Fri, 04 Jul 2025 00:16:00 +0300</pubDate>", 1751577360, None),
        ("<dc:date>2025-07-03T21:16:00Z</dc:date>", 1751577360, None),
        ("<pubDate>Fri, 04 Jul 2025 00:16:00 +0300</pubDate><dc:date>2020-01-01</dc:date>", 1751577360, None),
        ("<dcterms:issued>2025-07-03T21:16Z</dcterms:issued>", 1751577360, None),
        ("<dcterms:modified>2025-07-03T21:17Z</dcterms:modified>", None, 1751577420),
        ("<pubDate>2025-07-03T21:16Z</pubDate><atom:updated>2025-07-03T21:17Z</atom:updated>", 1751577360, 1751577420),
        ("<atom:updated>2025-07-03T21:17:00Z</atom:updated>", None, 1751577420),
        ("<pubDate>no idea</pubDate>", None, None),
        ("<pubDate/>", None, None),
        ("<pubDate>2020-01-01</pubDate><pubDate>2025-07-03T21:16Z</pubDate><pubDate/>", 1751577360, None),
    ],
)  # fmt: skip
def test_published_and_updated_are_kept_apart(
    item: Entries, inside: str, published: int | None, updated: int | None
) -> None:
    one = item(inside)
    assert (one.published.at, one.updated.at) == (published, updated)


def test_a_dates_own_text_is_kept(item: Entries) -> None:
    one = item("<pubDate> 04-07-2025   00:16 </pubDate>")
    assert (one.published.raw, one.updated.raw) == ("04-07-2025 00:16", "")
    assert item("<pubDate>no idea</pubDate>").published.raw == "no idea"


def test_times_without_a_zone_are_read_on_the_sources_clock() -> None:
    data = b"<rss version='2.0'><channel><item><pubDate>04-07-2025 00:16</pubDate></item></channel></rss>"
    assert parse(data, zone="Asia/Amman").entries[0].published.at == 1751577360
    assert parse(data).entries[0].published.at == 1751588160
    feed = parse(data, zone="Nowhere/Land")
    assert feed.entries[0].published.at == 1751588160
    assert feed.warnings == ("There is no time zone 'Nowhere/Land': times that name none were read as UTC.",)
    assert parse(data, now=1751577360 - 3 * 86_400).entries[0].published.at is None


# --- media ---


def test_pictures_of_every_dialect(item: Entries) -> None:
    one = item(
        """<media:content url="/1.jpg" type="image/jpeg"><media:title>One</media:title></media:content>
        <media:group><media:content url="/2.jpg" medium="image"/><media:thumbnail url="/thumb.jpg"/></media:group>
        <enclosure url="/3.jpg" type="image/jpeg" length="1"/>
        <itunes:image href="/4.jpg"/><image><url>/5.jpg</url></image>
        <description><![CDATA[<img src="/6.jpg" alt="Six &amp; more"><img src="/1.jpg">
        <img src="/pixel.gif" width="1" height="1">
        <img src="data:image/gif;base64,R0" data-src="/7.jpg">]]></description>"""
    )
    site = "https://site.example"
    assert one.pictures == (
        Picture(f"{site}/1.jpg", "One"),
        Picture(f"{site}/2.jpg"),
        Picture(f"{site}/5.jpg"),
        Picture(f"{site}/3.jpg"),
        Picture(f"{site}/4.jpg"),
        Picture(f"{site}/6.jpg", "Six & more"),
        Picture(f"{site}/7.jpg"),
    )
    assert one.enclosures == (Enclosure(f"{site}/3.jpg", "image/jpeg", 1),)


def test_one_picture_of_a_group_that_has_it_in_several_sizes(item: Entries) -> None:
    sizes = [f'<media:content url="/{width}.jpg" medium="image" width="{width}"/>' for width in (140, 620, 460)]
    group = f"<media:group>{''.join(sizes)}</media:group>"
    alone = '<media:content url="/a.jpg"/><media:content url="/b.jpg"/>'
    names = [picture.url.rpartition("/")[2] for picture in item(group + alone + group.replace(".jpg", ".png")).pictures]
    assert names == ["620.jpg", "a.jpg", "b.jpg", "620.png"]


def test_a_cover_may_be_a_text(item: Entries, channel: Feeds) -> None:
    cover = "<itunes:image>https://site.example/c.jpg</itunes:image>"
    assert item(cover).pictures == (Picture("https://site.example/c.jpg"),)
    assert channel(cover).icon == "https://site.example/c.jpg"
    assert channel('<webfeeds:icon xmlns:webfeeds="http://webfeeds.org/rss/1.0">/i.svg</webfeeds:icon>').icon == (
        "https://feed.example/i.svg"
    )


def test_a_thumbnail_stands_in_for_a_missing_picture(item: Entries) -> None:
    one = item('<media:content url="/v.mp4" type="video/mp4"/><media:thumbnail url="/t.jpg"/>')
    assert one.pictures == (Picture("https://site.example/t.jpg"),)
    assert one.enclosures == (Enclosure("https://site.example/v.mp4", "video/mp4"),)


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
def test_enclosures(item: Entries, inside: str, enclosures: list[tuple[str, str, int | None]]) -> None:
    wanted = tuple(Enclosure(f"https://site.example/{name}", kind, length) for name, kind, length in enclosures)
    assert item(inside).enclosures == wanted


@pytest.mark.parametrize(
    ("inside", "seconds"),
    [
        ("<itunes:duration>1:02:03</itunes:duration>", 3723),
        ("<itunes:duration> 62:03 </itunes:duration>", 3723),
        ("<itunes:duration>3723</itunes:duration>", 3723),
        ("<itunes:duration>an hour</itunes:duration>", None),
        ("<itunes:duration>0</itunes:duration>", None),
        ("<itunes:duration>1:2:3:4</itunes:duration>", None),
        ("", None),
    ],
)
def test_how_long_a_recording_is(item: Entries, inside: str, seconds: int | None) -> None:
    assert item(f'<enclosure url="/a.mp3"/>{inside}').enclosures[0].duration == seconds


def test_content_that_lies_elsewhere_may_be_a_file(entry: Entries) -> None:
    one = entry('<content src="/a.ogg" type="audio/ogg"/>')
    assert (one.url, one.enclosures) == ("", (Enclosure("https://site.example/a.ogg", "audio/ogg"),))
    assert entry('<content src="/a" type="image/png"/>').pictures == (Picture("https://site.example/a"),)


def test_each_recording_may_say_itself_how_long_it_is(item: Entries) -> None:
    one = item(
        """<itunes:duration>60</itunes:duration><media:content url="/a.mp3" duration="30"/>
        <media:peerLink type="application/x-bittorrent" href="/a.torrent"/>"""
    )
    assert [file.duration for file in one.enclosures] == [30, 60]


# --- language, and what a feed says of itself ---


def test_language(channel: Feeds, item: Entries, atom: Feeds) -> None:
    assert channel("<language>en_GB</language><item/>").language == "en-GB"
    assert item("", "<language>ar</language>").language == "ar"
    assert item("<dc:language>fr</dc:language>", "<language>ar</language>").language == "fr"
    assert atom("", 'xml:lang="ar-JO"').language == "ar-JO"
    assert channel("<language>not a language!</language>").language == ""
    first, second = atom('<entry xml:lang="fr"/><entry/>', 'xml:lang="ar"').entries
    assert (first.language, second.language) == ("fr", "ar")


def test_what_a_channel_says_of_itself(channel: Feeds) -> None:
    feed = channel(
        """<title>The &lt;i&gt;Paper&lt;/i&gt;</title><link>https://site.example/</link>
        <description>All &amp;amp; more</description>
        <atom:link rel="self" href="https://feed.example/rss"/><image><url>/logo.png</url><title>Logo</title>
        <link>https://else.example/</link></image>
        <textInput><title>Search</title><link>https://search.example/</link></textInput><item><title>X</title></item>"""
    )
    assert (feed.title, feed.homepage, feed.description) == ("The Paper", "https://site.example/", "All & more")
    assert feed.icon == "https://site.example/logo.png"


def test_what_an_atom_feed_says_of_itself(atom: Feeds) -> None:
    feed = atom(
        """<title>Paper</title><subtitle type="html">A &lt;b&gt;b&lt;/b&gt;</subtitle><link rel="self" href="/s"/>
        <link href="/"/><logo>/l.png</logo><icon>/i.png</icon>"""
    )
    assert (feed.title, feed.description, feed.homepage) == ("Paper", "A b", "https://feed.example/")
    assert feed.icon == "https://feed.example/i.png"


@pytest.mark.parametrize(
    ("inside", "minutes"),
    [
        ("<ttl>60</ttl>", 60),
        ("<ttl> 15 </ttl>", 15),
        ("<ttl>soon</ttl>", None),
        ("<ttl>0</ttl>", None),
        ("<ttl>-5</ttl>", None),
        ("<ttl>99999999999</ttl>", None),
        ("<sy:updatePeriod>hourly</sy:updatePeriod>", 60),
        ("<sy:updatePeriod> Daily </sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>", 360),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>", 60),
        ("<sy:updatePeriod>never</sy:updatePeriod>", None),
        ("<ttl>30</ttl><sy:updatePeriod>hourly</sy:updatePeriod>", 30),
        ("", None),
    ],
)
def test_how_long_to_wait(channel: Feeds, inside: str, minutes: int | None) -> None:
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
def test_when_not_to_come(channel: Feeds, inside: str, hours: tuple[int, ...], days: tuple[int, ...]) -> None:
    assert channel(inside).pace == UpdateSchedule(None, hours, days)
