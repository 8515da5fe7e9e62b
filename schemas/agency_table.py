"""The table of news agencies: a row for each, as ``schemas.agencies`` reads it.

Columns: code; country of the seat; names as printed, the full one first; names that are other things too; own sites. A line that begins
with blanks continues the row before it.
"""

from __future__ import annotations

TABLE = """
# The world's
AP | US | The Associated Press; Associated Press; 美联社; 美聯社; AP通信; АП; أسوشيتد برس; Ассошиэйтед Пресс; AP
    News; एसोसिएटेड प्रेस | AP | apnews.com ap.org
Reuters | GB | Thomson Reuters; Reuters; 路透社; 路透; ロイター; Рейтер; رويترز; 로이터; रॉयटर्स; รอยเตอร์; רויטרס;
    Ρόιτερς; Reuters News |  | reuters.com
AFP | FR | Agence France-Presse; Agence France Presse; AFP; 法新社; ＡＦＰ; АФП; أ ف ب; ا ف ب; Агентство Франс
    Пресс; وكالة فرانس برس; فرانس برس; Γαλλικό Πρακτορείο; ए एफ पी |  | afp.com
Bloomberg | US | Bloomberg News; Bloomberg L.P.; 彭博社; ブルームバーグ; 블룸버그; Блумберг | Bloomberg |
    bloomberg.com
UPI | US | United Press International; UPI |  | upi.com
Dow Jones | US | Dow Jones Newswires; Dow Jones Newswire |  |
# Europe
PA | GB | PA Media; Press Association; PA News Agency | PA | pa.media
dpa | DE | Deutsche Presse-Agentur; Deutsche Presse Agentur; dpa-AFX; dpa; DPA; 德新社; Deutschen Presse-Agentur |
    | dpa.com
SID | DE | Sport-Informations-Dienst | SID; sid | sid.de
epd | DE | Evangelischer Pressedienst | epd | epd.de
KNA | DE | Katholische Nachrichten-Agentur | KNA | kna.de
APA | AT | Austria Presse Agentur; Austria Press Agency; APA-OTS | APA; apa | apa.at
Keystone-ATS | CH | Keystone-ATS; Keystone-SDA; Schweizerische Depeschenagentur; Agence télégraphique suisse | SDA;
    sda; ATS; ats | keystone-sda.ch keystone-ats.ch
EFE | ES | Agencia EFE; EFE; ACAN-EFE; Agencia Efe | Efe | efe.com
Europa Press | ES | Europa Press |  | europapress.es
Lusa | PT | Agência Lusa; Lusa News Agency; Agência de Notícias de Portugal | Lusa; LUSA | lusa.pt
ANSA | IT | Agenzia ANSA; ANSA | Ansa | ansa.it
Adnkronos | IT | Adnkronos |  | adnkronos.com
AGI | IT | Agenzia Giornalistica Italia; Agenzia Italia; Agenzia AGI | AGI; Agi | agi.it
ANP | NL | Algemeen Nederlands Persbureau | ANP | anp.nl
Belga | BE | Agence Belga; Belga News Agency; Belga |  | belga.be belganewsagency.eu
TT | SE | TT Nyhetsbyrån; Tidningarnas Telegrambyrå; TT News Agency; TT-AFP; TT-Reuters | TT | tt.se
NTB | NO | Norsk Telegrambyrå; NTB |  | ntb.no
Ritzau | DK | Ritzaus Bureau; Ritzau |  | ritzau.dk
STT | FI | Suomen Tietotoimisto; STT-Lehtikuva; Finnish News Agency; STT-IA | STT | stt.fi
BNS | LT | Baltic News Service | BNS | bns.lt
PAP | PL | Polska Agencja Prasowa; Polish Press Agency; Polskiej Agencji Prasowej | PAP | pap.pl
CTK | CZ | Česká tisková kancelář; Czech News Agency; ČTK | CTK | ctk.cz ctk.eu ceskenoviny.cz
TASR | SK | Tlačová agentúra Slovenskej republiky; TASR |  | tasr.sk
MTI | HU | Magyar Távirati Iroda; Hungarian News Agency | MTI | mti.hu
AGERPRES | RO | Agerpres |  | agerpres.ro
BTA | BG | Bulgarian News Agency; Българска телеграфна агенция | BTA; БТА | bta.bg
Moldpres | MD | Agenția Informațională de Stat Moldpres; Agenția de Stat Moldpres; State News Agency Moldpres;
    Moldpres; Молдпрес |  | moldpres.md
STA | SI | Slovenska tiskovna agencija; Slovenian Press Agency; Slovene Press Agency | STA | sta.si
Hina | HR | Hrvatska izvještajna novinska agencija | HINA | hina.hr
Tanjug | RS | Tanjug; Танјуг |  | tanjug.rs
FENA | BA | Federalna novinska agencija; Federal News Agency of Bosnia and Herzegovina | FENA; Fena; ФЕНА | fena.ba
MINA | ME | Agencija MINA; MINA News Agency; MINA-business; MINA Business | MINA; МИНА | mina.news
MIA | MK | Медиумска информативна агенција; Македонска информативна агенција; Media Information Agency; Macedonian
    Information Agency | MIA; МИА | mia.mk mia.com.mk
ATA | AL | Agjencia Telegrafike Shqiptare; Albanian Telegraphic Agency; ATSH | ATA | ata.gov.al
ANA-MPA | GR | Athens-Macedonian News Agency; ANA-MPA; ΑΠΕ-ΜΠΕ; Αθηναϊκό-Μακεδονικό Πρακτορείο Ειδήσεων; Athens
    News Agency | AMNA | amna.gr
TASS | RU | Russian News Agency TASS; TASS; Агентство ТАСС; ИТАР-ТАСС; ITAR-TASS; ТАСС; 塔斯社 |  | tass.com tass.ru
Interfax | RU | Interfax; INTERFAX.RU; Интерфакс |  | interfax.ru interfax.com
RIA Novosti | RU | RIA Novosti; РИА Новости |  | ria.ru
Ukrinform | UA | Ukrinform; Укринформ; Укрінформ; Укрінформу; Укринформа |  | ukrinform.net ukrinform.ua
Interfax-Ukraine | UA | Interfax-Ukraine; Интерфакс-Украина; Інтерфакс-Україна |  | interfax.com.ua
UNIAN | UA | UNIAN; УНИАН; УНІАН |  | unian.net unian.ua unian.info
BelTA | BY | BelTA; БЕЛТА; БелТА |  | belta.by
dts | DE | dts Nachrichtenagentur | dts; DTS | dts-nachrichtenagentur.de
AWP | CH | AWP Finanznachrichten; awp Finanznachrichten | AWP; awp | awp.ch
Servimedia | ES | Servimedia |  | servimedia.es
Colpisa | ES | Colpisa |  | colpisa.com
ACN | ES | Agència Catalana de Notícies; Agencia Catalana de Noticias | ACN | acn.cat
LaPresse | IT | Agenzia LaPresse | LaPresse | lapresse.it
askanews | IT | askanews; TMNews |  | askanews.it
Italpress | IT | Italpress; Agenzia Italpress |  | italpress.com
DIRE | IT | Agenzia DIRE; Agenzia Dire | DIRE | dire.it
Agenzia Nova | IT | Agenzia Nova |  | agenzianova.com
SWNS | GB | South West News Service; SWNS |  | swns.com
ELTA | LT | Lietuvos naujienų agentūra ELTA; Lithuanian News Agency | ELTA | elta.lt
LETA | LV | Latvian News Agency; ziņu aģentūra LETA | LETA | leta.lv
SITA | SK | Slovenská tlačová agentúra | SITA | sita.sk
Mediafax | RO | Mediafax |  | mediafax.ro
IPN | MD | Agenția de presă IPN; IPN Press Agency |  | ipn.md
Beta | RS | Novinska agencija Beta; Agencija Beta; Новинска агенција Бета | Beta; BETA; Бета | beta.rs
FoNet | RS | FoNet; ФоНет |  | fonet.rs
SRNA | BA | Novinska agencija Republike Srpske; Новинска агенција Републике Српске | SRNA; Srna; СРНА | srna.rs
KYPE | CY | Cyprus News Agency; Κυπριακό Πρακτορείο Ειδήσεων; ΚΥΠΕ |  | cna.org.cy
Sputnik | RU | Sputnik International; Rossiya Segodnya | Sputnik | sputniknews.com sputnikglobe.com
DHA | TR | Demirören Haber Ajansı | DHA | dha.com.tr
İHA | TR | İhlas Haber Ajansı; Ihlas News Agency | İHA; IHA | iha.com.tr
ANKA | TR | ANKA Haber Ajansı | ANKA | ankahaber.net
# The Middle East and Africa
Anadolu | TR | Anadolu Agency; Anadolu Ajansı; Anadolu; وكالة الأناضول; الأناضول; AA Ajansı; Анадолу; Anadolu Ajans
    | AA | aa.com.tr
WAM | AE | Emirates News Agency; وكالة أنباء الإمارات | WAM; وام | wam.ae
SPA | SA | Saudi Press Agency; وكالة الأنباء السعودية | SPA; واس | spa.gov.sa
QNA | QA | Qatar News Agency; وكالة الأنباء القطرية | QNA; قنا | qna.org.qa
BNA | BH | Bahrain News Agency; وكالة أنباء البحرين | BNA; بنا | bna.bh
NNA | LB | Lebanese National News Agency; Lebanon's National News Agency; Agence nationale de l'information; الوكالة
    الوطنية للإعلام | National News Agency; NNA | nna-leb.gov.lb
KUNA | KW | Kuwait News Agency; KUNA; كونا |  | kuna.net.kw
Petra | JO | Jordan News Agency | PETRA; بترا | petra.gov.jo
MENA | EG | Middle East News Agency; أ ش أ | MENA | mena.org.eg
IRNA | IR | Islamic Republic News Agency; IRNA; ایرنا; إرنا; خبرگزاری جمهوری اسلامی |  | irna.ir
ISNA | IR | Iranian Students' News Agency; ایسنا; خبرگزاری دانشجویان ایران | ISNA | isna.ir
Mehr | IR | Mehr News Agency; Mehr News; خبرگزاری مهر; وكالة مهر للأنباء | MNA; مهر | mehrnews.com
MAP | MA | Maghreb Arabe Presse | MAP | mapnews.ma
NAN | NG | News Agency of Nigeria | NAN | nannews.ng
GNA | GH | Ghana News Agency | GNA | gna.org.gh
SAnews | ZA | South African Government News Agency; SAnews.gov.za; SAnews; BuaNews |  | sanews.gov.za
ACP | CD | Agence congolaise de presse; Agence Congolaise de Presse | ACP | acp.cd acpcongo.com
SANA | SY | Syrian Arab News Agency; الوكالة العربية السورية للأنباء | SANA; سانا | sana.sy
WAFA | PS | Palestine News & Information Agency; Palestinian News Agency; وكالة الأنباء والمعلومات الفلسطينية |
    WAFA; وفا | wafa.ps
INA | IQ | Iraqi News Agency; وكالة الأنباء العراقية | INA; واع | ina.iq
Saba | YE | Yemen News Agency; وكالة الأنباء اليمنية | Saba; SABA; سبأ | saba.ye sabanew.net
ONA | OM | Oman News Agency; وكالة الأنباء العمانية | ONA | omannews.gov.om
TAP | TN | Tunis Afrique Presse; وكالة تونس أفريقيا للأنباء | TAP | tap.info.tn
APS | DZ | Algérie Presse Service; Algeria Press Service; وكالة الأنباء الجزائرية | APS; واج | aps.dz
LANA | LY | Libyan News Agency; وكالة الأنباء الليبية | LANA | lana.gov.ly
SUNA | SD | Sudan News Agency; وكالة السودان للأنباء | SUNA; سونا | suna-sd.net
Fars | IR | Fars News Agency; خبرگزاری فارس | Fars | farsnews.ir
Tasnim | IR | Tasnim News Agency; خبرگزاری تسنیم | Tasnim; تسنیم | tasnimnews.com
ENA | ET | Ethiopian News Agency | ENA | ena.et
Kenya News Agency | KE | Kenya News Agency |  | kenyanews.go.ke
ANGOP | AO | Agência Angola Press; ANGOP |  | angop.ao
Inforpress | CV | Inforpress |  | inforpress.cv
NAMPA | NA | Namibia Press Agency | NAMPA; Nampa | nampa.org
New Ziana | ZW | New Ziana |  |
AIP | CI | Agence ivoirienne de presse; Agence Ivoirienne de Presse | AIP | aip.ci
AIB | BF | Agence d'information du Burkina; Agence d’information du Burkina | AIB | aib.media
APS-SN | SN | Agence de presse sénégalaise; Agence de Presse Sénégalaise |  | aps.sn
Panapress | SN | Panapress; Panafrican News Agency | PANA | panapress.com
# Asia and the Pacific
Xinhua | CN | Xinhua News Agency; Xinhua; 新华社; 新華社; 新华网; Синьхуа; شينخوا; 신화통신; 新華網; Nouvelle Chine;
    Agence Xinhua |  | news.cn xinhuanet.com
China News Service | CN | China News Service; 中国新闻社; 中新社; 中新网 |  | chinanews.com.cn chinanews.com ecns.cn
CNA | TW | Central News Agency; 中央通訊社; 中央社 | CNA | cna.com.tw focustaiwan.tw
Kyodo | JP | Kyodo News; Kyodo; 共同通信社; 共同通信; 共同社; 교도통신 | 共同 | kyodonews.net kyodonews.jp
    kyodo.co.jp
Jiji | JP | Jiji Press; 時事通信社; 時事通信; 时事社 | Jiji; JIJI; 時事 | jiji.com
Yonhap | KR | Yonhap News Agency; Yonhap; 연합뉴스; 韩联社; 韓聯社; 聯合ニュース; Yonhap News |  | yna.co.kr
Newsis | KR | Newsis; 뉴시스 |  | newsis.com
KCNA | KP | Korean Central News Agency; KCNA; 조선중앙통신; 朝中社; 朝鮮中央通信; 북한 조선중앙통신 |  | kcna.kp
PTI | IN | Press Trust of India; PTI; पीटीआई; पीटीआई-भाषा | भाषा | ptinews.com
ANI | IN | Asian News International; एएनआई | ANI | aninews.in
IANS | IN | Indo-Asian News Service; IANS; आईएएनएस |  | ians.in
UNI | IN | United News of India | UNI; वार्ता | uniindia.com
APP | PK | Associated Press of Pakistan | APP | app.com.pk
Bernama | MY | Bernama; 马新社; 馬新社 |  | bernama.com
Antara | ID | LKBN Antara; Antara News; Kantor Berita Antara; LKBN ANTARA | Antara; ANTARA | antaranews.com
VNA | VN | Vietnam News Agency; TTXVN; Thông tấn xã Việt Nam; VietnamPlus | VNA | vnanet.vn vietnamplus.vn
PNA | PH | Philippine News Agency | PNA | pna.gov.ph
AAP | AU | Australian Associated Press | AAP | aap.com.au
AZERTAC | AZ | AZERTAC; AZƏRTAC; Azərbaycan Dövlət İnformasiya Agentliyi; АЗЕРТАДЖ |  | azertag.az
Armenpress | AM | Armenpress; Արմենպրես; Арменпресс |  | armenpress.am
InterPressNews | GE | InterPressNews; ინტერპრესნიუსი |  | interpressnews.ge
Kazinform | KZ | Kazinform; Qazinform; Казинформ |  | inform.kz qazinform.com
UzA | UZ | Uzbekistan National News Agency; O‘zbekiston Milliy axborot agentligi | UzA; УзА | uza.uz
Kabar | KG | Kabar News Agency; агентство Кабар | Kabar; Кабар | kabar.kg
Khovar | TJ | Khovar; НИАТ Ховар | Ховар | khovar.tj
Montsame | MN | Montsame; МОНЦАМЭ |  | montsame.mn
BSS | BD | Bangladesh Sangbad Sangstha; বাসস; বাংলাদেশ সংবাদ সংস্থা | BSS | bssnews.net
UNB | BD | United News of Bangladesh; ইউএনবি | UNB | unb.com.bd
RSS | NP | Rastriya Samachar Samiti; रासस; राष्ट्रिय समाचार समिति |  |
Pajhwok | AF | Pajhwok Afghan News; Pajhwok |  | pajhwok.com
TNA | TH | Thai News Agency; สำนักข่าวไทย | TNA | tna.mcot.net
KPL | LA | Khaosan Pathet Lao; Lao News Agency | KPL | kpl.gov.la
AKP | KH | Agence Kampuchea Presse |  | akp.gov.kh
News1 | KR | 뉴스1; News1 Korea | News1 | news1.kr
# The Americas
CP | CA | The Canadian Press; Canadian Press; La Presse canadienne; Presse canadienne | CP | thecanadianpress.com
Agência Brasil | BR | Agência Brasil; Agencia Brasil; ABr |  | agenciabrasil.ebc.com.br
Prensa Latina | CU | Prensa Latina |  | prensa-latina.cu plenglish.com
Télam | AR | Télam | Telam | telam.com.ar
AVN | VE | Agencia Venezolana de Noticias | AVN | avn.info.ve
Andina | PE | Agencia Peruana de Noticias Andina; Agencia Andina; Agencia de Noticias Andina | Andina | andina.pe
ABI | BO | Agencia Boliviana de Información | ABI | abi.bo
ANF | BO | Agencia de Noticias Fides | ANF | noticiasfides.com
Noticias Argentinas | AR | Noticias Argentinas; Agencia NA |  | noticiasargentinas.com
Notimex | MX | Notimex |  | notimex.gob.mx
Colprensa | CO | Colprensa |  | colprensa.com
Estadão Conteúdo | BR | Estadão Conteúdo; Agência Estado |  |
Folhapress | BR | Folhapress |  | folhapress.com.br
QMI | CA | Agence QMI; QMI Agency |  |
TNS | US | Tribune News Service; Tribune Content Agency | TNS | tribunecontentagency.com
CNN Newsource | US | CNN Newsource; CNN Wire; CNN Newswire |  |
Field Level Media | US | Field Level Media |  | fieldlevelmedia.com
Religion News Service | US | Religion News Service | RNS | religionnews.com
Inter Press Service | IT | Inter Press Service | IPS | ipsnews.net
"""
