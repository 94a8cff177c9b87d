-- Give up the generation that is kept to roll back to.
select projection.give_up_kept()
