"""WARC archives. No Beam.

warc     records of an archive (the only importer of fastwarc)
entries  whose page a record is, and its entry
"""
