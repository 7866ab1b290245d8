"""Inert stand-ins for modules that this machine lacks: imports and plots then stop no notebook."""

from __future__ import annotations

import dis
import importlib.abc
import importlib.machinery
import re
import sys
import types
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any

import numpy as np

COLAB_MODULES = frozenset(
    """matplotlib mpl_toolkits seaborn plotly bokeh altair graphviz pydot pandas sklearn scipy statsmodels sympy
    tensorflow tensorflow_datasets keras torch torchvision torchaudio jax flax xgboost lightgbm catboost numba
    cv2 PIL skimage imageio nltk spacy gensim transformers datasets google ipywidgets tqdm requests bs4 networkx
    portpicker gdown kaggle""".split()
)
TITLES = {
    "sklearn": "scikit-learn",
    "skimage": "scikit-image",
    "cv2": "OpenCV",
    "PIL": "Pillow",
    "bs4": "Beautiful Soup",
    "google": "google.colab",
    "torch": "PyTorch",
}  # what people call a module whose name is another
_ONLY_DRAW = frozenset("matplotlib mpl_toolkits seaborn plotly bokeh altair graphviz pydot ipywidgets".split())
"""Titles of modules that change no data: where nothing but a picture is asked of one, no result rests on it."""
MAX_USED = 100
MAX_NAME = 40  # characters
MAX_LOOKED_AT = 300  # items of a result
_MENTION = re.compile(r"stand-in for ([\w. -]+)")
_UNPACK = dis.opmap["UNPACK_SEQUENCE"]
_EXTENDED = dis.opmap["EXTENDED_ARG"]


class Touched:
    """Notes which stand-ins take part in what runs.

    Attributes:
        titles: what people call their modules.
    """

    def __init__(self) -> None:
        self.titles: dict[str, None] = {}

    def note(self, title: str, as_value: bool = False) -> None:
        """Something was done with a stand-in. `as_value`: something that takes it for a value."""
        if as_value or title not in _ONLY_DRAW:
            self.titles[title] = None

    def part_in(self, error: BaseException) -> list[str]:
        """Those without which it might not have come to this exception. None for a name that has no value: that is so
        with every module."""
        if type(error) is NameError:
            return []
        try:
            mentioned = _MENTION.findall(str(error)[:1000])
        except BaseException:  # an exception's __str__ is the participant's code too
            mentioned = []
        return [*dict.fromkeys([*self.titles, *(title for title in mentioned if title in _TITLES_IN_USE)])]

    def note_result(self, value: object) -> None:
        """A function returned this."""
        if not _TITLES_IN_USE:
            return
        todo = [value]
        for _ in range(MAX_LOOKED_AT):
            if not todo:
                return
            item = todo.pop()
            if isinstance(item, Inert):
                self.note(item._title, as_value=True)
            elif type(item) in (list, tuple, dict):
                items: Any = item.values() if isinstance(item, dict) else item
                todo.extend(islice(items, MAX_LOOKED_AT))
            elif type(item) is np.ndarray and item.dtype == object:
                todo.extend(item.flat[:MAX_LOOKED_AT])


TOUCHED = Touched()
_TITLES_IN_USE: set[str] = set()


class Inert:
    """Every operation on it returns itself or does nothing. It has no length and no value: no result can rest on it.

    The class of each one is named after its module, so that Python's own error messages say what it is.
    """

    _title = ""

    def __init__(self, *args: object, **kwargs: object) -> None:
        pass

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        TOUCHED.note(self._title)
        if len(args) == 1 and not kwargs and isinstance(args[0], types.FunctionType):
            return args[0]  # used as a decorator: it leaves the participant's function as it is
        return self

    def __getattr__(self, name: str) -> Any:
        if name == "__version__":
            return "0.0"
        if name.startswith("__"):
            raise AttributeError(name)
        TOUCHED.note(self._title)
        return self

    def __mro_entries__(self, bases: tuple[object, ...]) -> tuple[type, ...]:
        return ()

    def __iter__(self) -> Iterator[Any]:
        names = _names_to_unpack(sys._getframe(1))
        TOUCHED.note(self._title, as_value=not names)
        return iter([self] * names)

    def __getitem__(self, key: object) -> Any:
        TOUCHED.note(self._title)
        return self

    def __setitem__(self, key: object, value: object) -> None:
        TOUCHED.note(self._title)

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def __bool__(self) -> bool:
        TOUCHED.note(self._title, as_value=True)
        return False

    def __repr__(self) -> str:
        return f"<a {type(self).__name__}, which is not installed here>"

    def __format__(self, spec: str) -> str:
        return repr(self)

    def _same(self, *args: object) -> Any:
        TOUCHED.note(self._title, as_value=True)
        return self

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _same
    __pow__ = __rpow__ = __matmul__ = __rmatmul__ = __neg__ = __abs__ = __mod__ = __floordiv__ = _same


@lru_cache
def inert(title: str) -> Inert:
    """The stand-in for everything in a module that people call `title`."""
    named: type[Inert] = type(f"stand-in for {title}", (Inert,), {"__slots__": (), "_title": title})
    _TITLES_IN_USE.add(title)
    return named()


def _names_to_unpack(frame: types.FrameType) -> int:
    """How many names an `a, b = it` in the calling frame needs; 0 for any other statement, as a loop."""
    code, at = frame.f_code.co_code, frame.f_lasti
    if not 0 <= at < len(code) or code[at] != _UNPACK:
        return 0
    high = code[at - 1] << 8 if at >= 2 and code[at - 2] == _EXTENDED else 0
    return code[at + 1] | high


class Progress:
    """Stands in for tqdm's progress bar: iterates over what it was given, and draws nothing."""

    def __init__(self, iterable: Any = (), *args: object, total: Any = None, **kwargs: object) -> None:
        self._iterable = iterable
        self.n, self.total = 0, total

    def __iter__(self) -> Iterator[Any]:
        return iter(self._iterable)

    def __len__(self) -> int:
        return len(self._iterable)

    def __contains__(self, item: object) -> bool:
        return item in self._iterable

    def __reversed__(self) -> Any:
        return reversed(self._iterable)

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *args, **kwargs: None

    @classmethod
    def write(cls, text: object, file: Any = None, end: str = "\n", **_: object) -> None:
        print(text, file=file or sys.stdout, end=end)

    @classmethod
    def pandas(cls, *args: object, **kwargs: object) -> None:
        pass


def _trange(*args: Any, **kwargs: Any) -> Progress:
    return Progress(range(*args), **kwargs)


def _tenumerate(iterable: Any, start: int = 0, *_: object, **__: object) -> Iterator[tuple[int, Any]]:
    return enumerate(iterable, start)


def _tzip(first: Any, *others: Any, **_: object) -> Iterator[Any]:
    return zip(first, *others, strict=False)


def _tmap(function: Any, *sequences: Any, **_: object) -> Iterator[Any]:
    return map(function, *sequences)


_TQDM: dict[str, Callable[..., Any]] = {
    **dict.fromkeys(("tqdm", "tqdm_notebook", "tqdm_gui", "tqdm_auto"), Progress),
    **dict.fromkeys(("trange", "tnrange", "tgrange"), _trange),
    "tenumerate": _tenumerate,
    "tzip": _tzip,
    "tmap": _tmap,
}


class StandIn(types.ModuleType):
    """A module whose every attribute is inert."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name != "__version__":
            raise AttributeError(name)
        return getattr(inert(title_of(self.__name__)), name)


def title_of(module: str) -> str:
    """What people call the package of a module."""
    root = module.partition(".")[0]
    return TITLES.get(root, root)[:MAX_NAME]


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports stand-ins for the packages that it has been told to. First on sys.meta_path: one of them may be installed
    and not work. `used`: what people call those imported."""

    def __init__(self) -> None:
        self._names: set[str] = set()
        self.used: list[str] = []

    def stand_in(self, name: str) -> None:
        """From now on import stand-ins for a module, and for all that is in it."""
        self._names.add(name)
        title = title_of(name)
        if title not in self.used and len(self.used) < MAX_USED:
            self.used.append(title)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if self._names and any(fullname == name or fullname.startswith(f"{name}.") for name in self._names):
            return importlib.machinery.ModuleSpec(fullname, self, is_package=True)
        return None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        module = StandIn(spec.name)
        if spec.name.partition(".")[0] == "tqdm":
            module.__dict__.update(_TQDM)
        return module

    def exec_module(self, module: types.ModuleType) -> None:
        pass
