"""Does the watch see what goes wrong with deliveries? A made-up town for a year, and what is changed in it on purpose.

`python -m benchmarks.watch` (make bench-watch) delivers a town week after week, lets one thing go wrong at a time, and
counts what the watch finds, how soon, and how often it cries wolf. Nothing of the town knows what detectors look like.
"""
