-- Facts of a few opportunities up to a position, in order.
select org, position, stream_kind, stream_id, type, recorded_at, occurred_at, bytes
from log.opportunity_facts(%(org)s, %(ids)s::uuid[], %(position)s)
