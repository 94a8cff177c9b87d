-- The last versions end where this batch's first ones begin, those inside the batch where the next one begins.
with batch as (
    select org, stream_id as id, min(version) as version from log.facts
    where lane = 0 and lane_position > $1 and lane_position <= $2 and stream_kind = 'opportunity'
    group by org, stream_id
)
update {schema}.opportunity_versions v set to_position = f.position, to_time = f.occurred_at
from batch b
join log.facts f on f.org = b.org and f.stream_kind = 'opportunity' and f.stream_id = b.id and f.version = b.version
where v.org = b.org and v.id = b.id and v.version = b.version - 1
