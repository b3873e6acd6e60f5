"""The query language: text → `Query`, a value that the store turns into SQL, and back to text.

Words are joined by AND; `or` and parentheses group; `-` negates; quotes make a phrase. `tag:economy` and the other
fields narrow by a fact. Dates stay as they were written, and mean what they mean when the query is asked.
"""

from roya_tui.query.dates import moment
from roya_tui.query.fields import FIELDS, SORTS, STATES, VIEWS, VISIT, QueryError
from roya_tui.query.making import (
    all_of,
    any_of,
    both,
    by_author,
    came,
    in_feed,
    in_folder,
    in_source,
    in_title,
    named_source,
    negate,
    since,
    sorted_by,
    source_number,
    state,
    tag,
    text,
    view,
)
from roya_tui.query.nesting import expanded
from roya_tui.query.parser import parse, rewritten
from roya_tui.query.values import All, Condition, Either, Not, Query, Term, found, mapped, terms, words

__all__ = [
    "FIELDS",
    "SORTS",
    "STATES",
    "VIEWS",
    "VISIT",
    "All",
    "Condition",
    "Either",
    "Not",
    "Query",
    "QueryError",
    "Term",
    "all_of",
    "any_of",
    "both",
    "by_author",
    "came",
    "expanded",
    "found",
    "in_feed",
    "in_folder",
    "in_source",
    "in_title",
    "mapped",
    "moment",
    "named_source",
    "negate",
    "parse",
    "rewritten",
    "since",
    "sorted_by",
    "source_number",
    "state",
    "tag",
    "terms",
    "text",
    "view",
    "words",
]
