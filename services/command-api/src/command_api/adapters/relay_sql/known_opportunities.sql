-- Which of these opportunities the log knows.
select org, id from log.known_opportunities($1, $2)
