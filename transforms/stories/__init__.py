"""Which articles are one story. No Beam.

revisions  one version of each article
exact      exact duplicates, by the hash of the body
"""
