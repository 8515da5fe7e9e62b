"""The lake: its files, lock, commits and lookups. No Beam, except in stores/objects.

layout       Lake; partitions and names of files
opening      opens a lake or makes one
locking      one writer at a time
leases       the lock of object stores
fences       keeps a slow run from committing after another has taken over
parquet      Parquet files: size, row groups, compression
commit       stages rows, commits a run, recovers what died
reading      reads rows of Parquet files
row_cache    rows of small files, held in memory
index        which entries, articles and bodies the lake knows
polls        how each feed answered last
stores/      local disks and object stores
maintenance/ compaction and checks
"""
