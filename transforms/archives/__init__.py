"""WARC archives. No Beam.

warc     records of an archive
entries  whose page a record is, and its entry
write    exchanges of the client to an archive
"""
