-- Say whether two sets of read models show the same opportunities, versions and totals in what both of them keep.
select not exists (
        select o.id, o.version, o.status_id, o.title, o.amount_minor, o.confidence from {ours}.opportunities o
        except
        select t.id, t.version, t.status_id, t.title, t.amount_minor, t.confidence from {theirs}.opportunities t)
    and (select count(*) from {ours}.opportunities) = (select count(*) from {theirs}.opportunities)
    and not exists (
        select v.id, v.version, v.from_position, v.to_position, v.status_id from {ours}.opportunity_versions v
        except
        select t.id, t.version, t.from_position, t.to_position, t.status_id from {theirs}.opportunity_versions t)
    and not exists (
        select s.board_id, s.status_id, s.currency, s.count, s.value_annual from {ours}.totals s where s.count > 0
        except
        select t.board_id, t.status_id, t.currency, t.count, t.value_annual from {theirs}.totals t)
