"""The one place where addresses of pages are built. Pure, so that pages, JSON and rendered Markdown share it.

Templates see this module as ``url``. Every part is quoted; ``/`` stays where a parameter is a path.
"""

from tandemweb.web.addresses import json_twin as json_twin
from tandemweb.web.addresses import local_or_home as local_or_home
from tandemweb.web.addresses import quote_part as _part
from tandemweb.web.addresses import quote_path as _path
from tandemweb.web.addresses import with_line as with_line
from tandemweb.web.addresses import with_query as with_query


def missions(**filters: str | int | None) -> str:
    return with_query("/", **filters)


def projects() -> str:
    return "/projects"


def project(slug: str) -> str:
    return f"/projects/{_part(slug)}"


def mission(slug: str, root: str, name: str) -> str:
    return f"{project(slug)}/missions/{_part(root)}/{_part(name)}"


def planning(slug: str, root: str, name: str) -> str:
    return f"{mission(slug, root, name)}/planning"


def evaluation(slug: str, root: str, name: str, number: int) -> str:
    return f"{mission(slug, root, name)}/rounds/{number}"


def corrections(slug: str, root: str, name: str) -> str:
    """Give the address that corrections of a mission's findings are sent to."""
    return f"{mission(slug, root, name)}/corrections"


def correction_undo(slug: str, root: str, name: str, number: int) -> str:
    return f"{corrections(slug, root, name)}/{number}/undo"


def next_action(slug: str, root: str, name: str, action: str, send: str = "") -> str:
    """Give the page of what a person can do with a mission; ``send`` is ``preview`` or ``write``, for its form."""
    address = f"{mission(slug, root, name)}/next/{_part(action)}"
    return f"{address}/{send}" if send else address


def change(slug: str, root: str, name: str, number: str) -> str:
    """Give the page of a change that was written to a mission from here."""
    return f"{mission(slug, root, name)}/changes/{_part(number)}"


def change_undo(slug: str, root: str, name: str, number: str) -> str:
    return f"{change(slug, root, name, number)}/undo"


def new_mission(**query: str | int | None) -> str:
    return with_query("/missions/new", **query)


def new_mission_send(what: str) -> str:
    """Give the address that the form of a new mission is sent to: ``preview`` or ``create``."""
    return f"/missions/new/{what}"


def assets(slug: str, root: str, name: str) -> str:
    return f"{mission(slug, root, name)}/assets"


def document(slug: str, path: str, *, line: int | None = None, **query: str | int | None) -> str:
    """Give the page of a document. A ``line`` leads to the source view, where lines have anchors.

    ``query``: ``view`` (rendered, source, changes), ``from_``, ``to``, ``at``.
    """
    if line is not None:
        query.setdefault("view", "source")
    return with_line(with_query(f"{project(slug)}/documents/{_path(path)}", **query), line)


def review(slug: str, path: str, **query: str | int | None) -> str:
    """Give the page with the findings of a plan or review outside missions."""
    return with_query(f"{project(slug)}/reviews/{_path(path)}", **query)


def raw(slug: str, path: str, *, at: str | None = None) -> str:
    return with_query(f"{project(slug)}/raw/{_path(path)}", at=at)


def blob(slug: str, path: str, *, at: str | None = None) -> str:
    """Give the address of an image for ``<img src>``: the only folder that pages may load images from."""
    return with_query(f"/blob/{_part(slug)}/{_path(path)}", at=at)


def file(slug: str, path: str, *, at: str, line: int | None = None, end: int | None = None) -> str:
    """Give the page of any file of the project as it was at commit ``at``."""
    return with_line(with_query(f"{project(slug)}/files/{_path(path)}", at=at), line, end)


def why(slug: str, path: str, *, at: str, line: int | None = None, end: int | None = None) -> str:
    """Give the story of lines of a file; without a line, for a template that adds ``&line=`` itself."""
    lines = None if line is None else str(line) if end in {None, line} else f"{line}-{end}"
    return with_query(f"{project(slug)}/why/{_path(path)}", at=at, line=lines)


def margin(slug: str, path: str, *, at: str) -> str:
    """Give who wrote which lines of a file, by mission and round."""
    return with_query(f"{project(slug)}/margin/{_path(path)}", at=at)


def commits(slug: str, **query: str | int | None) -> str:
    return with_query(f"{project(slug)}/commits", **query)


def commit(slug: str, oid: str) -> str:
    return f"{project(slug)}/commits/{_part(oid)}"


def refs(slug: str) -> str:
    return f"{project(slug)}/refs"


def all_comparisons() -> str:
    return "/comparisons"


def comparisons(slug: str) -> str:
    return f"{project(slug)}/comparisons"


def comparison_keep(slug: str) -> str:
    """Give the address that a comparison to be kept is sent to."""
    return f"{comparisons(slug)}/keep"


def comparison(slug: str, number: int, **filters: str | int | None) -> str:
    return with_query(f"{comparisons(slug)}/{number}", **filters)


def comparison_part(slug: str, number: int, part: str, **query: str | int | None) -> str:
    """Give a part of a comparison's page that loads by itself: ``matrix``, ``numbers``, ``criteria``."""
    return with_query(f"{comparisons(slug)}/{number}/{part}", **query)


def compared_file(slug: str, number: int, path: str, **query: str | int | None) -> str:
    """Give the page of one file of a comparison. ``query``: ``view``, ``sides``, ``part``, ``place``, ``open``."""
    return with_query(f"{comparisons(slug)}/{number}/files/{_path(path)}", **query)


def picks(slug: str, number: int) -> str:
    return f"{comparisons(slug)}/{number}/picks"


def viewed_marks(slug: str, number: int) -> str:
    return f"{comparisons(slug)}/{number}/viewed"


def synthesis(slug: str, number: int, part: str = "") -> str:
    """Give the page where picks become a branch, or a part of it: ``check``, or what belongs to one that was made."""
    return f"{comparisons(slug)}/{number}/synthesis{f'/{part}' if part else ''}"


def decisions(**filters: str | int | None) -> str:
    return with_query("/decisions", **filters)


def decision(slug: str, key: str) -> str:
    return f"{project(slug)}/decisions/{_part(key)}"


def decision_markdown(slug: str, key: str) -> str:
    return f"{decision(slug, key)}/text.md"


def problems(**filters: str | int | None) -> str:
    return with_query("/problems", **filters)


def statistics(**filters: str | int | None) -> str:
    return with_query("/statistics", **filters)


def search(query: str = "", **filters: str | int | None) -> str:
    return with_query("/search", q=query or None, **filters)


def runs(**filters: str | int | None) -> str:
    return with_query("/runs", **filters)


def run(number: str, *, step: int | None = None, before: int | None = None, draft: str | None = None) -> str:
    """Give the page of a run. ``step`` is whose events are shown, ``before`` the event that the window ends at."""
    address = with_query(f"/runs/{_part(number)}", step=step, before=before, draft=draft)
    return f"{address}#step-{step}" if step is not None else address


def run_action(number: str, action: str) -> str:
    """Give the address of a form: stop, pause, go-on, resume, seen."""
    return f"/runs/{_part(number)}/{action}"


def run_log(number: str, step: int, stream: str = "stdout") -> str:
    """Give the plain output of a step; ``stream`` is stdout, stderr or prompt."""
    return f"/runs/{_part(number)}/steps/{step}/{stream}"


def run_file(number: str, path: str) -> str:
    """Give a file as it is now in the work tree of a run."""
    return f"/runs/{_part(number)}/files/{_path(path)}"


def run_answer(number: str, question: str) -> str:
    return f"/runs/{_part(number)}/questions/{_part(question)}"


def waiting_runs() -> str:
    """Give what waits for a person: open questions, and ends that nobody has seen."""
    return "/runs/waiting"


def stage(slug: str, root: str, name: str, stage: str, **query: str | int | None) -> str:
    """Give the page of a stage before it starts. ``query``: ``workflow``, ``draft``."""
    return with_query(f"{mission(slug, root, name)}/stages/{_part(stage)}", **query)


def stage_action(slug: str, root: str, name: str, stage: str, action: str) -> str:
    """Give where the form of a stage is sent: preview, start, or look (at what has to be allowed first)."""
    return f"{mission(slug, root, name)}/stages/{_part(stage)}/{action}"


def trust(slug: str, **query: str | int | None) -> str:
    """Give what a person has to see before agents start in a project. ``query``: ``back``, ``tree``."""
    return with_query(f"{project(slug)}/trust", **query)


def trust_action(slug: str, action: str) -> str:
    """Give the address of a form: allow, withdraw."""
    return f"{trust(slug)}/{action}"


def workflows() -> str:
    return "/workflows"


def workflow(name: str, part: str = "", **query: str | int | None) -> str:
    """Give the page of a workflow, or a part of it: edit, text, delete, or where a form is sent."""
    return with_query(f"/workflows/{_part(name)}{f'/{part}' if part else ''}", **query)


def workflow_try(name: str, *, send: str = "", **query: str | int | None) -> str:
    """Give the page that shows what a workflow would do and starts it; ``send`` is ``preview``, ``look`` or ``start``.

    ``query``: ``project``, ``stage``, ``mission``, ``mode``, ``goal``, ``note``, ``draft``.
    """
    return workflow(name, f"try/{send}" if send else "try", **query)


def workflow_export(slug: str, name: str, form: str, **query: str | int | None) -> str:
    """Give a workflow to take off this machine; ``form`` is ``shell`` or ``actions``.

    ``query``: ``stage``, ``mission``, ``goal``, ``note``, ``parameter-…``.
    """
    return with_query(f"{project(slug)}/exports/{_part(name)}/{_part(form)}", **query)


def quick_action(slug: str, stage: str, target: str = "") -> str:
    """Give the form of a quick action (review, adversarial, rescue) on a branch, commit or range of a project."""
    note = f"This is about {target}." if target and stage == "rescue" else None
    given: dict[str, str | int | None] = {"project": slug, "stage": stage, "parameter-target": target or None}
    return with_query(workflow_try("quick-actions"), **given, note=note)


def worktrees(**query: str | int | None) -> str:
    """Give the worktrees that this program made. ``query``: ``project``."""
    return with_query("/worktrees", **query)


def worktree(number: str, send: str = "") -> str:
    """Give what would be lost with a worktree; ``send`` is ``remove``, for its forms."""
    return f"/worktrees/{_part(number)}{f'/{send}' if send else ''}"


def static(path: str) -> str:
    return f"/static/{_path(path)}"
