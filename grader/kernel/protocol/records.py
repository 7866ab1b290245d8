"""A named tuple or a dataclass of the other side: its fields by name, and the name of its class, without its code."""

from __future__ import annotations

import dataclasses
from typing import Any


class Record:
    """A dataclass, as data. Equal to another of a class with the same name, with equal fields."""

    __slots__ = ("_fields", "_type")

    def __init__(self, type_: str, fields: dict[str, Any]) -> None:
        self._type, self._fields = type_, fields

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name not in self._fields:
            raise AttributeError(f"{self._type} has no field {name!r}")
        return self._fields[name]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Record):
            other = record_of(other)
        return isinstance(other, Record) and (self._type, self._fields) == (other._type, other._fields)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"{self._type}({', '.join(f'{name}={value!r}' for name, value in self._fields.items())})"


class TupleRecord(tuple[Any, ...]):  # noqa: SLOT001  a tuple can have no slots
    """A named tuple, as data: a tuple whose items have names too."""

    _type: str
    _names: tuple[str, ...]

    def __new__(cls, type_: str, fields: dict[str, Any]) -> TupleRecord:
        made = super().__new__(cls, fields.values())
        made._type, made._names = type_, tuple(fields)
        return made

    def __getattr__(self, name: str) -> Any:
        names = self.__dict__.get("_names", ())
        if name not in names:
            raise AttributeError(f"{self.__dict__.get('_type', '?')} has no field {name!r}")
        return self[names.index(name)]

    def _asdict(self) -> dict[str, Any]:
        return dict(zip(self._names, self, strict=True))

    def __repr__(self) -> str:
        return f"{self._type}({', '.join(f'{name}={value!r}' for name, value in self._asdict().items())})"


def is_named_tuple(value: object) -> bool:
    return isinstance(value, tuple) and isinstance(getattr(type(value), "_fields", None), tuple)


def is_plain_dataclass(value: object) -> bool:
    """Whether it is a dataclass that only holds data: its class defines no method, property or value of its own."""
    if not dataclasses.is_dataclass(value) or isinstance(value, type):
        return False
    fields = {field.name for field in dataclasses.fields(value)}
    own = (name for type_ in type(value).__mro__[:-1] for name in vars(type_))
    return all(name in fields or (name.startswith("__") and name.endswith("__")) for name in own)


def fields_of(value: Any) -> dict[str, Any]:
    """The fields of a record of either side, by name."""
    if isinstance(value, Record):
        return dict(value._fields)
    if isinstance(value, TupleRecord):
        return value._asdict()
    if is_named_tuple(value):
        return dict(zip(type(value)._fields, tuple(value), strict=True))
    return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}


def type_of(value: object) -> str:
    """The name of a record's class, on either side."""
    return str(value._type) if isinstance(value, Record | TupleRecord) else type(value).__name__


def is_record(value: object) -> bool:
    return isinstance(value, Record | TupleRecord) or is_named_tuple(value) or is_plain_dataclass(value)


def record_of(value: object) -> object:
    """A dataclass of this side as a Record; anything else as it is."""
    return Record(type(value).__name__, fields_of(value)) if is_plain_dataclass(value) else value
