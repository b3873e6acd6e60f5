"""Frozen values as `dataclasses` has them, made in a tenth of the time.

Every start makes some seventy such classes before anything is drawn. The standard library writes six methods for each
and compiles them, half a millisecond a class. Here only `__init__` is written, when the first value is made; it sets
slots without asking by name, so that values, too, are made in half the time. `fields`, `replace`, `asdict`, matching,
copying and pickling work as ever.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from operator import attrgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:

    def dataclass(*, frozen, slots):
        """`dataclasses.dataclass(frozen=True, slots=True)`; there is nothing else."""
        if not (frozen and slots):
            raise TypeError("what is not frozen, or has no slots, is for dataclasses.dataclass")
        return _made


_described = dataclasses.dataclass(init=False, repr=False, eq=False, slots=True)


def _made(plain: type[Any]) -> type[Any]:
    """The class with its fields described, and the methods that it does not have."""
    own = set(vars(plain))
    plain.__doc__ = plain.__doc__ or plain.__name__  # else the signature, which takes as long as all the rest
    made = _described(plain)
    fields = dataclasses.fields(made)
    shown = [field.name for field in fields if field.repr]
    of: Callable[[object], object] = attrgetter(*(field.name for field in fields)) if fields else lambda _: ()

    def __init__(self: object, *values: object, **named: object) -> None:
        made.__init__ = init = _init(made)
        init(self, *values, **named)

    def __repr__(self: object) -> str:
        return f"{made.__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in shown)})"

    def __eq__(self: object, other: object) -> bool:
        return of(self) == of(other) if other.__class__ is self.__class__ else NotImplemented

    def __hash__(self: object) -> int:
        return hash(of(self))

    def __reduce__(self: object) -> tuple[object, ...]:
        return made, tuple(getattr(self, field.name) for field in fields)

    for method in (__init__, __repr__, __eq__, __hash__, __reduce__, __setattr__, __delattr__):
        if method.__name__ not in own:
            setattr(made, method.__name__, method)
    return made


def __setattr__(_self: object, name: str, _value: object) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def __delattr__(_self: object, name: str) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")


def _init(made: type[Any]) -> Callable[..., None]:
    """`__init__` of a class: a parameter a field, each put into its slot."""
    known: dict[str, object] = {"_UNSET": dataclasses.MISSING}
    parameters, lines = [], []
    for field in dataclasses.fields(made):
        name = field.name
        known[f"_set_{name}"] = getattr(made, name).__set__
        value, default = name, ""
        if field.default_factory is not dataclasses.MISSING:
            known[f"_make_{name}"] = field.default_factory
            value, default = f"_make_{name}() if {name} is _UNSET else {name}", "=_UNSET"
        elif field.default is not dataclasses.MISSING:
            known[f"_default_{name}"] = field.default
            default = f"=_default_{name}"
        parameters.append(name + default)
        lines.append(f" _set_{name}(self, {value})")
    exec(f"def __init__(self, {', '.join(parameters)}):\n{chr(10).join(lines) or ' pass'}", known)
    init: Callable[..., None] = known["__init__"]  # type: ignore[assignment]
    init.__qualname__ = f"{made.__qualname__}.__init__"
    return init
