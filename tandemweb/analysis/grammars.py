"""The programming languages whose functions and comments can be told, where their grammars are installed.

The grammars are the optional extra ``functions``; without them differences have no function names, and only comments
that fill a line are known for comments.
"""

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import PurePosixPath

try:
    from tree_sitter import Language, Parser, Query, QueryCursor
except ImportError:
    _is_installed = False
else:
    _is_installed = True

_DEFINITION = "({} name: (_) @name) @definition"
_C_LIKE = "(comment) @comment"
_JAVASCRIPT = (
    "function_declaration generator_function_declaration class_declaration method_definition",
    "(variable_declarator name: (_) @name value: [(arrow_function) (function_expression)]) @definition" + _C_LIKE,
)
_JAVA = (
    "class_declaration interface_declaration enum_declaration record_declaration method_declaration "
    "constructor_declaration"
)
# Module, the function in it that gives the grammar, kinds of nodes that define a name, and what else to look for.
_GRAMMARS = {
    "python": ("tree_sitter_python", "language", "function_definition class_definition", _C_LIKE),
    "javascript": ("tree_sitter_javascript", "language", *_JAVASCRIPT),
    "typescript": (
        "tree_sitter_typescript",
        "language_typescript",
        f"{_JAVASCRIPT[0]} interface_declaration abstract_class_declaration",
        _JAVASCRIPT[1],
    ),
    "tsx": ("tree_sitter_typescript", "language_tsx", f"{_JAVASCRIPT[0]} interface_declaration", _JAVASCRIPT[1]),
    "go": ("tree_sitter_go", "language", "function_declaration method_declaration type_spec", _C_LIKE),
    "rust": (
        "tree_sitter_rust",
        "language",
        "function_item struct_item enum_item trait_item mod_item",
        "(impl_item type: (_) @name) @definition (line_comment) @comment (block_comment) @comment",
    ),
    "java": (
        "tree_sitter_java",
        "language",
        _JAVA,
        "(line_comment) @comment (block_comment) @comment",
    ),
    "c": (
        "tree_sitter_c",
        "language",
        "",
        "(function_definition declarator: (_) @name) @definition"
        "(struct_specifier name: (_) @name body: (_)) @definition" + _C_LIKE,
    ),
    "ruby": ("tree_sitter_ruby", "language", "method singleton_method class module", _C_LIKE),
}
_ENDINGS = {
    ".py": "python", ".pyi": "python", ".js": "javascript", ".jsx": "javascript", ".mjs": "javascript",
    ".cjs": "javascript", ".ts": "typescript", ".mts": "typescript", ".cts": "typescript", ".tsx": "tsx", ".go": "go",
    ".rs": "rust", ".java": "java", ".c": "c", ".h": "c", ".rb": "ruby",
}  # fmt: skip
_HASH, _SLASHES = (b"#",), (b"//", b"/*", b"*/", b"* ")
_LINE_COMMENTS = {
    **dict.fromkeys((".py", ".pyi", ".rb", ".sh", ".bash", ".yaml", ".yml", ".toml", ".pl", ".r", ".tf", ".mk"), _HASH),
    **dict.fromkeys((".js", ".jsx", ".mjs", ".cjs", ".ts", ".tsx", ".mts", ".cts", ".go", ".rs", ".java"), _SLASHES),
    **dict.fromkeys((".c", ".h", ".cc", ".cpp", ".hpp", ".cs", ".swift", ".kt", ".scala", ".php", ".css"), _SLASHES),
    ".sql": (b"--",), ".lua": (b"--",), ".hs": (b"--",), ".ini": (b";", b"#"), ".lisp": (b";",), ".clj": (b";",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Grammar:
    """How to parse a language and what to look for in what was parsed."""

    language: str
    loaded: "Language"
    query: "Query"

    def list_captures(self, content: bytes) -> list[dict[str, list[tuple[int, int, int, int, bytes]]]]:
        """List what was found: for each place by name ``definition``, ``name`` or ``comment`` its start and end.

        A place is line and column where it starts, line and column behind its end, from 0 in bytes, and its text where
        it is a name.
        """
        root = Parser(self.loaded).parse(content).root_node
        return [
            {
                name: [
                    (*node.start_point, *node.end_point, (node.text or b"") if name == "name" else b"")
                    for node in nodes
                ]
                for name, nodes in found.items()
            }
            for _, found in QueryCursor(self.query).matches(root)
        ]


def find_language(path: str) -> str:
    """Tell a file's language by its ending, "" where none is known."""
    return _ENDINGS.get(PurePosixPath(path).suffix.lower(), "")


def list_comment_marks(path: str) -> tuple[bytes, ...]:
    """List what a line begins with that is a comment, by the file's ending."""
    return _LINE_COMMENTS.get(PurePosixPath(path).suffix.lower(), ())


@cache
def find_grammar(language: str) -> Grammar | None:
    """Find the grammar of a language, None where it is not installed."""
    if not _is_installed or language not in _GRAMMARS:
        return None
    module, function, kinds, others = _GRAMMARS[language]
    try:
        loaded = Language(getattr(import_module(module), function)())
        query = Query(loaded, " ".join((*map(_DEFINITION.format, kinds.split()), others)))
    except (ImportError, ValueError):  # not installed, or of a version that knows other kinds
        return None
    return Grammar(language, loaded, query)
