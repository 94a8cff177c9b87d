"""Bodies about customers and their contacts."""

from uuid import UUID

from pydantic import ConfigDict

from command_api.domain.commands import AddContact, AddCustomer, EditContact, EditCustomer
from command_api.entrypoints.http.models.absence import absent
from command_api.entrypoints.http.models.text import Email, Name, Phone, Reference, Title
from service_runtime.http.fields import Body
from service_runtime.ids import new_id


class CustomerToAdd(Body):
    """A new customer; `person` says that it is a natural person."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"name": "Công ty TNHH An Phát", "external_ref": "CRM-1042", "person": False}
            ]
        }
    )

    name: Name
    external_ref: Reference | None = None
    person: bool = False

    def command(self) -> AddCustomer:
        """Return the command, with a new id."""
        return AddCustomer(new_id(), self.name, self.external_ref, self.person)


class CustomerChanges(Body):
    """What of a customer changes."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"external_ref": None}]})

    name: Name = absent()
    external_ref: Reference | None = absent()
    person: bool = absent()

    def command(self, customer: UUID) -> EditCustomer:
        """Return the command."""
        return EditCustomer(
            customer, name=self.name, external_ref=self.external_ref, person=self.person
        )


class ContactToAdd(Body):
    """A new contact of a customer."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "Nguyễn Thị Lan",
                    "email": "lan@anphat.example",
                    "phone": "+84 28 3822 0000",
                    "title": "Trưởng phòng mua hàng",
                }
            ]
        }
    )

    name: Name
    email: Email | None = None
    phone: Phone | None = None
    title: Title | None = None

    def command(self, customer: UUID) -> AddContact:
        """Return the command, with a new id."""
        return AddContact(customer, new_id(), self.name, self.email, self.phone, self.title)


class ContactChanges(Body):
    """What of a contact changes."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"phone": "+84 90 123 4567"}]})

    name: Name = absent()
    email: Email | None = absent()
    phone: Phone | None = absent()
    title: Title | None = absent()

    def command(self, customer: UUID, contact: UUID) -> EditContact:
        """Return the command."""
        return EditContact(
            customer,
            contact,
            name=self.name,
            email=self.email,
            phone=self.phone,
            title=self.title,
        )
