"""The body about the caller's organization."""

from pydantic import ConfigDict

from command_api.domain.commands import EditOrganization
from command_api.entrypoints.http.models.absence import absent
from command_api.entrypoints.http.models.figures import Currency, TimeZone
from command_api.entrypoints.http.models.text import Name
from opportunity_events.v1 import Language, Visibility
from service_runtime.http.fields import Body


class OrganizationChanges(Body):
    """What of the organization's settings changes.

    `visibility` says which opportunities reps see: their `own`, those of their `team`, or `all`.
    Managers see at least their team's; admins, auditors and services see all.
    """

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"currency": "VND", "time_zone": "Asia/Ho_Chi_Minh"}]}
    )

    name: Name = absent()
    currency: Currency = absent()
    time_zone: TimeZone = absent()
    language: Language = absent()
    visibility: Visibility = absent()

    def command(self) -> EditOrganization:
        """Return the command."""
        return EditOrganization(
            name=self.name,
            currency=self.currency,
            time_zone=self.time_zone,
            language=self.language,
            visibility=self.visibility,
        )
