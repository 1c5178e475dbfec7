-- The first day that a register date may be; unknown altogether: 0001-01-01.
CREATE OR REPLACE MACRO earliest_on(t) AS
CASE
    WHEN t = '00000000' THEN DATE '0001-01-01'
    ELSE make_date(
        CAST(substr(t, 1, 4) AS INTEGER),
        greatest(CAST(substr(t, 5, 2) AS INTEGER), 1),
        greatest(CAST(substr(t, 7, 2) AS INTEGER), 1)
    )
END
