"""Remove from a web page what is not its article: menus, other articles, and requests to read more or to give."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from roya_tui.sources.pages.page_tree import class_words, element_text, link_density, text_length, xpath
from roya_tui.text import fold, one_line

PAGE = ("html", "body", "main", "article")
HEADINGS = ("h2", "h3", "h4", "h5")
PROSE = ("p", "pre", "blockquote", "li", "dd")
"""Tags of elements that hold sentences."""
INLINE = frozenset(
    """
    a abbr audio b bdi bdo br cite code data del dfn em font i img ins kbd mark picture q ruby s samp small source span
    strong sub sup time tt u var video wbr
    """.split()
)
_MAX_LABEL_LENGTH, _MAX_LABELED_LENGTH = 100, 300
"""Characters of a text that may be a label like "Read also", and of a block that may be one with its links."""
_MAX_LINKED_SIBLINGS, _MAX_SIBLINGS_BEFORE = 40, 8
_MIN_TEXT_BEFORE, _MIN_ARTICLE = 200, 500
"""Characters of prose before another article, and from which a page has certainly an article of its own."""
_MIN_REPEATED = 8
"""Characters from which a repeated caption is recognized."""

_unseen = xpath(
    ".//script | .//style | .//noscript | .//template | .//button | .//input | .//select | .//textarea | .//nav"
    " | .//svg | .//canvas | .//dialog | .//*[@hidden]"
    " | .//*[@aria-hidden='true'][not(.//p)] | .//*[@role='navigation' or @role='complementary' or @role='menu'"
    " or @role='menubar' or @role='dialog' or @role='alertdialog' or @role='search']"
)
_styled = xpath(".//*[@style]")
_named = xpath(".//*[@class or @id]")
_sides = xpath(".//aside | .//form")

_UNSEEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
# Words in classes and ids. The first set is never article text; the second is not if readability agrees.
_NEVER_TEXT = frozenset(
    """
    share sharing shares sharebar sharedaddy social addthis addtoany related recommended recommendations newsletter
    signup subscribe subscription comments disqus respond breadcrumb breadcrumbs cookie cookies consent gdpr outbrain
    taboola sponsored advert advertisement advertising ads promo popup modal paywall sidebar pagination pager toolbar
    skip button buttons cta readmore readalso bio biography donate donation donations fundraising spende spenden
    spendenaufruf cloned duplicate
    """.split()
)
DUBIOUS = _NEVER_TEXT | frozenset(
    """
    comment meta footer footnote scroll sponsor tags tag widget tool tools toolbox byline author teaser teasers menu
    contact masthead media banner ad more links topics rating ratings print copyright secondary
    """.split()
)
_NEVER_TEXT_NAMES = re.compile(
    r"(?<![a-z])(?:(?:author|writer|contributor|autor(?:en)?)[-_]?(?:bio|box|info|card|profile|about|desc)"
    r"|about[-_]?(?:the[-_]?)?(?:author|writer)|support[-_]?us(?![a-z])|(?:read|see)[-_]?(?:also|next)|also[-_]?read"
    r"|(?:more|other|latest)[-_]?(?:news|stories|articles|posts)(?![a-z])|most[-_]?(?:read|popular))"
)
_PICTURE_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif)(?:$|\?)", re.I)
_COUNTER = re.compile(r"\d+\s*(?:/|of|von|sur|de|من|מתוך|از)\s*\d+\s*")

_READ_ALSO = """
also read|continue reading|don't miss|editors' picks|keep reading|more from|more like this|more news|more on this
more on this story|more on this topic|more stories|most read|read also|read more|read next|recommended
recommended for you|recommended reading|related|related articles|related content|related coverage|related news
related posts|related reading|related stories|related topics|see also|up next|what to read next|you may also like
you may like|you might also like|you might like
auch interessant|das könnte sie auch interessieren|das könnte sie interessieren|lesen sie auch|lesen sie dazu
lesen sie hier|lesen sie mehr|lies auch|mehr dazu|mehr zum thema|passend dazu|siehe auch|verwandte artikel|weiterlesen
à lire aussi|à lire également|articles liés|lire aussi|lire la suite|lire également|sur le même sujet|sur le même thème
voir aussi|vous aimerez aussi
lea también|lee también|leer también|leer más|más sobre|noticias relacionadas|puede interesarle|te puede interesar
también te puede interesar|ver también|leia mais|leia também|saiba mais|veja também
leggi anche|leggi di più|potrebbe interessarti
lees meer|lees ook|zie ook|les også|läs också|læs også|lue myös|czytaj także|czytaj też|zobacz też|przeczytaj także
bunu da okuyun|ilgili haberler|ayrıca okuyun|ayrıca bakınız|baca juga|lihat juga|xem thêm|đọc thêm
по теме|смотрите также|читайте далее|читайте также|читайте ещё|читайте еще|читайте також
أخبار ذات صلة|اقرأ أيضا|اقرأ المزيد|اقرؤوا أيضا|اقرأ كذلك|المزيد حول|ذات صلة|شاهد أيضا|طالع أيضا|قد يعجبك أيضا
قد يهمك|قد يهمك أيضا|للمزيد|مقالات ذات صلة|مواد ذات صلة|مواضيع ذات صلة|مواضيع مرتبطة
כתבות נוספות|עוד בנושא|קרא גם|קראו גם|קראו עוד
بیشتر بخوانید|بخوانید|در همین زمینه|مطالب مرتبط|همچنین بخوانید
"""
_READ_ALSO_CJK = """
あわせて読みたい|おすすめ記事|こちらもおすすめ|こちらもどうぞ|関連ニュース|関連リンク|関連記事
延伸閱讀|延伸阅读|推薦閱讀|推荐阅读|更多新闻|更多新聞|更多阅读|相关报道|相关新闻|相关文章|相关阅读|相關報導|相關新聞|相關文章|相關閱讀
관련 기사|관련기사|함께 읽기
"""
_FOLLOW = """
follow us|join our|sign up for our|sign up to our|subscribe to our|folgen sie uns|abonnieren sie unseren
suivez-nous|abonnez-vous à notre|síguenos|suscríbete a|siga-nos|seguici su|volg ons|подписывайтесь на|bizi takip edin
انضموا إلى|انضم إلى|تابعنا على|تابعوا آخر|تابعونا على|اشتركوا في|اشترك في|עקבו אחרינו|הצטרפו ל|ما را در
フォローして|关注我们
"""
_PLAIN = str.maketrans("أإآ’ʼ`", "ااا'''", "ًٌٍَُِّْـ")
_LABEL_TAGS = ("p", "div", "span", "strong", "b", "em", "i", "a", "li", "blockquote", "figcaption", *HEADINGS, "h6")


def _phrases(table: str) -> str:
    names = table.translate(_PLAIN).replace("\n", "|").strip("|").split("|")
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))


_LABEL = re.compile(rf"[\W_]*(?:(?:{_phrases(_READ_ALSO)})(?!\w)|{_phrases(_READ_ALSO_CJK)})", re.I)
_FOLLOW_LABEL = re.compile(rf"[\W_]*(?:{_phrases(_FOLLOW)})", re.I)


def remove_boilerplate(tree: HtmlElement) -> None:
    """Remove elements that are not text by their tag, that are hidden, or that have a class name of boilerplate."""
    for element in _unseen(tree):
        _drop(element)
    for element in _styled(tree):
        if _UNSEEN.search(element.get("style", "")):
            _drop(element)
    length = max(1, len(element_text(tree)))
    for element in _sides(tree):
        if len(element_text(element)) * 3 < length:
            _drop(element)
        else:  # on some pages everything is in one form
            element.tag = "div"
    for frame in list(tree.iter("iframe")):
        frame.text = None
        for child in frame:
            frame.remove(child)
    for element in _named(tree):
        names = f"{element.get('class') or ''} {element.get('id') or ''}".lower()
        is_named = bool(class_words(element) & _NEVER_TEXT or _NEVER_TEXT_NAMES.search(names))
        if is_named and len(element_text(element)) * 5 < length:
            _drop(element)
    _remove_labeled_links(tree)


def _drop(element: HtmlElement) -> None:
    if element.getparent() is not None and element.tag not in PAGE:
        element.drop_tree()


def _remove_labeled_links(tree: HtmlElement) -> None:
    """Remove "Read also" with its links, and lines that ask to follow or subscribe."""
    for element in list(tree.iter(*_LABEL_TAGS)):
        text = element.text
        if not text or len(text) > _MAX_LABEL_LENGTH or element.getparent() is None:
            continue
        text = text.translate(_PLAIN)
        label = _LABEL.match(text)
        if label is not None and _is_sentence(element, text[label.end() :]):
            continue
        pattern = _FOLLOW_LABEL if label is None else _LABEL
        if label is not None or _FOLLOW_LABEL.match(text):
            blocks = reversed(list(_blocks_that_begin_with(element, _MAX_LABELED_LENGTH)))
            for block in next((found for block in blocks if (found := _labeled_links(block, pattern))), ()):
                _drop(block)


def _is_sentence(element: HtmlElement, rest: str) -> bool:
    """Whether words that are not a link follow a label, as in "See also the map of the wells"."""
    is_link = element.tag == "a" or next(element.iterancestors("a"), None) is not None
    return not is_link and any(map(str.isalnum, rest)) and not rest.rstrip().endswith((":", "："))


def _blocks_that_begin_with(element: HtmlElement, max_length: int) -> Iterator[HtmlElement]:
    """Yield an element and those around it that begin with it and have at most `max_length` characters."""
    block: HtmlElement | None = element
    while block is not None and block.tag not in (*PAGE, "h1"):
        text_before = block.getparent() is None or (block.getparent().text or "").strip()
        if len(element_text(block)) <= max_length:
            yield block
        elif block.tag not in INLINE:
            return
        if text_before or block.getprevious() is not None:
            return
        block = block.getparent()


def _labeled_links(block: HtmlElement, pattern: re.Pattern[str]) -> list[HtmlElement]:
    """Return the block if it is a label with links, or a label alone and the links after it."""
    text = element_text(block).translate(_PLAIN)
    label = pattern.match(text)
    if label is None or block.getparent() is None:
        return []
    linked = text_length(block.iter("a"))
    if pattern is _FOLLOW_LABEL:
        return [block] if linked else []
    rest = text[label.end() :]
    if any(map(str.isalnum, rest)):
        return [block] if linked * 2 >= len(rest) else []
    following = _linked_siblings(block)
    is_last = not (block.tail or "").strip() and not any(map(element_text, block.itersiblings()))
    return [block, *following] if following or (is_last and block.tag not in INLINE) else []


def _linked_siblings(block: HtmlElement) -> list[HtmlElement]:
    """Return the links after a label, with the texts between them if each has its link."""
    siblings = [one for one in islice(block.itersiblings(), _MAX_LINKED_SIBLINGS) if element_text(one)]
    is_link = [link_density(one) > 0.5 for one in siblings]
    found: list[HtmlElement] = []
    texts = 0
    for place, sibling in enumerate(siblings):
        if not is_link[place]:
            is_between = place + 1 < len(siblings) and is_link[place + 1]
            is_last = place + 1 == len(siblings) and texts > 0
            if not (place and is_link[place - 1] and (is_between or is_last)):
                break
            texts += 1
        found.append(sibling)
    return found


def remove_other_articles(
    tree: HtmlElement, heading: HtmlElement, host: str, lengths: Mapping[HtmlElement, int]
) -> None:
    """Remove the articles after the one with this heading, and cards that link to others on the same host.

    `lengths` has the lengths of all paragraphs.
    """
    own = next(heading.iterancestors("article"), None)
    if own is not None and _text_in(own, lengths) >= _MIN_ARTICLE:
        inside = {*own.iter("article"), *own.iterancestors("article")}
        for article in [article for article in tree.iter("article") if article not in inside]:
            article.drop_tree()
    read, cards, texts = _find_cards(tree, heading, host, lengths)
    if read >= _MIN_ARTICLE or texts <= 2 * read:
        for card in cards:
            card.drop_tree()


def _find_cards(
    tree: HtmlElement, heading: HtmlElement, host: str, lengths: Mapping[HtmlElement, int]
) -> tuple[int, list[HtmlElement], int]:
    """Return the length of the text after the heading, and the blocks of other articles with theirs."""
    read = texts = 0
    cards: list[HtmlElement] = []
    inside: set[HtmlElement] = set()
    after_heading = False
    for element in tree.iter("*"):
        if element is heading:
            after_heading = True
        elif not after_heading or element in inside:
            continue
        elif element in lengths:
            read += lengths[element]
        elif read >= _MIN_TEXT_BEFORE and element.tag in ("h1", "a", *HEADINGS):
            card = _card(element, heading, host)
            if card is not None:
                cards.append(card)
                inside.update(card.iter("*"))
                texts += _text_in(card, lengths)
    return read, cards, texts


def _card(element: HtmlElement, heading: HtmlElement, host: str) -> HtmlElement | None:
    """Return the block of another article that begins with a heading or link, or None."""
    if element.tag != "h1" and not leads_elsewhere(element, host):
        return None
    block = element
    while (parent := block.getparent()) is not None and parent.tag not in ("html", "body", "main"):
        before = list(islice(block.itersiblings(preceding=True), _MAX_SIBLINGS_BEFORE))
        has_text_before = any(element_text(one) for one in before if one.tag not in HEADINGS or one is heading)
        if (parent.text or "").strip() or len(before) == _MAX_SIBLINGS_BEFORE or has_text_before:
            break
        block = parent
    if block is element or block.tag in ("p", *HEADINGS):
        return None
    if element.tag in HEADINGS:
        return block
    parent = block.getparent()
    if element.tag == "h1":  # a block like the one with the heading
        like = (one for one in heading.iterancestors() if one.getparent() is parent and _looks_like(one, block))
        return block if any(True for _ in like) else None
    following = element.getnext()
    is_apart = following is not None and following.tag not in INLINE and not (element.tail or "").strip()
    neighbors = (block.getprevious(), block.getnext())
    is_one_of_many = any(one is not None and _looks_like(one, block) for one in neighbors)
    return block if is_apart and is_one_of_many else None


def _looks_like(one: HtmlElement, other: HtmlElement) -> bool:
    return one.tag == other.tag and bool(one.get("class")) and one.get("class") == other.get("class")


def leads_elsewhere(element: HtmlElement, host: str = "") -> bool:
    """Whether an element is, or mostly consists of, a link to another page; on the host if one is given."""
    links = [element] if element.tag == "a" else list(element.iter("a"))
    links = [link for link in links if _leads_away(link.get("href") or "", host)]
    if not links:
        return False
    text = element_text(element)
    return text_length(links) * 2 >= len(text) if text else element.find(".//img") is not None


def _leads_away(href: str, host: str) -> bool:
    if not href or href.startswith("#") or _PICTURE_FILE.search(href):
        return False
    try:
        return not host or (urlsplit(href).hostname or host).removeprefix("www.") == host.removeprefix("www.")
    except ValueError:
        return False


def _text_in(root: HtmlElement, lengths: Mapping[HtmlElement, int]) -> int:
    return sum(lengths.get(one, 0) for one in root.iter(*PROSE))


def drop_repeated_captions(element: HtmlElement) -> None:
    """Remove captions that an earlier picture has, equal lines of a gallery, and counters like "1 / 6"."""
    seen: set[str] = set()
    inside: set[HtmlElement] = set()
    captions = _picture_captions(element)
    for block in list(element.iter("figcaption", "p", "span", "div", "small", "em", "li", *HEADINGS)):
        before = block.getprevious()
        is_like_before = block.tag == "div" and before is not None and _looks_like(before, block)
        if not is_like_before and block not in captions:
            continue
        text = element_text(block)
        if not _MIN_REPEATED <= len(text) <= _MAX_LABELED_LENGTH and not _COUNTER.fullmatch(text):
            continue
        if before is not None and is_like_before and element_text(before) == text:
            block.drop_tree()
        elif block not in captions or not _is_caption(block, text):
            continue
        elif _COUNTER.fullmatch(text):
            block.drop_tree()
        elif block not in inside and len(name := fold(without_counter(text))) >= _MIN_REPEATED:
            if name in seen and block.find(".//img") is None:
                block.drop_tree()
            elif all(child.tag in INLINE for child in block.iterdescendants()):
                seen.add(name)
                inside.update(block.iterdescendants())
    for image in element.iter("img"):
        name = fold(one_line(image.get("alt") or image.get("title") or ""))
        if name in seen:
            image.attrib.pop("alt", None)
            image.attrib.pop("title", None)
        elif len(name) >= _MIN_REPEATED:
            seen.add(name)


def _picture_captions(element: HtmlElement) -> set[HtmlElement]:
    """Return the elements in the blocks that have a picture and hardly any text."""
    captions: set[HtmlElement] = set()
    passed: set[HtmlElement] = {element}
    for image in element.iter("img"):
        for around in islice(image.iterancestors(), 3):
            if around in passed:
                break
            passed.add(around)
            if around.tag != "figure" and len(element_text(around)) > _MAX_LABELED_LENGTH:
                break
            captions.update(around.iterdescendants())
    return captions


def without_counter(caption: str) -> str:
    """Return a caption without the number of its picture, as in "1 / 6"."""
    return _COUNTER.sub("", caption, count=1) if _COUNTER.match(caption) else caption


def _is_caption(block: HtmlElement, text: str) -> bool:
    """Whether a block is in a figure, or all the text beside a picture."""
    for around in islice(block.iterancestors(), 3):
        if around.tag in ("figure", "figcaption"):
            return True
        if element_text(around) != text:
            return False
        if around.find(".//img") is not None:
            return True
    return False
