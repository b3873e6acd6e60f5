"""The query language: text → `Query`, which the store turns into SQL, and back.

Words are joined by AND; `or` and parentheses group; `-` negates; quotes make a phrase. Fields such as `tag:economy`
filter by a property. Dates are kept as written and evaluated when the query runs.
"""

from roya_tui.query.conditions import All as All
from roya_tui.query.conditions import Condition as Condition
from roya_tui.query.conditions import Either as Either
from roya_tui.query.conditions import Not as Not
from roya_tui.query.conditions import Query as Query
from roya_tui.query.conditions import Term as Term
from roya_tui.query.conditions import all_of as all_of
from roya_tui.query.conditions import any_of as any_of
from roya_tui.query.conditions import by_field as by_field
from roya_tui.query.conditions import format_source as format_source
from roya_tui.query.conditions import highlight_words as highlight_words
from roya_tui.query.conditions import iter_terms as iter_terms
from roya_tui.query.conditions import negate as negate
from roya_tui.query.conditions import parse_source_number as parse_source_number
from roya_tui.query.conditions import positive_terms as positive_terms
from roya_tui.query.conditions import sorted_by as sorted_by
from roya_tui.query.conditions import view as view
from roya_tui.query.expansion import expand as expand
from roya_tui.query.fields import FIELDS as FIELDS
from roya_tui.query.fields import LAST_SESSION as LAST_SESSION
from roya_tui.query.fields import SORTS as SORTS
from roya_tui.query.fields import STATES as STATES
from roya_tui.query.fields import VIEWS as VIEWS
from roya_tui.query.fields import QueryError as QueryError
from roya_tui.query.fields import parse_time as parse_time
from roya_tui.query.parser import parse as parse
from roya_tui.query.parser import rewrite as rewrite
