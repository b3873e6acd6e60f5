"""Mappings for the shapes that news APIs have, by name."""

from __future__ import annotations

from roya_tui.config import JsonMapping

PRESETS = {
    preset.name: preset
    for preset in (
        JsonMapping(
            "roya", "latest_news", title="news_title", tags="section_name", image="imageLink", published="created_at",
            updated="updated_at", content="body", id="news_id", url="link", zone="Asia/Amman", feed_title="Roya News",
        ),
        JsonMapping(
            "articles", "articles", title="title", url="url", image="urlToImage | image", published="publishedAt",
            author="author", summary="description", content="content", tags="source.name",
        ),
        JsonMapping(
            "results", "response.results", title="webTitle", url="webUrl", id="id", published="webPublicationDate",
            tags="sectionName", summary="fields.trailText", content="fields.body", image="fields.thumbnail",
            author="fields.byline", updated="fields.lastModified",
        ),
        JsonMapping(
            "docs", "response.docs", title="headline.main", url="web_url", id="_id", published="pub_date",
            tags="section_name", summary="abstract | snippet", content="lead_paragraph", author="byline.original",
            image="multimedia.default.url | multimedia.0.url",
        ),
        JsonMapping(
            "stories", "results", title="title", url="url | link", id="uri | article_id",
            published="published_date | pubDate", updated="updated_date", tags="section | category",
            summary="abstract | description", content="content", author="byline | creator",
            image="multimedia.0.url | image_url", language="language",
        ),
        JsonMapping(
            "data", "data", title="title | headline", url="url | link", id="id | uuid",
            published="published_at | date", updated="updated_at | updated", summary="summary | description | snippet",
            content="body | content", image="image | image_url", tags="category | categories", author="author",
            language="language",
        ),
        JsonMapping(
            "posts", "", title="title.rendered", url="link", id="guid.rendered", published="{date_gmt}Z | date",
            updated="{modified_gmt}Z | modified", summary="excerpt.rendered", content="content.rendered",
            image="_embedded.wp:featuredmedia.source_url | jetpack_featured_media_url",
            author="_embedded.author.name", tags="_embedded.wp:term.name",
        ),
        JsonMapping(
            "hits", "hits", title="title | story_title", id="objectID", published="created_at", author="author",
            url="url | story_url | https://news.ycombinator.com/item?id={objectID}",
            content="story_text | comment_text", comments="https://news.ycombinator.com/item?id={objectID}",
        ),
        JsonMapping(
            "children", "data.children", title="data.title", id="data.name", published="data.created_utc",
            url="data.url_overridden_by_dest | data.url | data.permalink", content="data.selftext_html",
            author="data.author", tags="data.link_flair_text", comments="data.permalink",
            image="data.preview.images.0.source.url", homepage="https://www.reddit.com/",
        ),
        JsonMapping(
            "topics", "topic_list.topics", title="fancy_title | title", id="id", published="created_at",
            updated="last_posted_at", url="/t/{slug}/{id}", summary="excerpt", tags="tags", image="image_url",
        ),
        JsonMapping(
            "list", "", title="title", url="url | link | canonical_url", id="id | short_id",
            published="published_at | created_at | date", updated="edited_at | updated_at", tags="tag_list | tags",
            author="user.name | submitter_user.username | submitter_user | author", summary="description | summary",
            content="body_html | content", image="cover_image | image", comments="comments_url",
        ),
        JsonMapping(
            "statuses", "", content="content", url="url | uri", id="uri | id", published="created_at",
            updated="edited_at", author="account.display_name | account.acct", tags="tags.name",
            image="media_attachments.url", language="language",
        ),
    )
}  # fmt: skip
