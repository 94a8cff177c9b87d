-- What a batch adds to the totals, or takes from them where it is negative.
insert into read.totals as old (
    org, board_id, status_id, currency, count, not_estimated, value_one_time, value_monthly,
    value_annual, weighted_one_time, weighted_monthly, weighted_annual
)
select * from unnest(
    $1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::bigint[], $6::bigint[], $7::numeric[],
    $8::numeric[], $9::numeric[], $10::numeric[], $11::numeric[], $12::numeric[]
)
on conflict (org, board_id, status_id, currency) do update set
    count = old.count + excluded.count, not_estimated = old.not_estimated + excluded.not_estimated,
    value_one_time = old.value_one_time + excluded.value_one_time,
    value_monthly = old.value_monthly + excluded.value_monthly,
    value_annual = old.value_annual + excluded.value_annual,
    weighted_one_time = old.weighted_one_time + excluded.weighted_one_time,
    weighted_monthly = old.weighted_monthly + excluded.weighted_monthly,
    weighted_annual = old.weighted_annual + excluded.weighted_annual
