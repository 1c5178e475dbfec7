-- The last day that a register date may be; unknown altogether: 9999-12-31.
CREATE OR REPLACE MACRO latest_on(t) AS
CASE
    WHEN t = '00000000' THEN DATE '9999-12-31'
    WHEN substr(t, 5, 2) = '00' THEN make_date(CAST(substr(t, 1, 4) AS INTEGER), 12, 31)
    WHEN substr(t, 7, 2) = '00'
        THEN last_day(make_date(CAST(substr(t, 1, 4) AS INTEGER), CAST(substr(t, 5, 2) AS INTEGER), 1))
    ELSE make_date(
        CAST(substr(t, 1, 4) AS INTEGER), CAST(substr(t, 5, 2) AS INTEGER), CAST(substr(t, 7, 2) AS INTEGER)
    )
END
