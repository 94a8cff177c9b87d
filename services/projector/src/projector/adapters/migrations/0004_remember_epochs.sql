-- Which epoch of its lane a checkpoint belongs to: where an operator declared that another story of the lane counts from
-- some place on (cohoi lanes adopt), read models that know more of the old one must not go on.
alter table projection.checkpoints add column lane_epoch integer not null default 1;
