-- Grain: one row of persons that tells who it is about: a 64-bit key of the person. A whole country of them is joined within a
-- small limit of memory, which whole ids would not be.
SELECT hash(persons.person_key) AS person_key
FROM delivered_persons AS persons
ANTI JOIN (SELECT file, row_no FROM stage_faulty_cells WHERE column_name = 'person_id') AS nobody
    ON persons.file = nobody.file AND persons.row_no = nobody.row_no
