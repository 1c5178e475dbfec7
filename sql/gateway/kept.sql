-- Grain: one source of the register: how many of its persons are in the delivery.
SELECT source, count(*) AS n FROM gateway_people GROUP BY source
