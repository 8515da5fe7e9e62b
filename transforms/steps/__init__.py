"""The steps of a pass and of a replay as Beam transforms. They wire plain functions; they never import each other.

context           RunContext: what every step knows
ledger            what leaves the main line
grouping          groups records in few bytes
listing           what feeds list, and what of it is new
part_shard        what one part of a pass leaves for the next one
gather_pages      Source -> Page
drop_seen         Entry -> Entry
read_archives     archive -> Entry, Entry -> Page
extract_articles  Page -> Article
group_stories     Article -> StoryArticle
write_lake        StoryArticle and the ledger -> a commit
"""
