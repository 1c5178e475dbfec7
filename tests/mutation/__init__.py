"""Mutation check: every small change of the rules' SQL must break a spec."""
