"""Which handler a command goes to."""

from typing import assert_never

from command_api.application.desk import Desk, Outcome
from command_api.application.handlers import boards, customers, opportunities, people, removals
from command_api.domain import commands as c


def handle(command: c.Command, desk: Desk) -> Outcome:
    """Decide a command on its draft; raises Refusal, or NotYetKnown where it has to ask first."""
    match command:
        case (
            c.EditOpportunity()
            | c.MoveOpportunity()
            | c.WinOpportunity()
            | c.LoseOpportunity()
            | c.ReopenOpportunity()
            | c.DeleteOpportunity()
            | c.RestoreOpportunity()
        ):
            return opportunities.change_opportunity(command, desk)
        case c.CreateOpportunity():
            return opportunities.create_opportunity(command, desk)
        case c.BulkOpportunities():
            return opportunities.bulk(command, desk)
        case (
            c.CreateBoard()
            | c.RenameBoard()
            | c.ArchiveBoard()
            | c.AddStatus()
            | c.EditStatus()
            | c.ReorderStatuses()
            | c.DeleteStatus()
            | c.MoveOut()
            | c.FinishDeletion()
        ):
            return _board(command, desk)
        case (
            c.AddCustomer()
            | c.EditCustomer()
            | c.ArchiveCustomer()
            | c.EraseCustomer()
            | c.AddContact()
            | c.EditContact()
            | c.EraseContact()
        ):
            return _customer(command, desk)
        case _:
            return _people(command, desk)


def _board(command: c.BoardCommand, desk: Desk) -> Outcome:
    match command:
        case c.CreateBoard():
            return boards.create_board(command, desk)
        case c.RenameBoard():
            return boards.rename_board(command, desk)
        case c.ArchiveBoard():
            return boards.archive_board(command, desk)
        case c.AddStatus():
            return boards.add_status(command, desk)
        case c.EditStatus():
            return boards.edit_status(command, desk)
        case c.ReorderStatuses():
            return boards.reorder_statuses(command, desk)
        case c.DeleteStatus():
            return removals.delete_status(command, desk)
        case c.MoveOut():
            return removals.move_out(command, desk)
        case c.FinishDeletion():
            return removals.finish_deletion(command, desk)
        case _:
            assert_never(command)


def _customer(command: c.CustomerCommand, desk: Desk) -> Outcome:
    match command:
        case c.AddCustomer():
            return customers.add_customer(command, desk)
        case c.EditCustomer():
            return customers.edit_customer(command, desk)
        case c.ArchiveCustomer():
            return customers.archive_customer(command, desk)
        case c.EraseCustomer():
            return customers.erase_customer(command, desk)
        case c.AddContact():
            return customers.add_contact(command, desk)
        case c.EditContact():
            return customers.edit_contact(command, desk)
        case c.EraseContact():
            return customers.erase_contact(command, desk)
        case _:
            assert_never(command)


def _people(command: c.PeopleCommand, desk: Desk) -> Outcome:
    match command:
        case c.CreateOrganization():
            return people.create_organization(command, desk)
        case c.EditOrganization():
            return people.edit_organization(command, desk)
        case c.AddTeam():
            return people.add_team(command, desk)
        case c.RenameTeam():
            return people.rename_team(command, desk)
        case c.AddUser():
            return people.add_user(command, desk)
        case c.EditUser():
            return people.edit_user(command, desk)
        case c.EraseUser():
            return people.erase_user(command, desk)
        case _:
            assert_never(command)
