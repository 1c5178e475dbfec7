-- A decision that was taken back on the day it was taken; who took it goes with it.
DELETE FROM decisions WHERE case_id = ? AND file_sha256 = ?
