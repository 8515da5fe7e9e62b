"""The clocks of countries, and how languages write a date in numbers.

Generated from CLDR 47 by deploy/generate_places.py: change that, then run ``make calendar``.
"""

from __future__ import annotations

# Pairs of two words.
_NUMERIC_DATES = """
ar d/m/y bg d.m.y bn d/m/y bs d.m.y ca d/m/y cs d.m.y da d.m.y de d.m.y el d/m/y en-001 d/m/y en-150 d/m/y
en-AE d/m/y en-AG d/m/y en-AI d/m/y en-AS m/d/y en-AT d/m/y en-AU d/m/y en-BB d/m/y en-BE d/m/y en-BI m/d/y
en-BM d/m/y en-BS d/m/y en-BW d/m/y en-BZ d/m/y en-CA y-m-d en-CC d/m/y en-CH d.m.y en-CK d/m/y en-CM d/m/y
en-CX d/m/y en-CY d/m/y en-CZ d/m/y en-DE d/m/y en-DG d/m/y en-DK d/m/y en-DM d/m/y en-ER d/m/y en-ES d/m/y
en-FI d/m/y en-FJ d/m/y en-FK d/m/y en-FM d/m/y en-FR d/m/y en-GB d/m/y en-GD d/m/y en-GG d/m/y en-GH d/m/y
en-GI d/m/y en-GM d/m/y en-GS d/m/y en-GU m/d/y en-GY d/m/y en-HK d/m/y en-HU d/m/y en-ID d/m/y en-IE d/m/y
en-IL d/m/y en-IM d/m/y en-IN d/m/y en-IO d/m/y en-IT d/m/y en-JE d/m/y en-JM d/m/y en-KE d/m/y en-KI d/m/y
en-KN d/m/y en-KY d/m/y en-LC d/m/y en-LR d/m/y en-LS d/m/y en-MG d/m/y en-MH m/d/y en-MO d/m/y en-MP m/d/y
en-MS d/m/y en-MT d/m/y en-MU d/m/y en-MV d-m-y en-MW d/m/y en-MY d/m/y en-NA d/m/y en-NF d/m/y en-NG d/m/y
en-NL d/m/y en-NO d/m/y en-NR d/m/y en-NU d/m/y en-NZ d/m/y en-PG d/m/y en-PH m/d/y en-PK d/m/y en-PL d/m/y
en-PN d/m/y en-PR m/d/y en-PT d/m/y en-PW d/m/y en-RO d/m/y en-RW d/m/y en-SB d/m/y en-SC d/m/y en-SD d/m/y
en-SE y-m-d en-SG d/m/y en-SH d/m/y en-SI d/m/y en-SK d/m/y en-SL d/m/y en-SS d/m/y en-SX d/m/y en-SZ d/m/y
en-TC d/m/y en-TK d/m/y en-TO d/m/y en-TT d/m/y en-TV d/m/y en-TZ d/m/y en-UG d/m/y en-UM m/d/y en-US m/d/y
en-VC d/m/y en-VG d/m/y en-VI m/d/y en-VU d/m/y en-WS d/m/y en-ZA y/m/d en-ZM d/m/y en-ZW d/m/y es d/m/y es-CL
d-m-y es-PA m/d/y es-PR m/d/y et d.m.y fa y/m/d fi d.m.y fr d/m/y fr-CA y-m-d fr-CH d.m.y he d.m.y hi d/m/y hr
d.m.y hu y.m.d id d/m/y is d.m.y it d/m/y it-CH d.m.y ja y/m/d ko y.m.d lt y-m-d lv d.m.y mk d.m.y ms d/m/y nb
d.m.y nl d-m-y nl-BE d/m/y nn d.m.y pl d.m.y pt d/m/y ro d.m.y ru d.m.y sk d.m.y sl d.m.y sq d.m.y sr d.m.y sv
y-m-d sw d/m/y th d/m/y tr d.m.y uk d.m.y ur d/m/y vi d/m/y zh y/m/d
"""
_COUNTRY_ZONES = """
AD Europe/Andorra AE Asia/Dubai AF Asia/Kabul AG America/Antigua AI America/Anguilla AL Europe/Tirane AM
Asia/Yerevan AO Africa/Luanda AR America/Argentina/Buenos_Aires AS Pacific/Pago_Pago AT Europe/Vienna AW
America/Aruba AX Europe/Mariehamn AZ Asia/Baku BA Europe/Sarajevo BB America/Barbados BD Asia/Dhaka BE
Europe/Brussels BF Africa/Ouagadougou BG Europe/Sofia BH Asia/Bahrain BI Africa/Bujumbura BJ Africa/Porto-Novo
BL America/St_Barthelemy BM Atlantic/Bermuda BN Asia/Brunei BO America/La_Paz BQ America/Kralendijk BS
America/Nassau BT Asia/Thimphu BW Africa/Gaborone BY Europe/Minsk BZ America/Belize CC Indian/Cocos CF
Africa/Bangui CG Africa/Brazzaville CH Europe/Zurich CI Africa/Abidjan CK Pacific/Rarotonga CL
America/Santiago CM Africa/Douala CN Asia/Shanghai CO America/Bogota CR America/Costa_Rica CU America/Havana
CV Atlantic/Cape_Verde CW America/Curacao CX Indian/Christmas CZ Europe/Prague DE Europe/Berlin DJ
Africa/Djibouti DK Europe/Copenhagen DM America/Dominica DO America/Santo_Domingo DZ Africa/Algiers EC
America/Guayaquil EE Europe/Tallinn EG Africa/Cairo EH Africa/El_Aaiun ER Africa/Asmara ES Europe/Madrid ET
Africa/Addis_Ababa FI Europe/Helsinki FJ Pacific/Fiji FK Atlantic/Stanley FO Atlantic/Faroe FR Europe/Paris GA
Africa/Libreville GB Europe/London GD America/Grenada GE Asia/Tbilisi GF America/Cayenne GG Europe/Guernsey GH
Africa/Accra GI Europe/Gibraltar GM Africa/Banjul GN Africa/Conakry GP America/Guadeloupe GQ Africa/Malabo GR
Europe/Athens GS Atlantic/South_Georgia GT America/Guatemala GU Pacific/Guam GW Africa/Bissau GY
America/Guyana HK Asia/Hong_Kong HN America/Tegucigalpa HR Europe/Zagreb HT America/Port-au-Prince HU
Europe/Budapest IE Europe/Dublin IL Asia/Jerusalem IM Europe/Isle_of_Man IN Asia/Kolkata IO Indian/Chagos IQ
Asia/Baghdad IR Asia/Tehran IS Atlantic/Reykjavik IT Europe/Rome JE Europe/Jersey JM America/Jamaica JO
Asia/Amman JP Asia/Tokyo KE Africa/Nairobi KG Asia/Bishkek KH Asia/Phnom_Penh KM Indian/Comoro KN
America/St_Kitts KP Asia/Pyongyang KR Asia/Seoul KW Asia/Kuwait KY America/Cayman LA Asia/Vientiane LB
Asia/Beirut LC America/St_Lucia LI Europe/Vaduz LK Asia/Colombo LR Africa/Monrovia LS Africa/Maseru LT
Europe/Vilnius LU Europe/Luxembourg LV Europe/Riga LY Africa/Tripoli MA Africa/Casablanca MC Europe/Monaco MD
Europe/Chisinau ME Europe/Podgorica MF America/Marigot MG Indian/Antananarivo MH Pacific/Kwajalein MK
Europe/Skopje ML Africa/Bamako MM Asia/Yangon MO Asia/Macau MP Pacific/Saipan MQ America/Martinique MR
Africa/Nouakchott MS America/Montserrat MT Europe/Malta MU Indian/Mauritius MV Indian/Maldives MW
Africa/Blantyre MY Asia/Kuala_Lumpur MZ Africa/Maputo NA Africa/Windhoek NC Pacific/Noumea NE Africa/Niamey NF
Pacific/Norfolk NG Africa/Lagos NI America/Managua NL Europe/Amsterdam NO Europe/Oslo NP Asia/Kathmandu NR
Pacific/Nauru NU Pacific/Niue NZ Pacific/Auckland OM Asia/Muscat PA America/Panama PE America/Lima PH
Asia/Manila PK Asia/Karachi PL Europe/Warsaw PM America/Miquelon PN Pacific/Pitcairn PR America/Puerto_Rico PT
Europe/Lisbon PW Pacific/Palau PY America/Asuncion QA Asia/Qatar RE Indian/Reunion RO Europe/Bucharest RS
Europe/Belgrade RW Africa/Kigali SA Asia/Riyadh SB Pacific/Guadalcanal SC Indian/Mahe SD Africa/Khartoum SE
Europe/Stockholm SG Asia/Singapore SH Atlantic/St_Helena SI Europe/Ljubljana SJ Arctic/Longyearbyen SK
Europe/Bratislava SL Africa/Freetown SM Europe/San_Marino SN Africa/Dakar SO Africa/Mogadishu SR
America/Paramaribo SS Africa/Juba ST Africa/Sao_Tome SV America/El_Salvador SX America/Lower_Princes SY
Asia/Damascus SZ Africa/Mbabane TC America/Grand_Turk TD Africa/Ndjamena TF Indian/Kerguelen TG Africa/Lome TH
Asia/Bangkok TJ Asia/Dushanbe TK Pacific/Fakaofo TL Asia/Dili TM Asia/Ashgabat TN Africa/Tunis TO
Pacific/Tongatapu TR Europe/Istanbul TT America/Port_of_Spain TV Pacific/Funafuti TW Asia/Taipei TZ
Africa/Dar_es_Salaam UA Europe/Kyiv UG Africa/Kampala UY America/Montevideo UZ Asia/Samarkand VA
Europe/Vatican VC America/St_Vincent VE America/Caracas VG America/Tortola VI America/St_Thomas VN
Asia/Ho_Chi_Minh VU Pacific/Efate WF Pacific/Wallis WS Pacific/Apia YE Asia/Aden YT Indian/Mayotte ZA
Africa/Johannesburg ZM Africa/Lusaka ZW Africa/Harare
"""
_COUNTRY_OF_LANGUAGE = """
bg BG bs BA ca ES cnr ME cs CZ da DK de DE el GR et EE eu ES fi FI gl ES he IL hi IN hr HR hu HU is IS it IT
ja JP ko KR lt LT lv LV mk MK mr IN nb NO nl NL nn NO no NO pl PL ro RO sk SK sl SI sq AL sr RS sv SE sw TZ ta
IN te IN th TH tr TR uk UA vi VN
"""


def _pairs(text: str) -> dict[str, str]:
    words = text.split()
    return dict(zip(words[::2], words[1::2], strict=True))


NUMERIC_DATES = _pairs(_NUMERIC_DATES)
"""By language, and by language and region where that differs (``en-US``): a date in numbers, as ``d.m.y``."""
COUNTRY_ZONES = _pairs(_COUNTRY_ZONES)
"""By country, the zone of a country that has one clock."""
COUNTRY_OF_LANGUAGE = _pairs(_COUNTRY_OF_LANGUAGE)
"""By language, the country of its press, if that is one country or several with the same clock."""
GENERIC_DOMAINS = frozenset(
    "ad ag ai am as bz cc cd co dj fm gg gl im io je la li ly me ms mu nu pw re sc sh sr st su tk tl to tv vc ws".split()
)
"""Domains of countries that are sold to everyone."""
