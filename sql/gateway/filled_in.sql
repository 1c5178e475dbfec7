-- Grain: one person with an unknown parent whom others name as their child. They are filled in only when there are no
-- more of them than parents to fill in: nobody is guessed from a crowd.
WITH gathered AS (
    SELECT ordinal, count(*) AS n_claimants, min(claimant_id) AS first_id, max(claimant_id) AS last_id
    FROM gateway_claims
    GROUP BY ordinal
),

counted AS (
    SELECT
        linked.ordinal,
        linked.file,
        linked.line,
        linked.parent1_id,
        linked.parent2_id,
        gathered.first_id,
        CASE WHEN gathered.n_claimants = 2 THEN gathered.last_id END AS second_id,
        CASE WHEN linked.parent1_id IS NULL AND linked.parent2_id IS NULL THEN 2 ELSE 1 END < gathered.n_claimants
            AS is_crowd
    FROM gathered
    INNER JOIN gateway_linked AS linked ON gathered.ordinal = linked.ordinal
)

SELECT
    ordinal,
    file,
    line,
    CASE WHEN is_crowd THEN 'parents_unclear' ELSE 'parent_from_children' END AS kind,
    CASE WHEN NOT is_crowd AND parent1_id IS NULL THEN first_id END AS parent1_id,
    CASE
        WHEN NOT is_crowd AND parent2_id IS NULL AND parent1_id IS NULL THEN second_id
        WHEN NOT is_crowd AND parent2_id IS NULL THEN first_id
    END AS parent2_id
FROM counted
