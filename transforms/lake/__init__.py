"""The lake: where articles are kept, with all that is needed to keep them exactly once. No Beam, except in ``stores/objects``.

layout       names of all files and folders, and the order of rows and columns
opening      opens a lake or makes one
writing      stages rows by partition and counts them, commits them with their run record
commit       stages sorted files, commits runs, recovers runs that died
parquet      sizes, row groups and compression of Parquet files
locking      one writer at a time
leases       the lock of object stores
fences       keeps a slow run from committing after another one has taken over
reading      reads rows of Parquet files
row_cache    keeps rows of small files in memory
derived      databases that are derived from files of the lake, on this machine
key_index    finds the rows of keys in such a database
index        which entries, articles and bodies the lake knows
waiting      entries that are in line for another try, or whose page a pass has not fetched yet
polls        how each feed answered last
robots       robots.txt files of the last day
pass_state   what the parts of a pass tell each other about hosts
tables       the lake as Arrow tables, for people
stores/      files on local disks and in object stores
maintenance/ compaction and checks
"""
