-- Nothing is kept to roll back to.
update projection.current set previous = null where previous is not null
