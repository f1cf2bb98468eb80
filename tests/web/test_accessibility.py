"""What a reader with a screen reader relies on, on a page of each kind: headings, labels, table headers, references."""

from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise

from corpus.clones import clone_corpus

from web.crawling import crawl

HEADINGS = {f"h{level}": level for level in range(1, 7)}
FIELDS = {"input", "select", "textarea"}
REFERENCES = ("aria-labelledby", "aria-describedby", "aria-controls", "for", "list")


@dataclass
class Reader(HTMLParser):
    """Gathers what a page holds. ``labels`` counts the label elements that are open."""

    levels: list[int] = field(default_factory=list)
    ids: Counter[str] = field(default_factory=Counter)
    references: set[str] = field(default_factory=set)
    unlabelled: dict[str, str] = field(default_factory=dict)
    named_by_label: set[str] = field(default_factory=set)
    headless: int = 0
    labels: int = 0

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, given: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in given}
        if tag in HEADINGS:
            self.levels.append(HEADINGS[tag])
        if tag == "label":
            self.labels += 1
            self.named_by_label.add(attributes.get("for", ""))
        if tag in FIELDS and attributes.get("type") != "hidden" and not self.labels and "aria-label" not in attributes:
            self.unlabelled[attributes.get("id", "")] = f"{tag} {attributes.get('name')}"
        self.headless += {"table": 1, "th": -self.headless}.get(tag, 0)
        self.ids.update(value for name, value in attributes.items() if name == "id")
        self.references.update(word for name in REFERENCES for word in attributes.get(name, "").split())

    def handle_endtag(self, tag: str) -> None:
        self.labels -= tag == "label"

    def list_faults(self) -> list[str]:
        return [
            *(f"h{later} after h{earlier}" for earlier, later in pairwise([0, *self.levels]) if later > earlier + 1),
            *(f"{count} times the id {name}" for name, count in self.ids.items() if count > 1),
            *(f"nothing is called {name}" for name in self.references - self.ids.keys()),
            *(words for name, words in self.unlabelled.items() if name not in self.named_by_label or not name),
            *(["a table without headers"] if self.headless else []),
        ]


def test_pages_can_be_read_without_seeing_them(app, client, index_project, tmp_path):
    for name in ("ledgerlite", "papertrail"):
        index_project(clone_corpus(name, tmp_path / name))
    faults = {}
    pages = list(crawl(app, client, most=2))
    for _, address in pages:
        reader = Reader()
        reader.feed(client.get(address).text)
        if found := reader.list_faults():
            faults[address] = found
    assert len({endpoint for endpoint, _ in pages}) > 25
    assert faults == {}
