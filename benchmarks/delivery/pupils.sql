-- Children and adolescents who are or were at school, small enough to keep while two tables are written.
create or replace temp table pupils as
select
    *,
    school_of(household, stage) as school,
    -- What the departed child leaves behind: see enrolments.sql and traces.sql.
    case
        when not is_away then 'none'
        when draw(n, 'sign') < 50000 then 'still enrolled'
        when draw(n, 'sign') < 68000 then 'new enrolment'
        when draw(n, 'sign') < 85000 then 'absence_report'
        when draw(n, 'sign') < 95000 then 'school_result'
        when draw(n, 'sign') < 100000 then 'tmv_report'
        when draw(n, 'sign') < 115000 then 'exemption'
        else 'none'
    end as sign
from (
    select
        * replace (if(left_ago < 730, left_ago, null) as left_ago, if(left_ago < 730, back_ago, null) as back_ago),
        case
            when age - if(is_away, left_ago, 0) < 4700 then 'primary'
            when age - if(is_away, left_ago, 0) < 6450 then 'secondary'
            else 'vocational'
        end as stage
    from people(0, getvariable('people')::bigint)
    -- Who left longer ago than the look-back is on no school list any more.
    where is_child and age between 1500 and 7300 and (left_ago is null or left_ago < 730 or back_ago is not null)
)
where age - coalesce(left_ago, 0) > 1500
