-- People, four a household: two parents and two children (grown up or not). Ages and departures are days ago.
create macro people(first, beyond) as table
with numbered as (
    select n, n // 4 as household, (n % 4)::integer as member
    from range(first, beyond) as numbers(n)
),
household_facts as (
    select
        *,
        9500 + draw(household, 'age') % 19700 as parents_age,
        one_of(household, 'leaves', 13500 * getvariable('departures')) as household_leaves,
        1 + draw(household, 'left') % 729 as household_left
    from numbered
),
ages as (
    select
        *,
        member >= 2 and parents_age - 8030 - draw(n, 'younger') % 5110 >= 0 as is_child,
        case
            when member < 2 then parents_age + draw(n, 'older') % 2190 - 1095
            when parents_age - 8030 - draw(n, 'younger') % 5110 >= 0 then parents_age - 8030 - draw(n, 'younger') % 5110
            else 6600 + draw(n, 'single') % 22000
        end as age
    from household_facts
),
leaving as (
    select
        *,
        case
            when household_leaves and household_left < age
                and one_of(n, 'goes along', case when member < 2 then 850000 when age < 6575 then 960000 else 80000 end)
                then household_left
            when one_of(n, 'goes alone', getvariable('departures') * case when age < 6575 then 2600 when age < 16400 then 25000 else 10000 end)
                and age > 800
                then 1 + draw(n, 'left') % 729
            when one_of(n, 'left long ago', 60000) and age > 900
                then 731 + draw(n, 'left long') % least(6500, age - 731)
        end as left_ago
    from ages
),
coming_back as (
    select
        *,
        case
            when left_ago > 90
                and one_of(if(household_leaves, household, n), 'comes back', 300000)
                and one_of(n, 'comes too', 950000)
                then greatest(1, left_ago - 60 - draw(n, 'stays away') % 660)
        end as back_ago
    from leaving
)
select
    n,
    household,
    member,
    is_child,
    age,
    left_ago,
    back_ago,
    left_ago is not null and back_ago is null as is_away,
    one_of(n, 'unknown destination', 300000) as is_destination_unknown,
    municipality(household) as home
from coming_back;
