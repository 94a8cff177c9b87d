-- Organizations in which somebody was erased lately.
select org, erasures, erased_at from log.erasure_counts(make_interval(secs => %(within_s)s))
