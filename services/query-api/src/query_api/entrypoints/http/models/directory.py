"""Customers, people, teams, the organization, and who is asking."""

from datetime import date
from typing import Any, Final, Literal
from uuid import UUID

from query_api.entrypoints.http.models.opportunities import LIST_EXAMPLE, OpportunityPart
from query_api.entrypoints.http.models.shape import (
    Cursor,
    Instant,
    Position,
    Shape,
    Version,
    example,
    page_example,
)

_CONTACT: Final[dict[str, Any]] = {
    "id": "01980f3a-6f0e-7cc3-98c4-dc0c0c073995",
    "name": "Trần Minh",
    "email": "minh@example.com",
    "phone": None,
    "title": "Trưởng phòng mua hàng",
    "erased_at": None,
}
_CUSTOMER: Final[dict[str, Any]] = {
    "id": "01980f3a-6f0e-7cc3-98c4-dc0c0c073990",
    "version": 2,
    "name": "Công ty An Phát",
    "external_ref": None,
    "person": False,
    "archived_at": None,
    "contacts": [_CONTACT],
}
_USER: Final[dict[str, Any]] = {
    "id": "01980f3a-6f0e-7cc3-98c4-dc0c0c073993",
    "version": 1,
    "name": "Lan",
    "email": "lan@example.com",
    "role": "rep",
    "team_id": None,
    "active": True,
}
_TEAM: Final[dict[str, Any]] = {
    "id": "01980f3a-6f0e-7cc3-98c4-dc0c0c073996",
    "version": 1,
    "name": "Miền Bắc",
}
_ORGANIZATION: Final[dict[str, Any]] = {
    "id": "01980f3a-6f0e-7cc3-98c4-dc0c0c073994",
    "name": "Công ty Mẫu",
    "currency": "VND",
    "time_zone": "Asia/Ho_Chi_Minh",
    "language": "vi",
    "visibility": "all",
}
RoleName = Literal["rep", "manager", "admin", "auditor", "service"]


class Contact(Shape):
    """A person at a customer; all of it null once erased."""

    id: UUID
    name: str | None
    email: str | None
    phone: str | None
    title: str | None
    erased_at: Instant | None


class Customer(Shape):
    """A customer with its contacts; the name is null once erased."""

    model_config = example(_CUSTOMER)

    id: UUID
    version: Version
    name: str | None
    external_ref: str | None
    person: bool
    archived_at: Instant | None
    contacts: list[Contact]


class CustomerList(Shape):
    """A page of customers."""

    model_config = page_example(_CUSTOMER)

    items: list[Customer]
    next_cursor: Cursor
    position: Position


class CustomerWithOpportunities(Customer):
    """A customer with the first of its live opportunities and the totals of all of them.

    Its cursor continues in /v1/opportunities with `customer=` and this customer's id.
    """

    model_config = example(
        {
            **_CUSTOMER,
            "opportunities": {
                key: value for key, value in LIST_EXAMPLE.items() if key != "position"
            },
        }
    )

    opportunities: OpportunityPart


class User(Shape):
    """A user; name and e-mail are null once erased."""

    model_config = example(_USER)

    id: UUID
    version: Version
    name: str | None
    email: str | None
    role: RoleName
    team_id: UUID | None
    active: bool


class UserList(Shape):
    """A page of users."""

    model_config = page_example(_USER)

    items: list[User]
    next_cursor: Cursor
    position: Position


class Team(Shape):
    """A team."""

    model_config = example(_TEAM)

    id: UUID
    version: Version
    name: str


class TeamList(Shape):
    """A page of teams."""

    model_config = page_example(_TEAM)

    items: list[Team]
    next_cursor: Cursor
    position: Position


class Organization(Shape):
    """The caller's organization."""

    model_config = example({**_ORGANIZATION, "version": 1})

    id: UUID
    version: Version
    name: str
    currency: str
    time_zone: str
    language: Literal["vi", "en"]
    visibility: Literal["own", "team", "all"]


class OrganizationOfMe(Shape):
    """The caller's organization, and what day it is there."""

    id: UUID
    name: str
    currency: str
    time_zone: str
    language: Literal["vi", "en"]
    visibility: Literal["own", "team", "all"]
    today: date


class Me(Shape):
    """Who is asking; an API key is no user."""

    model_config = example(
        {"user": _USER, "organization": {**_ORGANIZATION, "today": "2026-05-31"}}
    )

    user: User | None
    organization: OrganizationOfMe
