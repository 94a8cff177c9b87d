-- Forget how far lanes were published to a topic that is not wanted any more.
select log.forget_relays($1)
