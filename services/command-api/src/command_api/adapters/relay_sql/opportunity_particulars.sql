-- What of opportunities later facts do not repeat, in the order of their versions, before a version of each.
select org, stream_id, occurred_at, bytes from log.opportunity_particulars($1, $2, $3)
