with counted as (
    select
        *,
        (back_ago is not null)::integer as newer_rows,
        (left_ago is not null and one_of(n, 'copied', 25000))::integer as copies,
        (left_ago is not null)::integer as departures,
        1 + one_of(n, 'moved', 400000)::integer + one_of(n, 'moved again', 110000)::integer
            + getvariable('history')::integer as addresses
    from people(0, getvariable('people')::bigint)
),
rows as (
    select
        * exclude (newer_rows, copies, departures),
        seq,
        seq < newer_rows as is_return,
        seq >= newer_rows and seq < newer_rows + copies + departures as is_departure,
        seq >= newer_rows and seq < newer_rows + copies as is_copy,
        -- Which address this is, the newest before a departure being 0.
        seq - newer_rows - copies - departures as address
    from counted, unnest(range(newer_rows + copies + departures + addresses)) as numbers(seq)
),
dated as (
    select
        *,
        case
            when is_return then back_ago
            when is_departure then left_ago
            else coalesce(left_ago, 0)
                + (age - coalesce(left_ago, 0)) * (address + 1) // (addresses + (address + 1 < addresses)::integer)
        end as since
    from rows
)
select
    pseudonym(n) as person_id,
    seq,
    case
        when is_departure and not one_of(n, 'departure at home', 80000) then '1999'
        when address > 0 and one_of(n + address, 'moved far', 400000) then municipality(n + address)
        else home
    end as municipality_code,
    if(is_departure, null, if(one_of(n + seq, 'postal address', 15000), 'B', 'W')) as address_function,
    if(is_departure, null, md5(concat(getvariable('seed'), 'a', household, '-', address))) as address_id,
    if(is_departure, null, if(one_of(n + seq, 'unknown day', 1000), strftime(day(since), '%Y%m00'), register_day(since)))
        as address_from,
    case
        when not is_departure then null
        when one_of(n, 'impossible departure', 5) then '20250230'
        when one_of(n, 'unknown departure day', 4000) then strftime(day(since), '%Y%m00')
        else register_day(since)
    end as departure_date,
    if(is_departure, if(is_destination_unknown, '1', '0'), null) as is_destination_unknown,
    if(is_departure, if(is_destination_unknown, 'A', 'I'), if(one_of(n + seq, 'head of family', 300000), 'G', 'I')) as declared_by,
    register_day(since) as valid_from,
    register_day(greatest(0, since - draw(n + seq, 'processing') % 20 - if(one_of(n, 'slow', 50000), 70, 0) - is_copy::integer * 3))
        as recorded_on,
    if(seq = 0 and one_of(n, 'under inquiry', 3000), '1', '0') as is_under_inquiry,
    if(seq > 0 and not is_departure and one_of(n + seq, 'incorrect', 3000), '1', '0') as is_incorrect
from dated
