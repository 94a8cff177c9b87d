-- Drop the generations that are done with and that nobody reads; how many are left for another time.
select projection.drop_gone()
