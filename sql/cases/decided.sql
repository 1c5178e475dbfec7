-- Grain: one case that people decided on, with the decision in force, the one that recall hands over.
SELECT DISTINCT
    case_id,
    decided_on,
    outcome_code
FROM recall_decisions
WHERE case_id IS NOT NULL
