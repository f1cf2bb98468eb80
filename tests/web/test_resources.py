import pytest

from tandemweb.errors import ServerError
from tandemweb.web.resources import find_resource_folder


def test_inside_the_package_wins_over_beside_it(tmp_path):
    package = tmp_path / "tandemweb"
    inside, beside = package / "static", tmp_path / "static"
    beside.mkdir()
    package.mkdir()
    assert find_resource_folder("static", package) == beside
    inside.mkdir()
    assert find_resource_folder("static", package) == inside


def test_nowhere_fails_loudly(tmp_path):
    with pytest.raises(ServerError, match="templates is neither in"):
        find_resource_folder("templates", tmp_path / "tandemweb")
