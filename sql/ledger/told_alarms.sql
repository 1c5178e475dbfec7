-- What the newest run of each scope told of the changes that stand, the newest run first.
SELECT scope, told
FROM watch_told
INNER JOIN runs ON watch_told.run_no = runs.run_no
WHERE watch_told.run_no IN (SELECT max(run_no) FROM runs GROUP BY scope)
ORDER BY watch_told.run_no DESC
