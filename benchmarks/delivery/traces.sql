with before_departure as (
    select n, household, age, kind, if(is_away, left_ago + 10 + draw(n, kind) % 300, 5 + draw(n, kind) % 690) as ago
    from pupils, (values
        ('school_result', 860000), ('absence_report', 160000), ('leave', 130000), ('exemption', 30000), ('tmv_report', 15000)
    ) as kinds(kind, per_million)
    where one_of(n, concat('has ', kind), per_million)
),
after_departure as (
    select n, household, age, sign as kind, greatest(1, left_ago - 20 - draw(n, 'after') % 250) as ago
    from pupils
    where sign in ('absence_report', 'school_result', 'tmv_report', 'exemption') and left_ago > 45
),
traces as (
    from before_departure
    union all
    from after_departure
)
select
    if(one_of(n, 'orphan trace', 100), pseudonym(-n - 1), pseudonym(n)) as person_id,
    kind,
    case kind
        when 'school_result' then 'toets' when 'absence_report' then 'verzuim' when 'leave' then 'verlof'
        when 'exemption' then 'vrijstelling' else 'tmv'
    end as source_code,
    case
        when one_of(n, 'impossible trace', 5) then '2025-13-01'
        -- No absence is reported in the summer holidays.
        when kind = 'absence_report' and month(day(ago)) in (7, 8) then iso_day(ago + 62)
        else iso_day(ago)
    end as event_on,
    if(kind in ('exemption', 'leave') and ago > 20, iso_day(ago - 7), null) as ended_on
from traces
-- What is older than the look-back is not delivered.
where ago < least(age - 1460, 725)
