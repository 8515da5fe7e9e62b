"""Where the files of a lake are.

protocol  Store: what a lake needs
local     local disks
objects   S3, Cloud Storage and others, by Beam's FileSystems
"""
