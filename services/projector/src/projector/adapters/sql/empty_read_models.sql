-- Everything but the checkpoints goes; readers wait until it is there again.
truncate read.applied, read.organizations, read.teams, read.users, read.boards, read.statuses, read.customers,
    read.contacts, read.opportunities, read.opportunity_versions, read.customer_versions, read.user_versions,
    read.board_versions, read.totals, read.owner_totals, read.erasures
