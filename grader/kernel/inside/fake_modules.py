"""Inert stand-ins for modules that Colab has and this machine lacks: imports and plots then stop no notebook."""

from __future__ import annotations

import dis
import importlib.abc
import importlib.machinery
import sys
import types
from collections.abc import Iterator, Sequence
from typing import Any

COLAB_MODULES = frozenset(
    """matplotlib mpl_toolkits seaborn plotly bokeh altair graphviz pydot pandas sklearn scipy statsmodels sympy
    tensorflow tensorflow_datasets keras torch torchvision torchaudio jax flax xgboost lightgbm catboost numba
    cv2 PIL skimage imageio nltk spacy gensim transformers datasets google ipywidgets tqdm requests bs4 networkx
    portpicker gdown kaggle""".split()
)
_UNPACK = dis.opmap["UNPACK_SEQUENCE"]
_EXTENDED = dis.opmap["EXTENDED_ARG"]


class Inert:
    """Every operation on it returns itself or does nothing. It has no length and no value: no result can rest on it."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        pass

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if len(args) == 1 and not kwargs and isinstance(args[0], types.FunctionType):
            return args[0]  # used as a decorator: it leaves the participant's function as it is
        return self

    def __getattr__(self, name: str) -> Any:
        if name == "__version__":
            return "0.0"
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __mro_entries__(self, bases: tuple[object, ...]) -> tuple[type, ...]:
        return ()

    def __iter__(self) -> Iterator[Any]:
        return iter([self] * _names_to_unpack(sys._getframe(1)))

    def __getitem__(self, key: object) -> Any:
        return self

    def __setitem__(self, key: object, value: object) -> None:
        pass

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "<stand-in>"

    def _same(self, *args: object) -> Any:
        return self

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _same
    __pow__ = __rpow__ = __matmul__ = __rmatmul__ = __neg__ = __abs__ = __mod__ = __floordiv__ = _same


def _names_to_unpack(frame: types.FrameType) -> int:
    """How many names an `a, b = it` in the calling frame needs; 0 for any other statement, as a loop."""
    code, at = frame.f_code.co_code, frame.f_lasti
    if not 0 <= at < len(code) or code[at] != _UNPACK:
        return 0
    high = code[at - 1] << 8 if at >= 2 and code[at - 2] == _EXTENDED else 0
    return code[at + 1] | high


class Progress:
    """Stands in for tqdm's progress bar: iterates over what it was given, and draws nothing."""

    def __init__(self, iterable: Any = (), *args: object, **kwargs: object) -> None:
        self._iterable = iterable

    def __iter__(self) -> Iterator[Any]:
        return iter(self._iterable)

    def __len__(self) -> int:
        return len(self._iterable)

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *args, **kwargs: None


class StandIn(types.ModuleType):
    """A module whose every attribute is inert."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name != "__version__":
            raise AttributeError(name)
        return getattr(Inert(), name)


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports stand-ins. Last on sys.meta_path, after all installed modules. `used`: names of those imported."""

    def __init__(self) -> None:
        self.used: list[str] = []

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        root = fullname.partition(".")[0]
        if root not in COLAB_MODULES:
            return None
        real = root in sys.modules and not isinstance(sys.modules[root], StandIn)
        if fullname != root and real and not fullname.startswith("google.colab"):
            return None
        name = "google.colab" if root == "google" else root
        if name not in self.used:
            self.used.append(name)
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        module = StandIn(spec.name)
        if spec.name.partition(".")[0] == "tqdm":
            module.__dict__.update(tqdm=Progress, trange=lambda *args, **kwargs: Progress(range(*args)))
        return module

    def exec_module(self, module: types.ModuleType) -> None:
        pass
