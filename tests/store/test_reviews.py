from collections.abc import Callable

from store.examples import PROJECT, make_document, make_finding
from tandemweb.domain.mission import Author, DocumentKind
from tandemweb.domain.review import ConfidencePair, Review, ReviewFinding
from tandemweb.store.connections import IndexWriter
from tandemweb.store.documents import save_project_documents
from tandemweb.store.reviews import list_reviews, save_reviews

MENTION = make_finding().mentions[0]
CONSENSUS = Review(
    (ReviewFinding(MENTION, "confirmed"), ReviewFinding(MENTION, "dismissed", "It is meant so.")),
    ("Claude", "Codex", "GLM"),
    ConfidencePair(0.85, 0.55, 4, 9, "Opus", "GPT-5.5-pro"),
)


def save(writer: IndexWriter, reviews: dict[str, Review], *paths: str) -> None:
    documents = [make_document(path, kind=DocumentKind.CONSENSUS, author=Author.CODEX) for path in paths]
    with writer.transaction() as index:
        save_project_documents(index, PROJECT.slug, [(document, "text") for document in documents])
        save_reviews(index, PROJECT.slug, reviews)


def test_a_review_comes_back_whole(writer: IndexWriter, ask: Callable):
    plan = Review((ReviewFinding(MENTION),))
    save(writer, {"b.md": CONSENSUS, "a.md": plan}, "a.md", "b.md", "c.md")
    assert ask(list_reviews, PROJECT.slug) == {"a.md": plan, "b.md": CONSENSUS}
    assert ask(list_reviews, PROJECT.slug, "b.md") == {"b.md": CONSENSUS}
    assert ask(list_reviews, PROJECT.slug, "c.md") == {}


def test_saving_again_replaces_only_the_documents_named(writer: IndexWriter, ask: Callable):
    save(writer, {"a.md": CONSENSUS, "b.md": CONSENSUS}, "a.md", "b.md")
    save(writer, {"a.md": Review()}, "a.md", "b.md")
    assert ask(list_reviews, PROJECT.slug) == {"b.md": CONSENSUS}


def test_a_review_goes_with_its_document(writer: IndexWriter, ask: Callable):
    save(writer, {"a.md": CONSENSUS, "b.md": CONSENSUS}, "a.md", "b.md")
    save(writer, {}, "b.md")
    assert list(ask(list_reviews, PROJECT.slug)) == ["b.md"]


def test_what_no_document_holds_is_left_out(writer: IndexWriter, ask: Callable):
    save(writer, {"gone.md": CONSENSUS})
    assert ask(list_reviews, PROJECT.slug) == {}
