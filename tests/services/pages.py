"""The pages of a project as a browser gets them, after runs have left their documents."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from html import unescape
from typing import Any

from compiled import COMPILED
from web.comparing import read, text_of
from web.conftest import PORT, Browser

from tandemweb.services.changes import Broker
from tandemweb.services.indexing import refresh_project
from tandemweb.store.connections import open_index_writer
from tandemweb.web import urls
from tandemweb.web.app import create_app
from tandemweb.web.configuration import Configuration
from tandemweb.web.markdown import close_renderer
from tests.services.running import Bench

Json = Mapping[str, Any]


@contextmanager
def open_pages(place: Bench) -> Iterator[Browser]:
    """Bring the index up to date, and give a browser that is logged in."""
    with open_index_writer(place.data_folder) as writer:
        refresh_project(writer, place.project)
    app = create_app(Configuration(PORT, place.data_folder, Broker(), announce=lambda line: None))
    app.jinja_env.bytecode_cache = COMPILED
    app.test_client_class = Browser
    try:
        client = app.test_client()
        client.log_in()
        yield client
    finally:
        close_renderer(app)


def check_findings_shown(place: Bench, documents: Iterable[Json]) -> None:
    """Hold the findings page of each plan and review against what the export says of it."""
    slug = place.project.slug
    with open_pages(place) as client:
        for document in documents:
            address = urls.review(slug, document["path"])
            assert f'href="{address}"' in read(client, urls.document(slug, document["path"])), "the way there"
            html = read(client, address)
            head, *rows = html.split('<tr id="finding-')
            assert len(rows) == len(document["findings"]), document["path"]
            for row in rows:
                number = int(row.partition('"')[0])
                check_row(row, document["findings"][number - 1])
            if len(document["reviewers"]) == 1:
                assert f"by {document['reviewers'][0]}" in text_of(head)


def check_row(row: str, finding: Json) -> None:
    text = unescape(text_of(row))
    assert finding["title"] in text
    assert (finding["severity"] or "none").capitalize() in text
    names = [part.partition('"')[0] for part in row.split('<td class="by" data-label="')[1:] if "raised it" in part]
    assert names in ([], list(finding["reviewers"])), text


def check_rounds_shown(place: Bench, mission: Json, root: str) -> int:
    """Hold the planning and round pages of a mission against its export; gives how many findings there were."""
    count = 0
    with open_pages(place) as client:
        for exchange in mission["exchanges"]:
            at = place.project.slug, root, mission["mission"]
            address = urls.planning(*at) if exchange["stage"] == "planning" else urls.evaluation(*at, exchange["round"])
            articles = read(client, address).split('<article class="tandem finding"')[1:]
            assert len(articles) == len(exchange["findings"]), address
            for finding in exchange["findings"]:
                count += 1
                (article,) = [part for part in articles if f'id="finding-{finding["key"]}"' in part.partition(">")[0]]
                text = unescape(text_of(article))
                assert finding["title"] in text
                assert (finding["final_severity"] or "").capitalize() in text
                voices = {author for author in ("claude", "codex") if f'<div class="voice {author}">' in article}
                assert voices == set(finding["raised_by"]), text
    return count
