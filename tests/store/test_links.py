"""Links of commits to missions, kept through saves of the mission and new readings of the history."""

from collections.abc import Callable

import pytest

from store.examples import make_commit, make_mission
from tandemweb.domain.link import CommitLink, Evidence, EvidenceKind, LinkStrength
from tandemweb.store.commits import save_commits
from tandemweb.store.connections import IndexWriter
from tandemweb.store.links import group_by_commit, list_links, list_mission_links, save_links

A, B = "a" * 40, "b" * 40


@pytest.fixture
def mission(save: Callable):
    made = make_mission()
    save(made)
    return made


def link(oid: str, path: str, number: int | None = 1, strength: LinkStrength = LinkStrength.LIKELY) -> CommitLink:
    evidence = (
        Evidence(EvidenceKind.NAMED, 'It says "so".', path=f"{path}/Summary.md", line=3),
        Evidence(EvidenceKind.PLACE, "It stands there.", commit=B),
    )
    return CommitLink(oid, path, number, strength, evidence)


def test_links_come_back_whole(writer: IndexWriter, ask: Callable, mission):
    links = [link(A, mission.path), link(B, mission.path, None, LinkStrength.CERTAIN)]
    with writer.transaction() as index:
        assert save_links(index, "shop", links, missions=[mission.path])
    assert ask(list_mission_links, "shop", mission.root.slug, mission.name) == tuple(links)
    found = ask(list_links, "shop")
    assert [(one.link.oid, one.root, one.mission) for one in found] == [
        (B, mission.root.slug, mission.name),
        (A, mission.root.slug, mission.name),
    ]
    assert set(group_by_commit(found)) == {A, B}
    assert [one.link.oid for one in ask(list_links, "shop", oids=[A, "c" * 40])] == [A]


def test_the_same_again_changes_nothing(writer: IndexWriter, mission):
    with writer.transaction() as index:
        save_links(index, "shop", [link(A, mission.path)], missions=[mission.path])
        assert not save_links(index, "shop", [link(A, mission.path)], missions=[mission.path])
        assert not save_links(index, "shop", [link(A, "elsewhere")], missions=["elsewhere"])
        assert save_links(index, "shop", [], missions=[mission.path])


def test_they_outlast_saves_and_readings(writer: IndexWriter, ask: Callable, save: Callable, mission):
    with writer.transaction() as index:
        save_links(index, "shop", [link(make_commit(1).oid, mission.path)], missions=[mission.path])
        save_commits(index, "shop", [make_commit(1)])
    save(mission)
    with writer.transaction() as index:
        save_commits(index, "shop", [make_commit(2), make_commit(1)], complete=True)
    assert len(ask(list_mission_links, "shop", mission.root.slug, mission.name)) == 1
