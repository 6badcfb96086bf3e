"""The tables of the desk: accounts, sessions, tokens and the audit log.

Only hashes of secrets are stored.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from schema.columns import OneOf
from schema.kinds import Deed, Role, TokenUse
from schema.tables import Base, BigKey, Moment, Now


class Account(Base):
    """A person. A removed account keeps its row, so that its name is never reused."""

    __tablename__ = "account"
    id: Mapped[BigKey]
    name: Mapped[str] = mapped_column(Text, unique=True)
    role: Mapped[Role] = mapped_column(OneOf(Role))
    # Argon2id in the PHC form, salt and costs in it; none until the person has chosen a password.
    password: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[Now]
    removed_at: Mapped[Moment | None]

    __table_args__ = (CheckConstraint("removed_at IS NULL OR password IS NULL", name="removed"),)


class Visit(Base):
    """One signed-in browser. Its key is the SHA-256 of the secret in the browser's cookie."""

    __tablename__ = "session"
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    begun_at: Mapped[Now]
    seen_at: Mapped[Now]


class Token(Base):
    """A secret that stands for an account without a password:
    a link for one use, or a bearer token for scripts.
    """

    __tablename__ = "token"
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    use: Mapped[TokenUse] = mapped_column(OneOf(TokenUse))
    created_at: Mapped[Now]
    expires_at: Mapped[Moment]


class Audit(Base):
    """Who did what at the desk, from where; a trigger refuses to change or remove a row."""

    __tablename__ = "audit"
    id: Mapped[BigKey]
    at: Mapped[Now]
    # The name as it was typed, for a failed sign-in; none where nobody was asked.
    who: Mapped[str | None] = mapped_column(Text)
    address: Mapped[str | None] = mapped_column(Text)
    deed: Mapped[Deed] = mapped_column(OneOf(Deed))
    # What it was done to: a document's id, an account's name.
    about: Mapped[str | None] = mapped_column(Text)
