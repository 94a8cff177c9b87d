-- Where each epoch of a lane begins.
select epoch, begins_at from log.lane_epochs($1)
