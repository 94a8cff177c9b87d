"""Which name a fact has on the wire: written out, since a name is for ever and a class is not."""

from typing import Final

from opportunity_events import v1

WIRE_TYPES: Final[dict[str, type[v1.FactData]]] = {
    "organization_created.v1": v1.OrganizationCreated,
    "organization_edited.v1": v1.OrganizationEdited,
    "team_added.v1": v1.TeamAdded,
    "team_renamed.v1": v1.TeamRenamed,
    "user_added.v1": v1.UserAdded,
    "user_edited.v1": v1.UserEdited,
    "user_erased.v1": v1.UserErased,
    "board_created.v1": v1.BoardCreated,
    "board_renamed.v1": v1.BoardRenamed,
    "board_archived.v1": v1.BoardArchived,
    "status_added.v1": v1.StatusAdded,
    "status_renamed.v1": v1.StatusRenamed,
    "status_recolored.v1": v1.StatusRecolored,
    "status_confidence_set.v1": v1.StatusConfidenceSet,
    "statuses_reordered.v1": v1.StatusesReordered,
    "status_type_changed.v1": v1.StatusTypeChanged,
    "status_deletion_started.v1": v1.StatusDeletionStarted,
    "status_deleted.v1": v1.StatusDeleted,
    "customer_added.v1": v1.CustomerAdded,
    "customer_edited.v1": v1.CustomerEdited,
    "customer_archived.v1": v1.CustomerArchived,
    "customer_erased.v1": v1.CustomerErased,
    "contact_added.v1": v1.ContactAdded,
    "contact_edited.v1": v1.ContactEdited,
    "contact_erased.v1": v1.ContactErased,
    "opportunity_created.v1": v1.OpportunityCreated,
    "opportunity_edited.v1": v1.OpportunityEdited,
    "opportunity_moved.v1": v1.OpportunityMoved,
    "opportunity_won.v1": v1.OpportunityWon,
    "opportunity_lost.v1": v1.OpportunityLost,
    "opportunity_reopened.v1": v1.OpportunityReopened,
    "opportunity_deleted.v1": v1.OpportunityDeleted,
    "opportunity_restored.v1": v1.OpportunityRestored,
}
WIRE_NAMES: Final[dict[type[v1.FactData], str]] = {cls: name for name, cls in WIRE_TYPES.items()}
