"""A unit's name: a hash of everything its result depends on, but for the machine.

That is the experiment, the configuration, the seeds, the package's version, and the sources: the syntax trees, without
docstrings and comments, of the modules that the experiment imports, directly or not. Left out is what cannot change a
result: ``figures``, other people's packages (their versions are pinned), and, where the configuration names a ``model``,
the files of all other cells. An experiment that imports a module only for some configurations says so by a function
``uses(**config)`` → names of modules.
"""

import ast
import hashlib
import json
from functools import lru_cache
from importlib.util import find_spec, resolve_name

from .. import __version__

_PACKAGE = __name__.split(".")[0]
_CELLS = f"{_PACKAGE}.cells"
_IDLE = (f"{_PACKAGE}.figures", f"{_PACKAGE}.study")


def key(experiment, config, seeds):
    """20 hexadecimal digits. ``config`` is ((setting, value), …), sorted; ``seeds`` a tuple of ints."""
    whole = [experiment, config, seeds, __version__, sources(experiment, config)]
    return hashlib.sha256(json.dumps(whole, ensure_ascii=False).encode()).hexdigest()[:20]


def sources(experiment, config):
    """The hash of the sources that a configuration uses."""
    return _hash(modules(experiment, config))


def modules(experiment, config):
    """The names, sorted, of the modules that a configuration uses."""
    from .grid import experiment as find

    function, config = find(experiment), dict(config)
    roots = (function.__module__, *getattr(function, "uses", lambda **config: ())(**config))
    used = _closure(roots)
    if "model" in config and _CELLS in {name.rpartition(".")[0] for name in used}:
        used -= _other_cells(config["model"])
    return tuple(sorted(used))


@lru_cache
def _other_cells(model):
    """The modules of the cells that a model is not made of; none for a name that is no layer's."""
    from ..experiments import settings

    if model not in settings.LAYERS:
        return frozenset()
    own = {kind.__module__ for cell in settings.layer(model)(4, 4, num_layers=2).cells for kind in type(cell).__mro__}
    every = {name for name in _closure((_CELLS,)) if name.startswith(_CELLS + ".")}
    return every - _closure(tuple(sorted(name for name in own if name.startswith(_CELLS))))


@lru_cache
def _hash(names):
    trees = [[name, _plain(_tree(name))] for name in names]
    return hashlib.sha256(json.dumps(trees).encode()).hexdigest()


@lru_cache
def _closure(roots):
    """The roots and all modules of this package that they import, directly or not."""
    found, new = set(), set(roots)
    while new:
        found |= new
        new = {name for module in new for name in _imports(module) if not name.startswith(_IDLE)} - found
    return frozenset(found)


@lru_cache
def _imports(module):
    """The modules of this package from which ``module`` takes a name. A package that only passes names on is looked through."""
    tree, package = _tree(module), module if _is_package(module) else module.rpartition(".")[0]
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if _exists(alias.name)}
        elif isinstance(node, ast.ImportFrom):
            source = resolve_name("." * node.level + (node.module or ""), package)
            for alias in node.names if source.split(".")[0] == _PACKAGE else ():
                found |= _origin(source, alias.name, tree, alias.asname or alias.name)
    return frozenset(found - {module})


def _origin(source, name, tree, bound):
    """Where ``from source import name`` leads. ``tree`` is the importing module's, ``bound`` the name's name in it."""
    whole = f"{source}.{name}"
    if not _exists(whole):
        return _defined_in(source, name)
    if not _is_package(whole):
        return {whole}
    attributes = [node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and _names(node.value, bound)]
    if len(attributes) != sum(_names(node, bound) for node in ast.walk(tree)):  # the package itself is passed on
        return {whole}
    return set().union(*(_origin(whole, attribute, tree, "") for attribute in attributes))


def _defined_in(module, name):
    """The module where ``module``, if it is a package that imports ``name``, has it from; else ``module`` itself."""
    for node in _tree(module).body if _is_package(module) else ():
        if isinstance(node, ast.ImportFrom) and name in {alias.asname or alias.name for alias in node.names}:
            return _defined_in(resolve_name("." * node.level + (node.module or ""), module), name)
    return {module}


def _names(node, bound):
    return isinstance(node, ast.Name) and node.id == bound


@lru_cache
def _exists(name):
    try:
        return name.split(".")[0] == _PACKAGE and find_spec(name) is not None
    except ModuleNotFoundError:
        return False


@lru_cache
def _is_package(name):
    spec = find_spec(name)
    return spec is not None and spec.submodule_search_locations is not None


def _plain(node):
    """A syntax tree as nested lists. What is empty is left out, since versions of Python differ in that."""
    if isinstance(node, ast.AST):
        fields = [[name, _plain(value)] for name, value in ast.iter_fields(node) if value not in (None, [])]
        return [type(node).__name__, *fields]
    return [_plain(item) for item in node] if isinstance(node, list) else repr(node)


@lru_cache
def _tree(name):
    """A module's syntax tree without docstrings."""
    with open(find_spec(name).origin, encoding="utf8") as file:
        tree = ast.parse(file.read())
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:]
    return tree
