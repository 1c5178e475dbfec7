-- The end of an enrolment or a trace. A day after 2099, zeros and nines stand for "no end" (brp_signals.base.dates). Ends of
-- this century and the last are told by their first digits, since nearly all are.
CREATE OR REPLACE MACRO known_end(t) AS
CASE
    WHEN t BETWEEN '1' AND '20:' THEN t
    WHEN
        NOT regexp_full_match(
            t,
            '(2[1-9]|[3-9][0-9])[0-9]{2}'
            '-((0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])|(0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31)'
            '|0000-00-00|9999-99-99'
            '|(2[1-9]|[3-9][0-9])(0[48]|[2468][048]|[13579][26])-02-29|(2[48]|[3579][26]|[468][048])00-02-29'
        )
        THEN t
END
