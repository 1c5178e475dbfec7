-- Shared by the four table queries. Everything about person n follows from n and the seed alone, so that a
-- delivery of any size streams: no query ever has to look at another person's row.

-- A number in [0, 1 000 000) that belongs to n and a purpose.
create macro draw(n, purpose) as (hash(n::bigint, purpose, getvariable('seed')::bigint) % 1000000)::integer;
-- True for so many of a million.
create macro one_of(n, purpose, per_million) as draw(n, purpose) < per_million;
-- A pseudonym: 32 hex digits without order or meaning.
create macro pseudonym(n) as md5(concat(getvariable('seed'), ':', n));
create macro day(days_ago) as (getvariable('reference_date')::date - (days_ago)::integer);
create macro register_day(days_ago) as strftime(day(days_ago), '%Y%m%d');
create macro iso_day(days_ago) as strftime(day(days_ago), '%Y-%m-%d');
-- Municipalities differ in size: the square makes the first ones the large ones.
create macro municipality(n) as
    getvariable('municipalities')[
        1 + (len(getvariable('municipalities')) * pow(draw(n, 'municipality') / 1e6, 2))::integer
        % len(getvariable('municipalities'))
    ];
-- Brothers and sisters go to the same school.
create macro school_of(household, stage) as (hash(household::bigint, stage, getvariable('seed')::bigint) % getvariable('schools')::bigint)::integer;
-- BRIN number and location, two locations a school board.
create macro school_code(school) as concat(
    lpad((((school) // 2) % 100)::varchar, 2, '0'),
    chr(65 + ((school) // 200) % 26),
    chr(65 + ((school) // 5200) % 26),
    lpad(((school) % 2)::varchar, 2, '0')
);
