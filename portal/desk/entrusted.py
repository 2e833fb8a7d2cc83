"""What an account holds, and what of it nobody gives alone: the right to read, and the right to decide on accounts.

Whatever is taken away counts at once. Whatever is harmless counts at once. The rest waits for a second person.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from portal.desk.rights import GIVEN_BY_TWO
from portal.records.staff_account import Role, StaffAccount


@dataclass(frozen=True, kw_only=True)
class Holding:
    """Roles, the units whose requests they read, and whether protected identities are among them."""

    roles: frozenset[Role] = frozenset()
    units: frozenset[str] = frozenset()
    sees_protected: bool = False

    def __bool__(self) -> bool:
        return bool(self.roles or self.units or self.sees_protected)

    def __or__(self, more: Holding) -> Holding:
        return Holding(
            roles=self.roles | more.roles,
            units=self.units | more.units,
            sees_protected=self.sees_protected or more.sees_protected,
        )

    def __ge__(self, other: Holding) -> bool:
        """Whether everything of the other is in this one."""
        return self | other == self

    @property
    def is_entrusted(self) -> bool:
        """Whether it takes two to give this."""
        return bool(self.roles & GIVEN_BY_TWO)

    def codes(self) -> dict[str, object]:
        """For the audit log."""
        return {"roles": sorted(self.roles), "units": sorted(self.units), "protected": self.sees_protected}


def holding(roles: Iterable[str], units: Iterable[str], sees_protected: bool) -> Holding:
    """What these words mean. Raises ValueError for an unknown role."""
    return Holding(roles=frozenset(Role(role) for role in roles), units=frozenset(units), sees_protected=sees_protected)


def held_by(account: StaffAccount) -> Holding:
    return holding(account.roles, account.units, account.sees_protected)


def let_hold(account: StaffAccount, held: Holding) -> None:
    """From now on the account holds this and nothing else."""
    account.roles = [str(role) for role in sorted(held.roles)]
    account.units = sorted(held.units)
    account.sees_protected = held.sees_protected


def split(before: Holding, wanted: Holding) -> tuple[Holding, Holding]:
    """What of the wanted counts at once, and what more waits for a second person.

    More units, and the sight of protected identities, wait where somebody reads with them.
    """
    waits = Holding(roles=(wanted.roles - before.roles) & GIVEN_BY_TWO)
    if wanted.is_entrusted:
        sees = wanted.sees_protected and not before.sees_protected
        waits = replace(waits, units=wanted.units - before.units, sees_protected=sees)
    at_once = Holding(
        roles=wanted.roles - waits.roles,
        units=wanted.units - waits.units,
        sees_protected=wanted.sees_protected and not waits.sees_protected,
    )
    return at_once, waits
