"""The sieve: picks the few rows of a huge plain CSV or Parquet file that SQL has to see.

Most rows of a register are well-formed and about nobody who left. For those it is enough to know how many they are.
The sieve looks at the cells of a file in blocks, with numpy, and lets a row pass when it is *unclear* (anything that
is not certainly well-formed), when it hints at a departure, or when its person is asked for. Every other row is
counted: one row of its group passes and *stands for* all of them. What is a fault, a child, a sign is said in SQL
alone; the sieve only ever errs by letting too much pass, so the same SQL over the whole file gives the same result
(docs/decisions/0010).
"""
