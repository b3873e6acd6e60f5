"""How closely blocks belong together: where an empty line parts them, and which list items need one."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from roya_tui.reading.blocks import Block

_CLOSE = frozenset(
    (("picture", "picture"), ("picture", "caption"), ("media", "media"), ("term", "term"), ("paragraph", "term"))
)
"""Kinds of blocks that follow each other without an empty line."""


def shared(before: Block, block: Block) -> int:
    """Return how many of the outermost insides two blocks have in common."""
    if before.inside is block.inside:
        return len(block.inside)
    count = 0
    for one, other in zip(before.inside, block.inside, strict=False):
        if one.id != other.id:
            break
        count += 1
    return count


def loose_lists(blocks: Sequence[Block]) -> set[int]:
    """Return the lists that have an item of more than one block, so that all their items need empty lines between."""
    loose: set[int] = set()
    for before, block in pairwise(blocks):
        if block.inside and block.inside[-1].kind == "item" and before.inside == block.inside:
            loose.add(block.inside[-1].list)
    return loose


def is_next_item(before: Block, block: Block, common: int) -> bool:
    """Tell whether a block begins the next item of a list that the block before it is in."""
    if min(len(before.inside), len(block.inside)) <= common:
        return False
    one, other = before.inside[common], block.inside[common]
    return one.kind == other.kind == "item" and one.list == other.list


def parted(before: Block, block: Block, loose: set[int]) -> bool:
    """Tell whether an empty line belongs between two blocks."""
    common = shared(before, block)
    if len(block.inside) > common:
        return _begins_apart(before, block, common, loose)
    if before.kind == "summary":
        return False
    if (before.kind, block.kind) in _CLOSE:
        return block.kind == "term" and before.kind == "paragraph" and not _is_definition(before, common)
    return True


def _is_definition(block: Block, common: int) -> bool:
    return len(block.inside) > common and block.inside[common].kind == "definition"


def _begins_apart(before: Block, block: Block, common: int, loose: set[int]) -> bool:
    begins = block.inside[common]
    if begins.kind == "item":
        if is_next_item(before, block, common):
            return begins.list in loose
        return common == 0 or block.inside[common - 1].kind != "item"
    if begins.kind == "definition":
        return before.kind != "term"
    return begins.kind != "indent"
