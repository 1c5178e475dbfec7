with deliveries as (
    -- Every school delivers its list two or three times, the ministry once; older schooling comes from leerplicht.
    select pupils.*, 'school' as source, delivery, 5 + school % 25 + 28 * delivery as seen_ago, 'current' as spell
    from pupils, unnest(range(2 + (school % 4 > 0)::integer)) as numbers(delivery)
    union all
    select *, 'duo', 0, 20, 'current' from pupils where not is_away
    union all
    select *, 'leerplicht', 0, 15, 'former' from pupils where one_of(n, 'former', 930000)
    union all
    -- A school that takes a child on after its departure, or after its return.
    select pupils.* replace (school_of(n, 'new') as school), 'school', delivery, 5 + school_of(n, 'new') % 25 + 28 * delivery, 'new'
    from pupils, unnest(range(2)) as numbers(delivery)
    where sign = 'new enrolment' and left_ago > 150 or back_ago > 80
),
spells as (
    select
        *,
        case spell
            when 'new' then if(sign = 'new enrolment', greatest(75, left_ago - 30 - draw(n, 'joined') % 200),
                greatest(75, back_ago - draw(n, 'joined') % 60))
            when 'current' then greatest(coalesce(left_ago, 0) + 10, 110, age
                - case stage when 'primary' then 1470 when 'secondary' then 4300 else 6000 end - draw(n, 'started') % 250)
            else age - 1470
        end as enrolled_ago,
        case
            when spell = 'new' then null
            when spell = 'former' then if(stage = 'primary', age - 1490 - draw(n, 'changed') % 30, age - 4400)
            when left_ago is null or sign = 'still enrolled' then null
            else left_ago + 5 - draw(n, 'left school') % 25
        end as withdrawn_ago
    from deliveries
)
select
    if(one_of(n + delivery, 'orphan', 100), pseudonym(-n - 1), pseudonym(n)) as person_id,
    school_code(if(spell = 'former', school_of(household, 'former'), school)) as school_id,
    case
        when spell = 'former' or stage = 'primary' then if(one_of(household, 'special primary', 40000), 'SBO', 'PO')
        when stage = 'secondary' then if(one_of(household, 'special secondary', 40000), 'VSO', 'VO')
        else 'MBO'
    end as education_type,
    if(one_of(n + delivery, 'impossible', 5), '2024-02-30', iso_day(enrolled_ago)) as enrolled_on,
    -- A school delivery knows what had happened by then.
    if(greatest(withdrawn_ago, 1) < enrolled_ago and withdrawn_ago >= seen_ago, iso_day(withdrawn_ago), null) as withdrawn_on,
    source,
    iso_day(seen_ago) as seen_on
from spells
where enrolled_ago > seen_ago
