"""One page to its article. No Beam, no network, no clock.

article           extract_article: the order of all that follows
extraction        what it returns
explain           why each value was chosen, and each block kept or dropped
single_page       a page that comes from no feed, as extract_article takes it
feed_text         the text in a feed, as a page
html              bytes to a tree: charset, limits
page_kinds        whether a page is the article, or a wall, a missing page, a shell
page_phrases      what such pages say
scrambled         text whose letters are scrambled
access            whether the page has all of the article
text              text of elements
json_ld           what JSON-LD states
loose_json        JSON with mistakes in it
metadata          what JSON-LD, meta tags and the html element state, as Facts
publisher_ids     the id that the publisher's own system has
headline          headline, standfirst, publication status
surroundings      the elements beside the headline
printed           byline and dates beside the headline, from:
printed_dates       dates
printed_bylines     bylines
signatures          names that sign the text
calendar          names of months, weekdays and zones, generated from CLDR
places            clocks of countries, dates in numbers by language, generated from CLDR
patterns          regular expressions for them
locales           the zone and the language in which to read a page's stamps
folding           one form for characters that mean the same in a date
stamp_words       words around dates and clocks, by language
other_calendars   Persian and Buddhist years
stamp_grammar     patterns of dates, clocks and zones
timestamps        stamps: text to an instant
published         which stamp to believe
body              the article text, from:
blocks              the lines of a page, and the elements around them
element_kinds       what tags and classes say
block_features      what is known of each block, as numbers
block_structure     of that, what the elements around the blocks tell
block_words         the words of the blocks as numbers
block_model         how likely each block is part of the article
ruled_out           a page without what is certainly not its article
apart               galleries and offers in the column of the article
links             links out of the text
images            images shown with it, with captions and credits, from:
image_sources       their addresses
detected_language the language that the text is in
script_text       the text that a page has only for its scripts
words             how many words a body has, and its hash
boilerplate       lines that do not belong to the article
authors           which byline to believe
bylines           a byline to people and credits
person_names        the person in a piece of it
credits             the organization or desk in a piece of it
byline_labels       words before names ("Text:", "Foto:"), from:
byline_words        a table by language
byline_tables       other words around names
agency            the agency of an article, with evidence
agency_credits    agencies in the last lines
dateline          place and agency of a dateline
agency_names      names of agencies in text
"""
