"""Tokens to HTML, with nothing of the document but escaped text: tags and attributes are all ours.

Where only the caller knows the answer, a NUL marks the place and a `Slot` says what belongs there; Markdown cannot
smuggle a NUL in, its parser replaces them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from tandemweb.web.highlighting import escape_lines, highlight_named
from tandemweb.web.markdown_references import LANGUAGE, TargetKind, classify_target, extract_references
from tandemweb.web.markdown_slots import Slot, SlotKind

SLOT_MARK = "\x00"
ATTRIBUTES = {"id", "class", "data-line", "start"}
MERMAID_NOTE = "Mermaid diagram, shown as its source: diagrams are not drawn here"


@dataclass(slots=True)
class PageState:
    """What is gathered while one document is parsed and rendered. Lines are 1-based."""

    id_prefix: str
    slots: list[Slot] = field(default_factory=list)
    anchored_lines: set[int] = field(default_factory=set)  # lines that have an id already
    linked_lines: set[int] = field(default_factory=set)  # lines that lead to the source already
    heading_ids: dict[str, str] = field(default_factory=dict)  # slug -> id
    closing: list[str] = field(default_factory=list)  # what ends each link now open

    def mark(self, slot: Slot) -> str:
        self.slots.append(slot)
        return SLOT_MARK

    def line_attributes(self, line: int) -> str:
        """`` id="L7" data-line="7"``; the id only once a line."""
        if line in self.anchored_lines:
            return f' data-line="{line}"'
        self.anchored_lines.add(line)
        return f' id="{self.id_prefix}L{line}" data-line="{line}"'

    def source_link(self, line: int | None) -> str:
        if line is None or line in self.linked_lines:
            return ""
        self.linked_lines.add(line)
        return self.mark(Slot(SlotKind.SOURCE, line_start=line))


class SafeRenderer(RendererHTML):
    """Every rule that writes text of the document is here; the base class only writes tags of its own tokens."""

    def text(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, env: EnvType) -> str:
        return _with_references(tokens[idx].content, env["page"])

    def code_inline(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, env: EnvType) -> str:
        return f"<code>{_with_references(tokens[idx].content, env['page'])}</code>"

    def html_inline(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, _env: EnvType) -> str:
        return escape(tokens[idx].content)

    def html_block(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, _env: EnvType) -> str:
        return escape(tokens[idx].content)

    def softbreak(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, env: EnvType) -> str:
        return "\n" + _line_anchor(tokens[idx], env["page"])

    def hardbreak(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, env: EnvType) -> str:
        return "<br>\n" + _line_anchor(tokens[idx], env["page"])

    def code_block(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, env: EnvType) -> str:
        token = tokens[idx]
        line = token.map[0] + 1 if token.map else 1
        return _code(escape_lines(token.content), env["page"], line=line, first_line=line, label="Code")

    def fence(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, env: EnvType) -> str:
        token = tokens[idx]
        page: PageState = env["page"]
        line = token.map[0] + 1 if token.map else 1
        match = LANGUAGE.match(token.info.strip())
        language = match[0] if match else ""
        if language.lower() == "mermaid":
            code = _code(escape_lines(token.content), page, line=line, first_line=line + 1, label="Mermaid source")
            return f'<figure class="mermaid"><figcaption>{MERMAID_NOTE}</figcaption>\n{code}</figure>\n'
        lines = highlight_named(token.content, language) if language else escape_lines(token.content)
        label = f"Code, {escape(language)}" if language else "Code"
        return _code(lines, page, line=line, first_line=line + 1, label=label)

    def link_open(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, env: EnvType) -> str:
        page: PageState = env["page"]
        target = classify_target(str(tokens[idx].attrGet("href") or ""))
        if target.kind is TargetKind.RELATIVE:
            page.closing.append(SLOT_MARK)
            return page.mark(Slot(SlotKind.LINK, target.path, fragment=target.fragment, text=target.path))
        if target.kind is TargetKind.EXTERNAL:
            page.closing.append("</a>")
            return f'<a class="external" href="{escape(target.path)}" rel="noopener noreferrer">'
        part = _part_id(target.fragment, page) if target.kind is TargetKind.PART else None
        page.closing.append("</a>" if part else "</span>")
        return f'<a href="#{escape(part)}">' if part else '<span class="unresolved-link">'

    def link_close(self, _tokens: Sequence[Token], _idx: int, _options: OptionsDict, env: EnvType) -> str:
        page: PageState = env["page"]
        closing = page.closing.pop()
        return page.mark(Slot(SlotKind.LINK_END)) if closing == SLOT_MARK else closing

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        token = tokens[idx]
        page: PageState = env["page"]
        alt = self.renderInlineAsText(token.children, options, env)
        target = classify_target(str(token.attrGet("src") or ""))
        if target.kind is TargetKind.RELATIVE:
            return page.mark(Slot(SlotKind.IMAGE, target.path, text=alt))
        words = f"Image elsewhere, not loaded: {escape(alt or target.path)}"
        if target.kind is TargetKind.EXTERNAL and not page.closing:
            return f'<a class="external" href="{escape(target.path)}" rel="noopener noreferrer">{words}</a>'
        return f'<span class="missing-image">{words}</span>'

    def heading_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        anchor = escape(tokens[idx].meta["id"])
        link = f' <a class="heading-link" id="{anchor}" href="#{anchor}" aria-label="Link to this heading">#</a>'
        return link + self.renderToken(tokens, idx, options, env)

    def list_item_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        checked = tokens[idx].meta.get("checked")
        box = ""
        if checked is not None:
            name, glyph = ("done", "☑") if checked else ("not done", "☐")
            box = f'<span class="task" role="img" aria-label="{name}">{glyph}</span> '
        return self.renderToken(tokens, idx, options, env) + box

    def details_open(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, env: EnvType) -> str:
        token = tokens[idx]
        is_open = " open" if token.meta["open"] else ""
        line = env["page"].line_attributes(token.map[0] + 1) if token.map else ""
        return f"<details{line}{is_open}>\n"

    def renderToken(  # noqa: N802 - the name is the base class's
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        token = tokens[idx]
        html = super().renderToken(tokens, idx, options, env)
        if token.nesting == 1 and "line" in token.meta and not token.hidden:
            html += env["page"].source_link(token.meta["line"])
        return html

    @staticmethod
    def renderAttrs(token: Token) -> str:  # noqa: N802 - the name is the base class's
        """Write only attributes of our own; table cells are aligned by class, since style attributes are refused."""
        if not token.attrs:
            return ""
        attributes = {key: str(value) for key, value in token.attrItems() if key in ATTRIBUTES}
        if style := token.attrGet("style"):
            attributes["class"] = "align-" + str(style).rpartition(":")[2]
        return "".join(f' {key}="{escape(value)}"' for key, value in attributes.items())


def _with_references(text: str, page: PageState) -> str:
    if page.closing or "." not in text:
        return escape(text)
    pieces, done = [], 0
    for reference in extract_references(text):
        pieces.append(escape(text[done : reference.begin]))
        named = text[reference.begin : reference.end]
        slot = Slot(SlotKind.REFERENCE, reference.path, reference.line_start, reference.line_end, text=named)
        pieces.append(page.mark(slot))
        done = reference.end
    pieces.append(escape(text[done:]))
    return "".join(pieces)


def _line_anchor(token: Token, page: PageState) -> str:
    line = token.meta.get("line")
    if line is None or line in page.anchored_lines:
        return ""
    return f"<span{page.line_attributes(line)}></span>"


def _part_id(fragment: str, page: PageState) -> str | None:
    if fragment.startswith("L") and fragment[1:].isdecimal():
        return page.id_prefix + fragment
    return page.heading_ids.get(fragment.lower())


def _code(lines: Sequence[str], page: PageState, *, line: int, first_line: int, label: str) -> str:
    """Write a block of code that starts at ``line``; its own lines are numbered from ``first_line``."""
    opening = page.line_attributes(line)
    link = page.source_link(line)
    body = "\n".join(
        f"<span{page.line_attributes(number)}>{text}</span>" for number, text in enumerate(lines, first_line)
    )
    region = f'class="code" tabindex="0" role="region" aria-label="{label}"{opening}'
    return f"<pre {region}>{link}<code>{body}</code></pre>\n"
