from tandemweb.web.markdown_cache import BoundedCache


def test_what_was_not_asked_for_longest_goes_first():
    cache: BoundedCache[str] = BoundedCache(40)
    for key in ("a", "b", "c", "d"):
        cache.keep(key, key, 10)
    assert cache.find("a") == "a"
    cache.keep("e", "e", 10)
    assert cache.find("b") is None
    assert cache.find("a") == "a"


def test_what_is_too_heavy_is_not_kept():
    cache: BoundedCache[str] = BoundedCache(40)
    cache.keep("light", "x", 10)
    cache.keep("heavy", "x", 21)
    assert cache.find("heavy") is None
    assert cache.find("light") == "x"


def test_replacing_does_not_add_weight():
    cache: BoundedCache[int] = BoundedCache(40)
    for number in range(100):
        cache.keep("same", number, 10)
    cache.keep("other", -1, 10)
    assert (cache.find("same"), cache.find("other")) == (99, -1)
