"""A believable synthetic municipality in the delivery format, with the truth behind it.

Everything is invented: no row is about, or derived from, a living person. Used for the demo, for tests and
for trying a configuration before real data are near.
"""

from brp_signals.sample import stories_silent as _silent
from brp_signals.sample import stories_with_signs_here as _here
from brp_signals.sample import stories_with_signs_innocent as _innocent
from brp_signals.sample.writer import SAMPLE_DATE, SampleSummary, story_codes, write_sample

#: Importing these modules fills the catalogue of stories, in an order that the sample's chance depends on.
_STORIES = (_silent, _here, _innocent)

__all__ = ["SAMPLE_DATE", "SampleSummary", "story_codes", "write_sample"]
