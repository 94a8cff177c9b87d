-- Up to where a lane was published when that was last said, and up to which offset of the topic.
select published, next_offset, lane_epoch from log.relay_mark($1, $2)
