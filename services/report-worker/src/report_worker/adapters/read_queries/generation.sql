-- Which generation of the read models is current, as this transaction sees it.
select c.number from projection.current c;
