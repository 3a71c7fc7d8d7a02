"""Ways worked out by hand, in the world of `known.py`."""

from networking.path.tests import cases_of_rules, cases_of_ways

CASES = (*cases_of_ways.CASES, *cases_of_rules.CASES)
