"""A query as expressions of FTS5. Every term is quoted, so that nothing in it is an operator."""

from collections.abc import Iterable
from dataclasses import dataclass

from tandemweb.domain.search import Term
from tandemweb.store.identifiers import join_identifier, split_identifier


@dataclass(frozen=True, slots=True)
class Match:
    """Expressions from strict to loose, each of which finds what stricter ones do as well; ``anywhere`` finds all.

    ``exact`` is the one of these that finds the words exactly as given.
    """

    tiers: tuple[str, ...]
    exact: str
    anywhere: str


def render_match(terms: tuple[Term, ...], excluded: tuple[Term, ...]) -> Match:
    """Give the tiers of a query: in titles and headings; words exactly; parts of identifiers and continuations."""
    heading = f"{{title headings}} : ({_all(map(_exact_or_words, terms))})"
    exact = f"({_all(map(_exact, terms))})"
    loose = f"({_all(map(_loose, terms))})"
    unwanted = "".join(f" NOT {_exact_or_words(term)}" for term in excluded)
    tiers = [heading, exact]
    if loose != exact:
        tiers += [f"{{title headings}} : {loose}", loose]
    return Match(tuple(f"({tier}){unwanted}" for tier in tiers), f"{exact}{unwanted}", f"{loose}{unwanted}")


def render_excluded(excluded: tuple[Term, ...]) -> str:
    """Match what any of the terms stands in."""
    return " OR ".join(map(_exact_or_words, excluded))


def _all(parts: Iterable[str]) -> str:
    return " AND ".join(parts)


def _quote(text: str) -> str:
    return '"{}"'.format(text.replace('"', '""'))


def _exact(term: Term) -> str:
    """Give an identifier as one word, however it is written; anything else as its words side by side."""
    if term.is_prefix:
        return f"{_quote(term.text)} *"
    return _quote(join_identifier(term.text) or term.text)


def _exact_or_words(term: Term) -> str:
    exact = _exact(term)
    return f"({exact} OR {_quote(term.text)})" if join_identifier(term.text) and not term.is_prefix else exact


def _loose(term: Term) -> str:
    joined = join_identifier(term.text)
    more = " *" if term.is_open or term.is_prefix else ""
    if joined is None:
        return f"{_quote(term.text)}{more}"
    forms = dict.fromkeys((joined, term.text, split_identifier(term.text)))
    return "({})".format(" OR ".join(f"{_quote(form)}{more}" for form in forms))
