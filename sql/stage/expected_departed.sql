-- Children of cases, looked at as those who may have left, whatever tonight's rows say.
SELECT person_id
FROM stage_expected
