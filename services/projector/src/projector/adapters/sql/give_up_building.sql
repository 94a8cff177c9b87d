-- Whoever built these generations is gone: only the holder of the right to make generations may say so.
update projection.generations set state = 'gone' where state = 'building'
