"""Names of months, weekdays and time zones as news prints them, in lower case, with and without accents.

Generated from CLDR 47 by deploy/generate_calendar.py: change that, then run ``make calendar``.
"""

from __future__ import annotations

# fmt: off
# By language. A bar separates one month or day from the next; an underscore is a blank inside a name.
_MONTHS = {
    "ar": "يناير كانون_الثاني جانفي | فبراير شباط فيفري | مارس آذار اذار | أبريل ابريل نيسان إبريل أفريل افريل | مايو "
          "ماي أيار ايار | يونيو حزيران جوان | يوليو يوليوز تموز جويلية | أغسطس اغسطس غشت آب اب أغشت اغشت أوت اوت | "
          "سبتمبر شتنبر أيلول ايلول شتمبر | أكتوبر اكتوبر تشرين_الأول تشرين_الاول | نوفمبر نونبر تشرين_الثاني | ديسمبر"
          " دجنبر كانون_الأول كانون_الاول دجمبر",
    "bg": "януари | февруари | март | април | май маи | юни | юли | август | септември | октомври | ноември | декември",
    "bn": "জানুয়ারী জানুযারী জানুয়ারি জানুযারি | ফেব্রুয়ারী ফেব্রুযারী ফেব্রুয়ারি ফেব্রুযারি | মার্চ | এপ্রিল | মে"
          " | জুন | জুলাই | আগস্ট | সেপ্টেম্বর | অক্টোবর | নভেম্বর | ডিসেম্বর",
    "ca": "gener | febrer | març marc | abril | maig | juny | juliol | agost | setembre | octubre | novembre | "
          "desembre",
    "cs": "ledna leden | února unora únor unor | března brezna březen brezen | dubna duben | května kvetna květen "
          "kveten | června cervna červen cerven | července cervence červenec cervenec | srpna srpen | září zari | "
          "října rijna říjen rijen | listopadu | prosince prosinec",
    "da": "januar | februar | marts | april | maj | juni | juli | august | september | oktober | november | december",
    "de": "januar jänner janner | februar | märz marz | april | mai | juni | juli | august | september | oktober | "
          "november | dezember",
    "el": "ιανουαρίου ιανουαριου ιανουάριος ιανουαριος | φεβρουαρίου φεβρουαριου φεβρουάριος φεβρουαριος | μαρτίου "
          "μαρτιου μάρτιος μαρτιος | απριλίου απριλιου απρίλιος απριλιος | μαΐου μαιου μάιος μαιος | ιουνίου ιουνιου "
          "ιούνιος ιουνιος | ιουλίου ιουλιου ιούλιος ιουλιος | αυγούστου αυγουστου αύγουστος αυγουστος | σεπτεμβρίου "
          "σεπτεμβριου σεπτέμβριος σεπτεμβριος | οκτωβρίου οκτωβριου οκτώβριος οκτωβριος | νοεμβρίου νοεμβριου "
          "νοέμβριος νοεμβριος | δεκεμβρίου δεκεμβριου δεκέμβριος δεκεμβριος",
    "en": "january | february | march | april | may | june | july | august | september | october | november | december",
    "es": "enero | febrero | marzo | abril | mayo | junio | julio | agosto | septiembre setiembre | octubre | "
          "noviembre | diciembre",
    "et": "jaanuar | veebruar | märts marts | aprill | mai | juuni | juuli | august | september | oktoober | november "
          "| detsember",
    "fa": "ژانویهٔ ژانویه جنوری | فوریهٔ فوریه فبروری | مارس مارچ | آوریل اوریل اپریل | مهٔ مه | ژوئن ژوين جون | "
          "ژوئیهٔ ژويیه ژوئیه جولای | اوت اگست | سپتامبر سپتمبر | اکتبر اکتوبر | نوامبر نومبر | دسامبر دسمبر",
    "fi": "tammikuuta tammikuu | helmikuuta helmikuu | maaliskuuta maaliskuu | huhtikuuta huhtikuu | toukokuuta "
          "toukokuu | kesäkuuta kesakuuta kesäkuu kesakuu | heinäkuuta heinakuuta heinäkuu heinakuu | elokuuta elokuu "
          "| syyskuuta syyskuu | lokakuuta lokakuu | marraskuuta marraskuu | joulukuuta joulukuu",
    "fr": "janvier | février fevrier | mars | avril | mai | juin | juillet | août aout | septembre | octobre | "
          "novembre | décembre decembre",
    "he": "ינואר | פברואר | מרץ | אפריל | מאי | יוני | יולי | אוגוסט | ספטמבר | אוקטובר | נובמבר | דצמבר",
    "hi": "जनवरी | फ़रवरी फरवरी | मार्च | अप्रैल | मई | जून | जुलाई | अगस्त | सितंबर सितम्बर | अक्टूबर अक्तूबर | नवंबर"
          " नवम्बर | दिसंबर दिसम्बर",
    "hr": "siječnja sijecnja siječanj sijecanj | veljače veljace veljača veljaca | ožujka ozujka ožujak ozujak | "
          "travnja travanj | svibnja svibanj | lipnja lipanj | srpnja srpanj | kolovoza kolovoz | rujna rujan |  | "
          "studenoga studeni | prosinca prosinac",
    "hu": "január januar | február februar | március marcius | április aprilis | május majus | június junius | július "
          "julius | augusztus | szeptember | október oktober | november | december",
    "id": "januari | februari | maret | april | mei | juni | juli | agustus | september | oktober | november | "
          "desember",
    "is": "janúar januar | febrúar februar | mars | apríl april | maí mai | júní juni | júlí juli | ágúst agust | "
          "september | október oktober | nóvember november | desember",
    "it": "gennaio | febbraio | marzo | aprile | maggio | giugno | luglio | agosto | settembre | ottobre | novembre | "
          "dicembre",
    "lt": "sausio sausis | vasario vasaris | kovo kovas | balandžio balandzio balandis | gegužės geguzes gegužė geguze"
          " | birželio birzelio birželis birzelis | liepos liepa | rugpjūčio rugpjucio rugpjūtis rugpjutis | rugsėjo "
          "rugsejo rugsėjis rugsejis | spalio spalis | lapkričio lapkricio lapkritis | gruodžio gruodzio gruodis",
    "lv": "janvāris janvaris | februāris februaris | marts | aprīlis aprilis | maijs | jūnijs junijs | jūlijs julijs |"
          " augusts | septembris | oktobris | novembris | decembris",
    "nb": "januar | februar | mars | april | mai | juni | juli | august | september | oktober | november | desember",
    "nl": "januari | februari | maart | april | mei | juni | juli | augustus | september | oktober | november | "
          "december",
    "nn": "januar | februar | mars | april | mai | juni | juli | august | september | oktober | november | desember",
    "pl": "stycznia styczeń styczen | lutego luty | marca marzec | kwietnia kwiecień kwiecien | maja maj | czerwca "
          "czerwiec | lipca lipiec | sierpnia sierpień sierpien | września wrzesnia wrzesień wrzesien | października "
          "pazdziernika październik pazdziernik | listopada | grudnia grudzień grudzien",
    "pt": "janeiro | fevereiro | março marco | abril | maio | junho | julho | agosto | setembro | outubro | novembro |"
          " dezembro",
    "ro": "ianuarie | februarie | martie | aprilie | mai | iunie | iulie | august | septembrie | octombrie | noiembrie"
          " | decembrie",
    "ru": "января январь | февраля февраль | марта март | апреля апрель | мая май маи | июня июнь | июля июль | "
          "августа август | сентября сентябрь | октября октябрь | ноября ноябрь | декабря декабрь",
    "sk": "januára januara január januar | februára februara február februar | marca marec | apríla aprila apríl april"
          " | mája maja máj maj | júna juna jún jun | júla jula júl jul | augusta august | septembra september | "
          "októbra oktobra október oktober | novembra november | decembra december",
    "sl": "januar | februar | marec | april | maj | junij | julij | avgust | september | oktober | november | december",
    "sr": "јануар | фебруар | март | април | мај | јун | јул | август | септембар | октобар | новембар | децембар",
    "sr_Latn": "januar | februar | mart | april | maj | jun | jul | avgust | septembar | oktobar | novembar | decembar",
    "sv": "januari | februari | mars | april | maj | juni | juli | augusti | september | oktober | november | december",
    "tr": "ocak | şubat subat | mart | nisan | mayıs | haziran | temmuz | ağustos agustos | eylül eylul | ekim | kasım"
          " | aralık",
    "uk": "січня січень | лютого лютий лютии | березня березень | квітня квітень | травня травень | червня червень | "
          "липня липень | серпня серпень | вересня вересень | жовтня жовтень | листопада листопад | грудня грудень",
    "ur": "جنوری | فروری | مارچ | اپریل | مئی ميی | جون | جولائی جولايی | اگست | ستمبر | اکتوبر | نومبر | دسمبر",
    "zh": "一月 | 二月 | 三月 | 四月 | 五月 | 六月 | 七月 | 八月 | 九月 | 十月 | 十一月 | 十二月",
}
_SHORT_MONTHS = {
    "bg": "яну | фев |  | апр |  |  |  | авг | сеп | окт | ное | дек",
    "bn": " |  |  | এপ্রি |  |  |  |  | সেপ্টে | অক্টো |  | ",
    "ca": "gen | febr |  | abr |  |  | jul |  | set | oct | nov | des",
    "cs": " | úno | bře bre |  | kvě kve | čvn cvn | čvc cvc |  | zář zar | říj rij |  | ",
    "da": "jan | feb | mar | apr |  | jun | jul | aug | sep | okt | nov | dec",
    "de": "jan jän | feb febr | mär mar mrz | apr |  | jun | jul | aug | sept sep | okt | nov | dez",
    "el": "ιαν | φεβ | μαρ μάρ | απρ | μαΐ μαι μάι | ιουν ιούν | ιουλ ιούλ | αυγ αύγ | σεπ | οκτ | νοε νοέ | δεκ",
    "en": "jan | feb | mar | apr |  | jun | jul | aug | sept sep | oct | nov | dec",
    "es": "ene | feb | mar | abr | may | jun | jul | ago | sept set sep | oct | nov | dic",
    "et": "jaan | veebr |  | apr |  |  |  | aug | sept | okt | nov | dets",
    "fa": "جنو |  |  |  |  |  | جول |  |  |  |  | دسم",
    "fi": "tammi | helmi | maalis | huhti | touko | kesä kesa | heinä heina |  | syys | loka | marras | joulu",
    "fr": "janv jan | févr fevr fév fev | mar | avr |  | jui | juil juill |  | sept | oct | nov | déc dec",
    "he": "ינו | פבר |  | אפר |  |  |  | אוג | ספט | אוק | נוב | דצמ",
    "hi": " |  |  |  |  |  |  |  |  | अक्टू |  | ",
    "hr": "sij | velj | ožu ozu |  | svi |  |  | kol | ruj |  | stu | ",
    "hu": "jan | febr | márc marc | ápr apr | máj maj | jún jun | júl jul | aug | szept | okt | nov | dec",
    "id": "jan | feb | mar | apr |  | jun | jul | agu | sep | okt | nov | des",
    "is": "jan | feb | mar | apr |  | jún jun | júl jul | ágú agu | sep | okt | nóv nov | des",
    "it": "gen | feb | mar | apr | mag | giu | lug | ago | set | ott | nov | dic",
    "lt": "saus | vas | kov |  | geg | birž birz | liep | rugp | rugs | spal | lapkr | gruod",
    "lv": "janv | febr |  | apr |  | jūn jun | jūl jul | aug | sept | okt | nov | dec",
    "nb": "jan | feb | mar | apr |  | jun | jul | aug | sep | okt | nov | des",
    "nl": "jan | feb | mrt | apr |  | jun | jul | aug | sep | okt | nov | dec",
    "nn": "jan | feb | mar | apr |  | jun | jul | aug | sep | okt | nov | des",
    "pl": "sty | lut | mar | kwi |  | cze |  | sie | wrz | paź paz |  | gru",
    "pt": "jan | fev | mar | abr | mai | jun | jul | ago | set | out | nov | dez",
    "ro": "ian | feb | mar | apr |  | iun | iul | aug | sept | oct | nov | dec",
    "ru": "янв | февр | мар | апр |  | июн | июл | авг | сент сен | окт | нояб ноя | дек",
    "sk": "jan | feb | mar | apr |  |  |  | aug | sep | okt | nov | dec",
    "sl": "jan | feb | mar | apr |  | jun | jul | avg | sep | okt | nov | dec",
    "sr": "јан | феб | мар | апр |  |  |  | авг | сеп | окт | нов | дец",
    "sr_Latn": "jan | feb | mar | apr |  |  |  | avg | sept sep | okt | nov | dec",
    "sv": "jan | feb |  | apr |  |  |  | aug | sep | okt | nov | dec",
    "tr": "oca | şub sub | mar | nis | may | haz | tem | ağu agu | eyl | eki | kas | ara",
    "uk": "січ | лют | бер | квіт | трав | черв | лип | серп | вер | жовт | лист | груд",
}
_WEEKDAYS = {
    "ar": "الاثنين | الثلاثاء | الأربعاء الاربعاء | الخميس | الجمعة | السبت | الأحد الاحد",
    "bg": "понеделник | вторник | сряда | четвъртък | петък | събота | неделя",
    "bn": "সোমবার | মঙ্গলবার | বুধবার | বৃহস্পতিবার | শুক্রবার | শনিবার | রবিবার",
    "ca": "dilluns | dimarts | dimecres | dijous | divendres | dissabte | diumenge",
    "cs": "pondělí pondeli | úterý utery | středa streda | čtvrtek ctvrtek | pátek patek | sobota | neděle nedele",
    "da": "mandag | tirsdag | onsdag | torsdag | fredag | lørdag | søndag",
    "de": "montag | dienstag | mittwoch | donnerstag | freitag | samstag sonnabend | sonntag",
    "el": "δευτέρα δευτερα | τρίτη τριτη | τετάρτη τεταρτη | πέμπτη πεμπτη | παρασκευή παρασκευη | σάββατο σαββατο | "
          "κυριακή κυριακη",
    "en": "monday | tuesday | wednesday | thursday | friday | saturday | sunday",
    "es": "lunes | martes | miércoles miercoles | jueves | viernes | sábado sabado | domingo",
    "et": "esmaspäev esmaspaev | teisipäev teisipaev | kolmapäev kolmapaev | neljapäev neljapaev | reede | laupäev "
          "laupaev | pühapäev puhapaev",
    "fa": "دوشنبه | سه‌شنبه | چهارشنبه | پنجشنبه | جمعه | شنبه | یکشنبه",
    "fi": "maanantaina maanantai | tiistaina tiistai | keskiviikkona keskiviikko | torstaina torstai | perjantaina "
          "perjantai | lauantaina lauantai | sunnuntai",
    "fr": "lundi | mardi | mercredi | jeudi | vendredi | samedi | dimanche",
    "he": "יום_שני | יום_שלישי | יום_רביעי | יום_חמישי | יום_שישי | יום_שבת | יום_ראשון",
    "hi": "सोमवार | मंगलवार | बुधवार | गुरुवार | शुक्रवार | शनिवार | रविवार",
    "hr": "ponedjeljak | utorak | srijeda | četvrtak cetvrtak | petak | subota | nedjelja",
    "hu": "hétfő hetfo | kedd | szerda | csütörtök csutortok | péntek pentek | szombat | vasárnap vasarnap",
    "id": "senin | selasa | rabu | kamis | jumat | sabtu | minggu",
    "is": "mánudagur manudagur | þriðjudagur | miðvikudagur | fimmtudagur | föstudagur fostudagur | laugardagur | "
          "sunnudagur",
    "it": "lunedì lunedi | martedì martedi | mercoledì mercoledi | giovedì giovedi | venerdì venerdi | sabato | "
          "domenica",
    "ja": "月曜日 | 火曜日 | 水曜日 | 木曜日 | 金曜日 | 土曜日 | 日曜日",
    "ko": "월요일 | 화요일 | 수요일 | 목요일 | 금요일 | 토요일 | 일요일",
    "lt": "pirmadienis | antradienis | trečiadienis treciadienis | ketvirtadienis | penktadienis | šeštadienis "
          "sestadienis | sekmadienis",
    "lv": "pirmdiena | otrdiena | trešdiena tresdiena | ceturtdiena | piektdiena | sestdiena | svētdiena svetdiena",
    "nb": "mandag | tirsdag | onsdag | torsdag | fredag | lørdag | søndag",
    "nl": "maandag | dinsdag | woensdag | donderdag | vrijdag | zaterdag | zondag",
    "nn": "måndag mandag | tysdag | onsdag | torsdag | fredag | laurdag | søndag",
    "pl": "poniedziałek | wtorek | środa sroda | czwartek | piątek piatek | sobota | niedziela",
    "pt": "segunda-feira | terça-feira terca-feira | quarta-feira | quinta-feira | sexta-feira | sábado sabado | "
          "domingo",
    "ro": "luni | marți marti | miercuri | joi | vineri | sâmbătă sambata | duminică duminica",
    "ru": "понедельник | вторник | среда | четверг | пятница | суббота | воскресенье",
    "sk": "pondelok | utorok | streda | štvrtok stvrtok | piatok | sobota | nedeľa nedela",
    "sl": "ponedeljek | torek | sreda | četrtek cetrtek | petek | sobota | nedelja",
    "sr": "понедељак | уторак | среда | четвртак | петак | субота | недеља",
    "sr_Latn": "ponedeljak ponedjeljak | utorak | srijeda sreda | četvrtak cetvrtak | petak | subota | nedjelja "
               "nedelja",
    "sv": "måndag mandag | tisdag | onsdag | torsdag | fredag | lördag lordag | söndag sondag",
    "tr": "pazartesi | salı | çarşamba carsamba | perşembe persembe | cuma | cumartesi | pazar",
    "uk": "понеділок | вівторок | середа | четвер | пʼятниця п'ятниця п’ятниця | субота | неділя",
    "ur": "پیر | منگل | بدھ | جمعرات | جمعہ | ہفتہ | اتوار",
    "vi": "thứ_hai thu_hai | thứ_ba thu_ba | thứ_tư thu_tu | thứ_năm thu_nam | thứ_sáu thu_sau | thứ_bảy thu_bay | "
          "chủ_nhật chu_nhat",
    "zh": "星期一 | 星期二 | 星期三 | 星期四 | 星期五 | 星期六 | 星期日",
}
_SHORT_WEEKDAYS = {
    "ar": "إثنين اثنين | ثلاثاء | أربعاء اربعاء | خميس | جمعة | سبت | أحد احد",
    "bn": " | মঙ্গল |  | বৃহস্পতি | শুক্র |  | ",
    "da": "man | tirs | ons | tors | fre | lør | søn",
    "de": "mo | di | mi | do | fr | sa | so",
    "el": "δευ | τρί τρι | τετ | πέμ πεμ | παρ | σάβ σαβ | κυρ",
    "en": "mon | tue tues | wed | thu thur thurs | fri | sat | sun",
    "es": "lun | mar | mié mie | jue | vie | sáb sab | dom",
    "fr": "lun | mar | mer | jeu | ven | sam | dim",
    "he": "יום_ב | יום_ג | יום_ד | יום_ה | יום_ו | שבת | יום_א",
    "hi": " | मंगल |  |  | शुक्र |  | ",
    "hr": "pon | uto | sri | čet cet | pet | sub | ned",
    "hu": " |  | sze |  |  | szo | ",
    "id": "sen | sel | rab | kam | jum | sab | min",
    "is": "mán man | þri | mið | fim | fös fos | lau | sun",
    "it": "lun | mar | mer | gio | ven | sab | dom",
    "lv": "pirmd | otrd | trešd tresd | ceturtd | piektd | sestd | svētd svetd",
    "nb": "man | tir | ons | tor | fre | lør | søn",
    "nl": "ma | di | wo | do | vr | za | zo",
    "nn": "mån man | tys | ons | tor | fre | lau | søn",
    "pl": "pon | wto | śro sro | czw | pią pia | sob | niedz nie",
    "pt": "seg segunda | ter terça terca | qua quarta | qui quinta | sex sexta | sáb sab | dom",
    "ro": "lun | mar | mie |  | vin | sâm sam | dum",
    "ru": "пн | вт | ср | чт | пт | сб | вс",
    "sl": "pon | tor | sre | čet cet | pet | sob | ned",
    "sr": "пон | уто | сре | чет | пет | суб | нед",
    "sr_Latn": "pon | uto | sre sri | čet cet | pet | sub | ned",
    "sv": "mån man | tis | ons | tors | fre | lör lor | sön son",
    "tr": "pzt | sal | çar car | per | cum | cmt | paz",
}
# By minutes from UTC.
_ZONES = {
    -600: "hast hnha hst",
    -540: "akst hnak",
    -480: "akdt heak hnp pst",
    -420: "hnr mst pdt",
    -360: "cst hnc mdt",
    -300: "cdt est hne",
    -240: "ast edt hae hna",
    -210: "hnt hntn nst",
    -180: "adt brt uyt",
    -150: "hetn ndt",
    0: "etc/gmt etc/utc gmt ut utc wet wez z",
    60: "bst cet met mez seč wat wedt west wesz",
    120: "cat cest eet mest mesz oez sast selč",
    180: "eat eedt eest msk oesz",
    210: "irst",
    240: "gst",
    300: "pkt",
    345: "npt",
    420: "ict wib",
    480: "awst hkt myt pht sgt wita",
    540: "jst kst",
    570: "acst",
    600: "aest",
    630: "acdt",
    660: "aedt",
    720: "nzst",
    780: "nzdt",
}
# fmt: on


def _numbered(table: dict[str, str]) -> dict[str, int]:
    return {
        name.replace("_", " "): number
        for line in table.values()
        for number, names in enumerate(line.split("|"), start=1)
        for name in names.split()
    }


FULL_MONTHS = _numbered(_MONTHS)
"""Full names, with the number of the month."""
MONTHS = FULL_MONTHS | _numbered(_SHORT_MONTHS)
"""Full and short names, with the number of the month."""
WEEKDAYS = frozenset(_numbered(_WEEKDAYS))
SHORT_WEEKDAYS = frozenset(_numbered(_SHORT_WEEKDAYS))
"""Some are everyday words in another language: only a date beside them makes them weekdays."""
FIXED_ZONES = {name: minutes for minutes, names in _ZONES.items() for name in names.split()}
"""Names, with minutes from UTC."""
CIVIL_ZONES = {
    "aet": "Australia/Sydney",
    "akt": "America/Anchorage",
    "at": "America/Halifax",
    "ct": "America/Chicago",
    "et": "America/New_York",
    "htn": "America/St_Johns",
    "mt": "America/Denver",
    "nzt": "Pacific/Auckland",
    "pt": "America/Los_Angeles",
}
"""Names for both halves of the year, with a place whose clock shows them."""
AMBIGUOUS_ZONES = frozenset("ist".split())
"""Names that several countries use: only the zone of the source can decide."""
