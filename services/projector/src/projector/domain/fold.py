"""Facts to read models: every fact finds the models that it changes, and none is passed over."""

from datetime import datetime
from typing import Any, Final, assert_never
from uuid import UUID

from opportunity_events import v1
from opportunity_events.envelope import Recorded, Stream, StreamKind
from projector.domain import boards, customers, opportunities, organizations, teams, users
from projector.domain.erasures import Erasures
from projector.domain.personal import Keyring
from projector.domain.timeline import Moment, Timeline, Track
from projector.domain.totals import Totals
from projector.domain.unfoldable import UnfoldableFactError

APPLIED_COLUMNS: Final = ("org", "position", "recorded_at")


class Fold:
    """Read models in memory: of what a batch touches, or of the whole log.

    For a batch, load what is stored of the streams that it touches, then apply its facts. For
    the whole log, apply every fact from the first one on and take the closed versions away now
    and then.
    """

    def __init__(self, keyring: Keyring) -> None:
        self.keyring = keyring
        self.organizations: Timeline[organizations.Organization] = Timeline()
        self.teams: Timeline[teams.Team] = Timeline()
        self.users: Timeline[users.User] = Timeline()
        self.boards: Timeline[boards.Board] = Timeline()
        self.customers: Timeline[customers.Customer] = Timeline()
        self.opportunities: Timeline[opportunities.Opportunity] = Timeline()
        self.totals = Totals()
        self.erasures = Erasures()
        self._applied: dict[UUID, tuple[int, datetime]] = {}

    def apply(self, recorded: Recorded) -> None:
        """Fold one more fact, once: one that its stream already knows changes nothing.

        Raises UnfoldableFactError for one that does not go on what stands.
        """
        fact = recorded.fact
        stream = fact.stream
        track = self._timeline(stream.kind).track(stream.org, stream.id)
        version = 0 if track.state is None else track.state.version
        if fact.version > version + 1:
            raise UnfoldableFactError(
                f"{stream.subject} is at version {version}, so {fact.version} cannot follow"
            )
        if fact.version == version + 1:
            self._evolve(track, recorded)
        self.reach(stream.org, recorded.position, recorded.recorded_at)

    def reach(self, org: UUID, position: int, recorded_at: datetime) -> None:
        """Note how far an organization is applied."""
        self._applied[org] = (position, recorded_at)

    def evolve(self, recorded: Recorded) -> None:
        """Fold one fact without asking for its version."""
        stream = recorded.fact.stream
        self._evolve(self._timeline(stream.kind).track(stream.org, stream.id), recorded)

    def _evolve(self, track: Track[Any], recorded: Recorded) -> None:
        data = recorded.fact.data
        if isinstance(data, v1.OpportunityFact):
            self._opportunity(track, recorded, data)
        elif isinstance(data, v1.CustomerFact):
            self._customer(track, recorded, data)
        elif isinstance(data, v1.BoardFact):
            self._board(track, recorded, data)
        elif isinstance(data, v1.UserFact):
            self._user(track, recorded, data)
        elif isinstance(data, v1.TeamFact):
            self._team(track, recorded, data)
        else:
            self._organization(track, recorded, data)

    def applied_rows(self) -> list[tuple[Any, ...]]:
        """Return the rows of `applied`: how far each organization is, now."""
        return [(org, *reached) for org, reached in self._applied.items()]

    def _timeline(self, kind: StreamKind) -> Timeline[Any]:
        match kind:
            case "organization":
                return self.organizations
            case "team":
                return self.teams
            case "user":
                return self.users
            case "board":
                return self.boards
            case "customer":
                return self.customers
            case "opportunity":
                return self.opportunities
            case _:
                assert_never(kind)

    def _opportunity(self, track: Track[Any], recorded: Recorded, data: v1.OpportunityFact) -> None:
        stream = _expect(recorded, "opportunity")
        after = opportunities.evolve(track.state, recorded, data, self.keyring)
        self.opportunities.advance(track, after, _moment(recorded))
        self.totals.shift(stream.org, data.board_id, data.before, data.after)

    def _customer(self, track: Track[Any], recorded: Recorded, data: v1.CustomerFact) -> None:
        stream = _expect(recorded, "customer")
        after = customers.evolve(track.state, recorded, data, self.keyring)
        self.customers.advance(track, after, _moment(recorded))
        if isinstance(data, v1.CustomerErased | v1.ContactErased):
            self.erasures.erase(stream, data)

    def _board(self, track: Track[Any], recorded: Recorded, data: v1.BoardFact) -> None:
        _expect(recorded, "board")
        self.boards.advance(track, boards.evolve(track.state, recorded, data), _moment(recorded))

    def _user(self, track: Track[Any], recorded: Recorded, data: v1.UserFact) -> None:
        stream = _expect(recorded, "user")
        after = users.evolve(track.state, recorded, data, self.keyring)
        self.users.advance(track, after, _moment(recorded))
        if isinstance(data, v1.UserErased):
            self.erasures.erase(stream, data)

    def _team(self, track: Track[Any], recorded: Recorded, data: v1.TeamFact) -> None:
        _expect(recorded, "team")
        self.teams.advance(track, teams.evolve(track.state, recorded, data), _moment(recorded))

    def _organization(
        self, track: Track[Any], recorded: Recorded, data: v1.OrganizationFact
    ) -> None:
        _expect(recorded, "organization")
        after = organizations.evolve(track.state, recorded, data)
        self.organizations.advance(track, after, _moment(recorded))


def _expect(recorded: Recorded, kind: StreamKind) -> Stream:
    stream = recorded.fact.stream
    if stream.kind != kind:
        raise UnfoldableFactError(
            f"{stream.subject} got a fact that only a stream of kind {kind} can have"
        )
    return stream


def _moment(recorded: Recorded) -> Moment:
    return Moment(recorded.position, recorded.occurred_at)
