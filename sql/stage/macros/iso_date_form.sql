-- The form of a full date YYYY-MM-DD of the real calendar, from 1980 to 2099 (brp_signals.base.dates).
CREATE OR REPLACE MACRO iso_date_form() AS
'(19[89]|20[0-9])[0-9]-((0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])|(0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31)'
|| '|(19(8[048]|9[26])|20([02468][048]|[13579][26]))-02-29'
