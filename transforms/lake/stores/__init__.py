"""Places that hold the files of a lake.

protocol  Store: what a lake needs from a place
local     local disks
objects   S3, Cloud Storage and others, through Beam's FileSystems
"""
