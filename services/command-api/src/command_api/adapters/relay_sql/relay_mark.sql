-- Up to where a lane was published when that was last said, to which topic, and up to which offset of it.
select published, topic_name, next_offset, lane_epoch from log.relay_mark($1, $2)
