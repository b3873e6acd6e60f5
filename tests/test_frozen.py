"""Frozen values behave as those of the standard library do."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from dataclasses import asdict, astuple, field, fields, is_dataclass, replace

import pytest

from roya_tui.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Leaf:
    name: str
    secret: str = field(default="", repr=False)
    notes: dict[str, int] = field(default_factory=dict)

    @property
    def loud(self) -> str:
        return self.name.upper()


@dataclass(frozen=True, slots=True)
class Tree:
    leaves: tuple[Leaf, ...] = ()
    height: int | None = None


@dataclass(frozen=True, slots=True)
class One:
    only: object

    def __str__(self) -> str:
        return "one of its own"


@dataclass(frozen=True, slots=True)
class Bare:
    pass


def test_values_are_made_by_place_and_by_name() -> None:
    leaf = Leaf("a", notes={"x": 1})
    assert (leaf.name, leaf.secret, leaf.notes, leaf.loud) == ("a", "", {"x": 1}, "A")
    assert Tree() == Tree((), None) == Tree(height=None)
    assert str(One(1)) == "one of its own"
    for wrong in (lambda: Leaf(), lambda: Leaf("a", nme="b"), lambda: Tree((), 1, 2)):  # type: ignore[call-arg]
        with pytest.raises(TypeError):
            wrong()


def test_each_value_has_a_default_of_its_own() -> None:
    assert Leaf("a").notes is not Leaf("a").notes


def test_values_cannot_be_changed() -> None:
    leaf = Leaf("a")
    for change in (
        lambda: setattr(leaf, "name", "b"),
        lambda: delattr(leaf, "name"),
        lambda: setattr(leaf, "other", "b"),
    ):
        with pytest.raises(dataclasses.FrozenInstanceError):
            change()
    assert leaf == Leaf("a")
    assert not hasattr(leaf, "__dict__")


def test_equal_is_what_is_of_one_class_with_the_same_in_it() -> None:
    assert Tree((Leaf("a"),), 3) == Tree((Leaf("a"),), 3) != Tree((Leaf("b"),), 3)
    assert One(1) != Tree(1)  # type: ignore[arg-type]
    assert One(1) != 1
    assert Bare() == Bare()
    assert {Tree((), 3): "x", One("y"): "z"}[Tree((), 3)] == "x"
    assert len({One(1), One(1), One(2), Bare(), Bare()}) == 3
    with pytest.raises(TypeError):
        hash(Leaf("a"))  # it holds a dict


def test_secrets_are_out_of_what_is_shown() -> None:
    assert repr(Tree((Leaf("a", "hush"),))) == "Tree(leaves=(Leaf(name='a', notes={}),), height=None)"
    assert repr(Bare()) == "Bare()"


def test_what_the_standard_library_does_with_values_works() -> None:
    tree = Tree((Leaf("a", "b", {"c": 1}),), 3)
    assert is_dataclass(tree)
    assert [one.name for one in fields(Leaf)] == ["name", "secret", "notes"]
    assert replace(tree, height=4) == Tree(tree.leaves, 4)
    assert asdict(tree) == {"leaves": ({"name": "a", "secret": "b", "notes": {"c": 1}},), "height": 3}
    assert astuple(One(2)) == (2,)
    assert pickle.loads(pickle.dumps(tree)) == copy.copy(tree) == copy.deepcopy(tree) == tree
    match tree:
        case Tree((Leaf("a"),), height=height):
            assert height == 3
        case _:
            pytest.fail("no match")


def test_only_frozen_values_with_slots_are_made() -> None:
    with pytest.raises(TypeError):
        dataclass(frozen=True, slots=False)
