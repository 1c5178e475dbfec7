-- The form of a register date: 8 digits of the real calendar from 1800 on, unknown parts 00 (LO BRP, 03.10).
-- One regular expression: exact for hostile text, and as cheap as any cast.
CREATE OR REPLACE MACRO register_date_form() AS
'(1[89]|2[0-9])[0-9]{2}(0000|(0[1-9]|1[0-2])(0[0-9]|1[0-9]|2[0-8])|(0[13-9]|1[0-2])(29|30)|(0[13578]|1[02])31)'
|| '|(1[89]|2[0-9])(0[48]|[2468][048]|[13579][26])0229|(20|24|28)000229|00000000'
