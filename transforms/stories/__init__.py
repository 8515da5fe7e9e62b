"""Which articles are one story. No Beam.

strays      entries that all end at one address
revisions   one version of each article
words       texts to arrays of hashed words and shingles
sketch      an article to its sketch, which the lake keeps
units       articles with the same words
arrays      what works on flat arrays
candidates  pairs of texts that share keys
lookup      numbers by hash, in arrays
background  furniture of sources, and how common a shingle is
shingles    shingles as numbers, and which of them two texts share
texts       texts prepared for a comparison
compare     pairs of texts, compared by passages
comparer    pairs of units, compared part by part
rule        which pairs are one story
group       new articles to groups
relations   what each article is to its story
known       sketches of earlier articles
sketch_index  the same for recent days of a large lake, without reading its files
line_index  in how many articles of its source each line stands
repeated    lines that a source puts into many articles
rebuild     the sketches of a lake, made again
resolve     the sequence that passes, streams and replays share
"""
