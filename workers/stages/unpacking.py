"""The files of a container: into the store, and as drops for the ledger, which takes them together.

A member stands below its container as a file does in a folder: `folder` is the container's own
path and the member's folders in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from uuid import NAMESPACE_OID, uuid5

from workers import failpoints
from workers.errors import PackedTooDeep, TooLarge
from workers.failpoints import Point
from workers.files.filenames import readable, shortened
from workers.ledger import Container, Drop
from workers.report.model import Member, Unpacked
from workers.store import Store

# An archive in an archive in a mail; what is packed deeper is packed to deceive.
DEEPEST = 3
# Of all that comes out of one drop, those in archives within it together.
MOST_BYTES = 1 << 30


def store_members(container: Container, unpacked: Unpacked, store: Store) -> tuple[Drop, ...]:
    """What the ledger needs to know of each member, once its bytes are safe.

    PackedTooDeep; TooLarge where a drop unpacks to more than may be kept of one.
    """
    if container.depth >= DEEPEST:
        raise PackedTooDeep
    size = sum(len(member.content) for member in unpacked.members)
    if container.depth and container.unpacked + size > MOST_BYTES:
        raise TooLarge(
            f"(all that it unpacks to is more than {MOST_BYTES >> 20} MB)",
            f"（全部解压后超过 {MOST_BYTES >> 20} MB）",
        )
    drops = tuple(_store_member(container, member, store) for member in unpacked.members)
    failpoints.reached(Point.MEMBERS_STORED)
    return drops


def _store_member(container: Container, member: Member, store: Store) -> Drop:
    sha256, size = store.put(BytesIO(member.content))
    *folders, name = _safe_names(member.path)
    return Drop(
        # The same number each time that the container is unpacked.
        claim=uuid5(NAMESPACE_OID, f"{container.sha256}/{member.path}"),
        name=name,
        folder="/".join(filter(None, (container.folder, container.name, *folders))),
        sha256=sha256,
        size=size,
        modified_at=container.modified_at,
        rights=container.rights,
        container_id=container.document_id,
    )


def _safe_names(path: str) -> Sequence[str]:
    """The names as a file system and Postgres take them: the path came out of a file.

    >>> _safe_names("../a/\\x1b年报.txt")
    ['a', '\\\\x1b年报.txt']
    """
    names = [name for name in path.split("/") if name not in {"", ".", ".."}]
    return [shortened(readable(name)) for name in names] or ["文件"]
