"""``tandemweb search``: the search box on the terminal."""

import json

import click

from tandemweb.commands.terminal import clean_line
from tandemweb.domain.search import HIT_END, HIT_START, SearchHit
from tandemweb.services.searching import SearchAnswer, answer_query
from tandemweb.store.connections import open_index_reader
from tandemweb.store.paths import get_data_folder
from tandemweb.web.jsonable import to_jsonable

LARGEST_PAGE = 1000


@click.command()
@click.argument("query", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--limit", type=click.IntRange(1, LARGEST_PAGE), default=20, show_default=True, help="Most hits.")
@click.pass_context
def search(ctx: click.Context, query: tuple[str, ...], as_json: bool, limit: int) -> None:
    """Search everything that has been indexed; exit status 1 when nothing is found.

    Operators as in the browser: project: mission: author: severity: agreement: phase: verdict: kind: file: before:
    after: "a phrase" -not. Put -- before a QUERY that begins with a minus.
    """
    with open_index_reader(get_data_folder()) as index:
        answer = answer_query(index, " ".join(query), limit=limit)
    if as_json:
        click.echo(json.dumps(to_jsonable(answer), ensure_ascii=False, indent=2))
    else:
        _print(answer)
    if not answer.groups:
        ctx.exit(1)


def _print(answer: SearchAnswer) -> None:
    for note in answer.query.notes:
        click.echo(note, err=True)
    for group in answer.groups:
        click.secho(clean_line(f"{group.project_name}: {group.mission or 'outside of missions'}"), bold=True)
        for hit in group.hits:
            click.echo(f"  {hit.kind:<11}{_mark(hit.title or hit.path)}{_facts(hit)}")
            if hit.excerpt:
                click.echo(f"             {_mark(hit.excerpt)}")
            click.secho(f"             {_place(hit)}", dim=True)
    if answer.is_partial:
        click.echo("The search was stopped after a quarter of a second: there may be more.", err=True)
    elif answer.has_more:
        click.echo("There is more; see --limit.", err=True)


def _facts(hit: SearchHit) -> str:
    facts = [hit.severity, hit.agreement, hit.verdict if hit.kind != "finding" else None]
    shown = ", ".join(fact for fact in facts if fact)
    return f" ({clean_line(shown)})" if shown else ""


def _place(hit: SearchHit) -> str:
    if hit.kind == "commit":
        return hit.key[:12]
    return clean_line(f"{hit.path}:{hit.line}" if hit.line else hit.path)


def _mark(text: str) -> str:
    start, end = click.style("\0", bold=True, fg="yellow").split("\0")
    return clean_line(" ".join(text.split()), HIT_START + HIT_END).replace(HIT_START, start).replace(HIT_END, end)
