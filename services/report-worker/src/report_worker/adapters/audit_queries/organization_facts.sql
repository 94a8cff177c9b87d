-- An organization's facts after a position, in order.
select org, position, stream_kind, stream_id, type, recorded_at, occurred_at, bytes
from log.organization_facts(%(org)s, %(after)s, %(limit)s)
