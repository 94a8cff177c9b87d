-- Begin a new generation of receipts where the present one is old.
select log.rotate_receipts()
