"""The store holds each content once, whole or not at all."""

import io
from hashlib import sha256

import pytest

from workers.store import Store


def test_content_is_kept_under_its_hash(store: Store) -> None:
    name, size = store.put(io.BytesIO(b"abc"))
    assert (name, size, store.read(name)) == (sha256(b"abc").hexdigest(), 3, b"abc")


def test_same_content_is_kept_once(store: Store) -> None:
    for _ in range(2):
        store.put(io.BytesIO(b"abc"))
    assert len([path for path in store.folder.rglob("*") if path.is_file()]) == 1


def test_damaged_content_is_mended_by_its_next_copy(store: Store) -> None:
    name, _ = store.put(io.BytesIO(b"abc"))
    store.path(name).write_bytes(b"abd")
    store.put(io.BytesIO(b"abc"))
    assert store.read(name) == b"abc"


def test_copy_that_fails_leaves_nothing(store: Store) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError("disk gone")

    with pytest.raises(OSError, match="disk gone"):
        store.put(Broken())
    assert list(store.folder.iterdir()) == []


def test_unknown_content_is_told(store: Store) -> None:
    with pytest.raises(FileNotFoundError):
        store.read("a" * 64)
