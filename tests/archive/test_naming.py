import pytest
from hypothesis import given
from hypothesis import strategies as st

from tandemweb.archive.naming import find_mission_name, find_naming, fold_name, split_words
from tandemweb.domain.mission import Naming


@pytest.mark.parametrize(
    "names",
    [
        (
            "Round-01-Discussion",
            "round-1-discussion",
            "round_001_discussion",
            "Round01Discussion",
            "ROUND 01 DISCUSSION",
        ),
        ("ChangedFiles-02.txt", "changed-files-02.txt", "changed_files_2.txt", "changedFiles02.txt"),
        ("ClaudeEvaluatorPrompt.md", "claude-evaluator-prompt.md"),
        ("TandemKit", "tandem-kit", "tandem_kit", "TANDEMKIT"),
    ],
)
def test_spellings_of_one_name_fold_together(names):
    assert len({fold_name(name) for name in names}) == 1


def test_numbers_stay_numbers():
    assert fold_name("Round-10") != fold_name("Round-1")
    assert fold_name("Round-00") == "round0"
    assert fold_name("Round-100") == "round100"


@given(st.from_regex(r"[a-z]{1,8}", fullmatch=True), st.from_regex(r"[a-z]{1,8}", fullmatch=True), st.integers(0, 999))
def test_convention_and_leading_zeros_make_no_difference(first: str, second: str, number: int):
    folded = fold_name(f"{first}-{second}-{number}")
    assert fold_name(f"{first.title()}{second.title()}{number:03}") == folded
    assert fold_name(f"{first}_{second}_{number:02}") == folded


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("AddDarkMode", ("Add", "Dark", "Mode")),
        ("addDarkMode", ("add", "Dark", "Mode")),
        ("add-dark-mode", ("add", "dark", "mode")),
        ("add_dark_mode", ("add", "dark", "mode")),
        ("FixAPIEndpoint", ("Fix", "API", "Endpoint")),
        ("API", ("API",)),
        ("CsvImport", ("Csv", "Import")),
        ("UseHTTP2", ("Use", "HTTP2")),
        ("OAuth2Login", ("O", "Auth2", "Login")),
        ("Größe-ändern", ("Größe", "ändern")),
        ("2FALogin", ("2", "FA", "Login")),
        ("<script>", ("<script>",)),
        ("...", ("...",)),
        ("", ()),
    ],
)
def test_words(name, words):
    assert split_words(name) == words


@pytest.mark.parametrize(
    ("folder", "number", "title"),
    [
        ("003-AddDarkMode", 3, "Add Dark Mode"),
        ("003-add-dark-mode", 3, "Add Dark Mode"),
        ("1204_fix_api", 1204, "Fix Api"),
        ("001-<b> it's", 1, "<b> it's"),
        ("007-line\nbreak", 7, "Line\nbreak"),
    ],
)
def test_mission_folders(folder, number, title):
    name = find_mission_name(folder)
    assert name is not None
    assert (name.number, name.title) == (number, title)


@pytest.mark.parametrize(
    "folder", ["Assets", "03-Short", "003", "003-", "x003-Name", "٠٠٣-Name", "0000000000-TooLong", ""]
)
def test_other_folders_are_no_missions(folder):
    assert find_mission_name(folder) is None


@given(st.text())
def test_any_folder_name_has_an_answer(folder):
    name = find_mission_name(folder)
    assert name is None or (name.title and name.words)


@pytest.mark.parametrize(
    ("name", "naming"),
    [
        ("AddDarkMode", Naming.PASCAL),
        ("Search", Naming.PASCAL),
        ("addDarkMode", Naming.CAMEL),
        ("add-dark-mode", Naming.KEBAB),
        ("add_dark_mode", Naming.SNAKE),
        ("search", None),
        ("Add-Dark", None),
    ],
)
def test_conventions(name, naming):
    assert find_naming(name) is naming
