"""What can be read off the source itself: every equation has its place, and a few habits are kept."""

import ast
import io
import tokenize
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CORE = ROOT / "s2s_core"
SCREENS = [ROOT / "app.py", *sorted((ROOT / "pages").glob("*.py"))]
PICKLES = {"pickle", "dill", "joblib", "shelve", "marshal"}
UNPICKLING_CALLS = {"torch.load", "pd.read_pickle", "pandas.read_pickle"}
EQUATIONS = [
    "forget gate", "input gate", "candidate", "cell state", "output gate", "hidden state",
    "encoder step", "fixed context", "forward direction", "backward direction", "joined states",
    "decoder step", "score", "weights", "context",
    "probability of a sequence", "training objective", "teacher forcing",
]  # fmt: skip


def prose(path: Path) -> str:
    """The comments and strings (docstrings are strings) of a source file: `range(1)` is no equation."""
    with tokenize.open(path) as file:
        tokens = tokenize.generate_tokens(io.StringIO(file.read()).readline)
        return "\n".join(t.string for t in tokens if t.type in (tokenize.COMMENT, tokenize.STRING))


@pytest.fixture(scope="module")
def sources() -> dict[str, str]:
    return {str(path.relative_to(CORE)): prose(path) for path in sorted(CORE.rglob("*.py"))}


@pytest.mark.parametrize(
    ("number", "subject"), [pytest.param(n, s, id=f"({n}) {s}") for n, s in enumerate(EQUATIONS, start=1)]
)
def test_every_equation_is_found_by_its_number(sources, number, subject):
    found = [path for path, text in sources.items() if f"({number})" in text]
    assert found, f"no comment or docstring in s2s_core mentions ({number}), the {subject}"


def trees() -> list[tuple[str, ast.Module]]:
    files = sorted(CORE.rglob("*.py"))
    return [(str(path.relative_to(CORE)), ast.parse(path.read_bytes())) for path in files]


def test_no_function_of_the_core_takes_arbitrary_keywords():
    offenders = [
        f"{path}: {node.name}"
        for path, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.args.kwarg
    ]
    assert not offenders


def test_nothing_is_ever_unpickled():
    """No pickle module, and none of the loaders that unpickle underneath."""
    offenders = []
    for path, tree in trees():
        for node in ast.walk(tree):
            match node:
                case ast.Import(names=names):
                    found = [alias.name for alias in names if alias.name in PICKLES]
                case ast.ImportFrom(module=module):
                    found = [module] if module in PICKLES else []
                case ast.Call(func=func):
                    found = [ast.unparse(func)] if ast.unparse(func) in UNPICKLING_CALLS else []
                case ast.keyword(arg="allow_pickle", value=value):
                    found = [] if ast.unparse(value) == "False" else ["allow_pickle"]
                case _:
                    found = []
            offenders += [f"{path}: {name}" for name in found]
    assert not offenders


def test_annotations_are_not_postponed():
    """Postponed annotations would hide the shapes from the check at run time."""
    offenders = [
        path
        for path, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "__future__"
    ]
    assert not offenders


@pytest.mark.parametrize("path", SCREENS, ids=lambda path: path.name)
def test_a_screen_holds_no_mathematics(path):
    """Controls, one cached call, figures: the numbers are the core's, the pictures those of s2s_ui."""
    imported = set()
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            imported |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            imported.add(node.module.split(".")[0])
    assert not imported & {"torch", "numpy", "pandas", "jaxtyping"}


def test_one_file_caches():
    offenders = [
        f"{path.relative_to(ROOT)}: {node.attr}"
        for path in [*SCREENS, *sorted((ROOT / "s2s_ui").rglob("*.py"))]
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, ast.Attribute) and node.attr in {"cache_data", "cache_resource", "remembers"}
    ]
    assert {offender.split(":")[0] for offender in offenders} == {"s2s_ui/session/caches.py"}
