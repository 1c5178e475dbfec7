-- Whether a text is a full date YYYY-MM-DD of the real calendar from 1800 on.
CREATE OR REPLACE MACRO is_iso_date(t) AS regexp_full_match(
    t,
    '(1[89]|2[0-9])[0-9]{2}-((0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])|(0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31)'
    '|(1[89]|2[0-9])(0[48]|[2468][048]|[13579][26])-02-29|(20|24|28)00-02-29'
)
