select
    pseudonym(n) as person_id,
    case
        when one_of(n, 'impossible birth date', 3) then '20071332'
        when one_of(n, 'unknown birth day', 1500) then strftime(day(age), '%Y%m00')
        when one_of(n, 'unknown birth month', 500) then strftime(day(age), '%Y0000')
        else register_day(age)
    end as birth_date,
    case when is_away then if(one_of(n, 'no suspension', 500), null, 'E') when is_dead then 'O' when one_of(n, 'error', 20) then 'F' end
        as suspension_reason,
    case when is_away and not one_of(n, 'no suspension', 500) then register_day(left_ago) when is_dead then register_day(draw(n, 'died') % 3000) end
        as suspension_date,
    if(is_away, '1999', home) as municipality_code,
    if(knows_parents and one_of(n, 'knows mother', 970000), pseudonym(parents_household * 4), null) as parent1_id,
    if(knows_parents and one_of(n, 'knows father', 900000), pseudonym(parents_household * 4 + 1), null) as parent2_id,
    if(one_of(n, 'confidential', 4000), '1', '0') as is_confidential
from (
    select
        *,
        not is_away and age > 25000 and one_of(n, 'dead', 60000) as is_dead,
        is_child or age < 20000 and one_of(n, 'register knows parents', 600000) as knows_parents,
        -- Grown-ups get some other couple: only the shape of the file matters there.
        if(is_child, household, (household * 7 + 13) % (getvariable('people')::bigint // 4)) as parents_household
    from people(0, getvariable('people')::bigint)
)
-- A few persons stand in the file twice (K-05).
cross join unnest(range(1 + one_of(n, 'twice', 1)::integer))
