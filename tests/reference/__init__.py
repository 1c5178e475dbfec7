"""The slow, obvious second implementation of facts, rules and cases: plain Python over lists.

It is written from the texts of the rules, not from the SQL, so that an error has to be made twice to go
unnoticed. Nothing here is fast and nothing here is clever.
"""
