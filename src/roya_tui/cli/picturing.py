"""The pictures of an article that someone looks at: fetched, kept, and told of one by one."""

from __future__ import annotations

import time
from argparse import Namespace

from roya_tui.cli.session import COULD_NOT, DONE, Session


def tell(session: Session, wanted: Namespace) -> int:
    """`roya-tui show ID --events --pictures`: the screen fetches pictures with it; with `--link` one of them, again.

    Each is an event "picture". Only what the article itself names is asked for.
    """
    from roya_tui.document.parser import parse_html
    from roya_tui.layout.article_header import article_html
    from roya_tui.refresh import viewing
    from roya_tui.store.articles import lookup

    number = wanted.ids[0] if wanted.ids else 0
    with session.store() as db:
        article = lookup.load_article(db, number)
    if article is None or session.offline:
        session.out.event({"event": "failed", "message": "Offline: nothing is fetched." if article else "It is gone."})
        return COULD_NOT
    named = [picture.url for picture in parse_html(article_html(article), article.headline.url).pictures]
    urls = [url for url in named if not wanted.link or url == wanted.link]
    again = bool(wanted.link)
    paths, config = session.paths, session.config
    viewing.fetch(paths, config, article, urls, again=again, tell=session.out.event, now=lambda: int(time.time()))
    return DONE
