"""Names of months, weekdays and time zones as news prints them, in lower case, with and without accents.

Generated from CLDR 47 by deploy/generate_calendar.py: change that, then run ``make calendar``.
"""

from __future__ import annotations

# fmt: off
# By language. A bar separates one month or day from the next; an underscore is a blank inside a name.
_MONTHS = {
    "ar": "ینایر کانون_الثانی جانفی | فبرایر شباط فیفری | مارس آذار اذار | أبریل ابریل نیسان إبریل أفریل افریل | مایو "
          "مای أیار ایار | یونیو حزیران جوان | یولیو یولیوز تموز جویلیة | أغسطس اغسطس غشت آب اب أغشت اغشت أوت اوت | "
          "سبتمبر شتنبر أیلول ایلول شتمبر | أکتوبر اکتوبر تشرین_الأول تشرین_الاول | نوفمبر نونبر تشرین_الثانی | دیسمبر"
          " دجنبر کانون_الأول کانون_الاول دجمبر",
    "bg": "януари | февруари | март | април | май маи | юни | юли | август | септември | октомври | ноември | декември",
    "bn": "জানুয়ারী জানুযারী জানুয়ারি জানুযারি | ফেব্রুয়ারী ফেব্রুযারী ফেব্রুয়ারি ফেব্রুযারি | মার্চ | এপ্রিল | মে"
          " | জুন | জুলাই | আগস্ট | সেপ্টেম্বর | অক্টোবর | নভেম্বর | ডিসেম্বর",
    "bs": "januar | februar | mart | april | maj | juni | juli | august | septembar | oktobar | novembar | decembar",
    "ca": "gener | febrer | març marc | abril | maig | juny | juliol | agost | setembre | octubre | novembre | "
          "desembre",
    "cs": "ledna leden | února unora únor unor | března brezna březen brezen | dubna duben | května kvetna květen "
          "kveten | června cervna červen cerven | července cervence červenec cervenec | srpna srpen | září zari | "
          "října rijna říjen rijen | listopadu | prosince prosinec",
    "da": "januar | februar | marts | april | maj | juni | juli | august | september | oktober | november | december",
    "de": "januar jänner janner | februar | märz marz | april | mai | juni | juli | august | september | oktober | "
          "november | dezember",
    "el": "ιανουαρίου ιανουαριου ιανουάριοσ ιανουαριοσ | φεβρουαρίου φεβρουαριου φεβρουάριοσ φεβρουαριοσ | μαρτίου "
          "μαρτιου μάρτιοσ μαρτιοσ | απριλίου απριλιου απρίλιοσ απριλιοσ | μαΐου μαιου μάιοσ μαιοσ | ιουνίου ιουνιου "
          "ιούνιοσ ιουνιοσ | ιουλίου ιουλιου ιούλιοσ ιουλιοσ | αυγούστου αυγουστου αύγουστοσ αυγουστοσ | σεπτεμβρίου "
          "σεπτεμβριου σεπτέμβριοσ σεπτεμβριοσ | οκτωβρίου οκτωβριου οκτώβριοσ οκτωβριοσ | νοεμβρίου νοεμβριου "
          "νοέμβριοσ νοεμβριοσ | δεκεμβρίου δεκεμβριου δεκέμβριοσ δεκεμβριοσ",
    "en": "january | february | march | april | may | june | july | august | september | october | november | december",
    "es": "enero | febrero | marzo | abril | mayo | junio | julio | agosto | septiembre setiembre | octubre | "
          "noviembre | diciembre",
    "et": "jaanuar | veebruar | märts marts | aprill | mai | juuni | juuli | august | september | oktoober | november "
          "| detsember",
    "fa": "ژانویهٔ ژانویه جنوری | فوریهٔ فوریه فبروری | مارس مارچ | آوریل اوریل اپریل | مهٔ مه | ژوئن ژوین جون | "
          "ژوئیهٔ ژوییه ژوئیه جولای | اوت اگست | سپتامبر سپتمبر | اکتبر اکتوبر | نوامبر نومبر | دسامبر دسمبر",
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
    "mk": "јануари | февруари | март | април | мај | јуни | јули | август | септември | октомври | ноември | декември",
    "ms": "januari | februari | mac | april | mei | jun | julai | ogos | september | oktober | november | disember",
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
    "sq": "janar | shkurt | mars | prill | maj | qershor | korrik | gusht | shtator | tetor | nëntor nentor | dhjetor",
    "sr": "јануар | фебруар | март | април | мај | јун | јул | август | септембар | октобар | новембар | децембар",
    "sr_Latn": "januar | februar | mart | april | maj | jun | jul | avgust | septembar | oktobar | novembar | decembar",
    "sv": "januari | februari | mars | april | maj | juni | juli | augusti | september | oktober | november | december",
    "sw": "januari | februari | machi | aprili | mei | juni | julai | agosti | septemba | oktoba | novemba | desemba",
    "th": "มกราคม | กุมภาพันธ์ กมภาพันธ์ | มีนาคม | เมษายน | พฤษภาคม | มิถุนายน มิถนายน | กรกฎาคม | สิงหาคม | กันยายน "
          "| ตุลาคม ตลาคม | พฤศจิกายน | ธันวาคม",
    "tr": "ocak | şubat subat | mart | nisan | mayis | haziran | temmuz | ağustos agustos | eylül eylul | ekim | kasim"
          " | aralik",
    "uk": "січня січень | лютого лютий лютии | березня березень | квітня квітень | травня травень | червня червень | "
          "липня липень | серпня серпень | вересня вересень | жовтня жовтень | листопада листопад | грудня грудень",
    "ur": "جنوری | فروری | مارچ | اپریل | مئی میی | جون | جولائی جولایی | اگست | ستمبر | اکتوبر | نومبر | دسمبر",
    "zh": "一月 | 二月 | 三月 | 四月 | 五月 | 六月 | 七月 | 八月 | 九月 | 十月 | 十一月 | 十二月",
}
_SHORT_MONTHS = {
    "bg": "яну | фев |  | апр |  |  |  | авг | сеп | окт | ное | дек",
    "bn": "জানু | ফেব |  | এপ্রি |  |  | জুল |  | সেপ সেপ্টে | অক্টো | নভে | ডিসে",
    "bs": "jan | feb | mar | apr |  | jun | jul | aug | sep | okt | nov | dec",
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
    "hi": " | फ़र |  |  |  |  | जुल |  | सित | अक्टू |  | दिस",
    "hr": "sij | velj | ožu ozu |  | svi |  |  | kol | ruj |  | stu | ",
    "hu": "jan | febr | márc marc | ápr apr | máj maj | jún jun | júl jul | aug | szept | okt | nov | dec",
    "id": "jan | feb | mar | apr |  | jun | jul | agu | sep | okt | nov | des",
    "is": "jan | feb | mar | apr |  | jún jun | júl jul | ágú agu | sep | okt | nóv nov | des",
    "it": "gen | feb | mar | apr | mag | giu | lug | ago | set | ott | nov | dic",
    "lt": "saus | vas | kov |  | geg | birž birz | liep | rugp | rugs | spal | lapkr | gruod",
    "lv": "janv | febr |  | apr |  | jūn jun | jūl jul | aug | sept | okt | nov | dec",
    "mk": "јан | фев | мар | апр |  | јун | јул | авг | сеп | окт | ное | дек",
    "ms": "jan | feb |  | apr |  |  | jul | ogo | sep | okt | nov | dis",
    "nb": "jan | feb | mar | apr |  | jun | jul | aug | sep | okt | nov | des",
    "nl": "jan | feb | mrt | apr |  | jun | jul | aug | sep | okt | nov | dec",
    "nn": "jan | feb | mar | apr |  | jun | jul | aug | sep | okt | nov | des",
    "pl": "sty | lut | mar | kwi |  | cze |  | sie | wrz | paź paz |  | gru",
    "pt": "jan | fev | mar | abr | mai | jun | jul | ago | set | out | nov | dez",
    "ro": "ian | feb | mar | apr |  | iun | iul | aug | sept | oct | nov | dec",
    "ru": "янв | февр | мар | апр |  | июн | июл | авг | сент сен | окт | нояб ноя | дек",
    "sk": "jan | feb | mar | apr |  |  |  | aug | sep | okt | nov | dec",
    "sl": "jan | feb | mar | apr |  | jun | jul | avg | sep | okt | nov | dec",
    "sq": "jan | shk | mar | pri |  | qer | korr | gush | sht | tet | nën nen | dhj",
    "sr": "јан | феб | мар | апр |  |  |  | авг | сеп | окт | нов | дец",
    "sr_Latn": "jan | feb | mar | apr |  |  |  | avg | sept sep | okt | nov | dec",
    "sv": "jan | feb |  | apr |  |  |  | aug | sep | okt | nov | dec",
    "sw": "jan | feb | mac | apr |  | jun | jul | ago | sep | okt | nov | des",
    "th": "ม.ค | ก.พ | มี.ค | เม.ย | พ.ค | มิ.ย | ก.ค | ส.ค | ก.ย | ต.ค | พ.ย | ธ.ค",
    "tr": "oca | şub sub | mar | nis | may | haz | tem | ağu agu | eyl | eki | kas | ara",
    "uk": "січ | лют | бер | квіт | трав | черв | лип | серп | вер | жовт | лист | груд",
}
# Names that are words or other months in another language.
_OWN_MONTHS = {
    "bn": "আগ=8",
    "ca": "ag=8",
    "cs": "dub=4 led=1 lis=11 listopad=11 pro=12 srp=8 uno=2",
    "fa": "می=5",
    "fi": "elo=8",
    "hi": "अग=8 जन=1 नव=11 फर=2",
    "hr": "lip=6 lis=10 listopad=10 listopada=10 pro=12 srp=7 tra=4",
    "lt": "bal=4",
    "pl": "lip=7 lis=11 listopad=11",
}
_WEEKDAYS = {
    "ar": "الاثنین | الثلاثاء | الأربعاء الاربعاء | الخمیس | الجمعة | السبت | الأحد الاحد",
    "bg": "понеделник | вторник | сряда | четвъртък | петък | събота | неделя",
    "bn": "সোমবার | মঙ্গলবার | বুধবার | বৃহস্পতিবার | শুক্রবার | শনিবার | রবিবার",
    "bs": "ponedjeljak | utorak | srijeda | četvrtak cetvrtak | petak | subota | nedjelja",
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
    "fa": "دوشنبه | سهشنبه | چهارشنبه | پنجشنبه | جمعه | شنبه | یکشنبه",
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
    "mk": "понеделник | вторник | среда | четврток | петок | сабота | недела",
    "ms": "isnin | selasa | rabu | khamis | jumaat | sabtu | ahad",
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
    "sq": "e_hënë e_hene | e_martë e_marte | e_mërkurë e_merkure | e_enjte | e_premte | e_shtunë e_shtune | e_diel",
    "sr": "понедељак | уторак | среда | четвртак | петак | субота | недеља",
    "sr_Latn": "ponedeljak ponedjeljak | utorak | srijeda sreda | četvrtak cetvrtak | petak | subota | nedjelja "
               "nedelja",
    "sv": "måndag mandag | tisdag | onsdag | torsdag | fredag | lördag lordag | söndag sondag",
    "sw": "jumatatu | jumanne | jumatano | alhamisi | ijumaa | jumamosi | jumapili",
    "th": "วันจันทร์ | วันอังคาร | วันพุธ วันพธ | วันพฤหัสบดี | วันศุกร์ วันศกร์ | วันเสาร์ | วันอาทิตย์",
    "tr": "pazartesi | sali | çarşamba carsamba | perşembe persembe | cuma | cumartesi | pazar",
    "uk": "понеділок | вівторок | середа | четвер | п'ятниця | субота | неділя",
    "ur": "پیر | منگل | بدھ | جمعرات | جمعہ | ہفتہ | اتوار",
    "vi": "thứ_hai thu_hai | thứ_ba thu_ba | thứ_tư thu_tu | thứ_năm thu_nam | thứ_sáu thu_sau | thứ_bảy thu_bay | "
          "chủ_nhật chu_nhat",
    "zh": "星期一 | 星期二 | 星期三 | 星期四 | 星期五 | 星期六 | 星期日",
}
_SHORT_WEEKDAYS = {
    "ar": "إثنین اثنین | ثلاثاء | أربعاء اربعاء | خمیس | جمعة | سبت | أحد احد",
    "bn": "সোম | মঙ্গল | বুধ | বৃহস্পতি | শুক্র | শনি | রবি",
    "bs": "pon | uto | sri | čet cet | pet | sub | ned",
    "da": "man | tirs | ons | tors | fre | lør | søn",
    "de": "mo | di | mi | do | fr | sa | so",
    "el": "δευ | τρί τρι | τετ | πέμ πεμ | παρ | σάβ σαβ | κυρ",
    "en": "mon | tue tues | wed | thu thur thurs | fri | sat | sun",
    "es": "lun | mar | mié mie | jue | vie | sáb sab | dom",
    "fr": "lun | mar | mer | jeu | ven | sam | dim",
    "he": "יום_ב | יום_ג | יום_ד | יום_ה | יום_ו | שבת | יום_א",
    "hi": "सोम | मंगल | बुध | गुरु | शुक्र | शनि | रवि",
    "hr": "pon | uto | sri | čet cet | pet | sub | ned",
    "hu": " |  | sze |  |  | szo | ",
    "id": "sen | sel | rab | kam | jum | sab | min",
    "is": "mán man | þri | mið | fim | fös fos | lau | sun",
    "it": "lun | mar | mer | gio | ven | sab | dom",
    "lv": "pirmd | otrd | trešd tresd | ceturtd | piektd | sestd | svētd svetd",
    "mk": "пон | вто | сре | чет | пет | саб | нед",
    "ms": "isn | sel | rab | kha | jum | sab | ahd",
    "nb": "man | tir | ons | tor | fre | lør | søn",
    "nl": "ma | di | wo | do | vr | za | zo",
    "nn": "mån man | tys | ons | tor | fre | lau | søn",
    "pl": "pon | wto | śro sro | czw | pią pia | sob | niedz nie",
    "pt": "seg segunda | ter terça terca | qua quarta | qui quinta | sex sexta | sáb sab | dom",
    "ro": "lun | mar | mie |  | vin | sâm sam | dum",
    "ru": "пн | вт | ср | чт | пт | сб | вс",
    "sl": "pon | tor | sre | čet cet | pet | sob | ned",
    "sq": "hën hen | mar | mër mer | enj | pre | sht | die",
    "sr": "пон | уто | сре | чет | пет | суб | нед",
    "sr_Latn": "pon | uto | sre sri | čet cet | pet | sub | ned",
    "sv": "mån man | tis | ons | tors | fre | lör lor | sön son",
    "th": " |  |  | พฤ |  |  | อา",
    "tr": "pzt | sal | çar car | per | cum | cmt | paz",
}
# By minutes from UTC.
_ZONES = {
    -600: "hast hawaii-aleutian_standard_time hnha hst",
    -540: "akst alaska_standard_time hnak",
    -480: "akdt alaska_daylight_saving_time alaska_daylight_time heak hnp pacific_standard_time pst",
    -420: "hnr mountain_standard_time mst pacific_daylight_time pdt",
    -360: "central_standard_time cst hnc mdt mountain_daylight_time",
    -300: "cdt central_daylight_saving_time central_daylight_time colombia_standard_time eastern_standard_time est hne"
          " peru_standard_time",
    -240: "ast atlantic_standard_time eastern_daylight_saving_time eastern_daylight_time edt hae hna venezuela_time",
    -210: "hnt hntn newfoundland_standard_time nst",
    -180: "adt argentina_standard_time atlantic_daylight_time brasilia_standard_time brt hora_de_brasília "
          "horário_de_brasília uruguay_standard_time uyt",
    -150: "hetn ndt newfoundland_daylight_time",
    0: "etc/gmt etc/utc gmt ut utc western_european_standard_time wet wez z",
    60: "bst central_european_standard_time cet met mez seč wat wedt west west_africa_standard_time "
        "western_european_summer_time wesz",
    120: "cat central_africa_time central_european_summer_time cest eastern_european_standard_time eet mest mesz oez "
         "sast selč south_africa_standard_time",
    180: "east_africa_time eastern_european_summer_time eat eedt eest moscow_time msk oesz trt мск "
         "по_московскому_времени",
    210: "iran_standard_time irst",
    240: "gst gulf_standard_time gulf_time",
    300: "pakistan_standard_time pkt",
    345: "nepal_time npt",
    420: "giờ_hà_nội giờ_việt_nam ict indochina_time western_indonesia_time wib",
    480: "australian_western_standard_time awst beijing_time central_indonesia_time hkt hong_kong_standard_time "
         "malaysia_time myt pht sgt singapore_standard_time wita 北京时间 北京時間 台北時間",
    540: "eastern_indonesia_time japan_standard_time jst kst 日本時間 한국시간",
    570: "acst australian_central_standard_time",
    600: "aest australian_eastern_standard_time",
    630: "acdt australian_central_daylight_time",
    660: "aedt australian_eastern_daylight_time",
    720: "new_zealand_standard_time nzst",
    780: "new_zealand_daylight_time nzdt",
}
_HALVES = {
    "a": "ص пр.об π.μ قبلازظهر ق.ظ 午前 오전 претпл ก่อนเที่ยง дп 上午 새벽 아침 早上 凌晨 清晨 सुबह सकाळी সকাল ভোর এএম صباح صباحا صبح"
         " öö sáng pg p.d e_paradites paradite πμ পূর্বাহ্ন পূর্বাহ্ণ पूर्वाह्न",
    "p": "م сл.об μ.μ بعدازظهر ب.ظ 午後 오후 попл หลังเที่ยง пп 下午 저녁 晚上 傍晚 午后 शाम বিকাল বিকেল সন্ধ্যা পিএম مساء مساءا عصر"
         " عصرا شام ös chiều tối ptg m.d e_pasdites pasdite μμ অপরাহ্ন অপরাহ্ণ अपराह्न",
    "noon": "中午 दोपहर দুপুর ظهرا دوپہر trưa",
    "night": "रात রাত لیلا رات 深夜 밤 đêm",
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
OWN_MONTHS = {
    language: {name: int(number) for name, number in (pair.split("=") for pair in pairs.split())}
    for language, pairs in _OWN_MONTHS.items()
}
"""By language, names that are words or other months in another language."""
WEEKDAYS = frozenset(_numbered(_WEEKDAYS))
SHORT_WEEKDAYS = frozenset(_numbered(_SHORT_WEEKDAYS))
"""Some are everyday words in another language: only a date beside them makes them weekdays."""
FIXED_ZONES = {name.replace("_", " "): minutes for minutes, names in _ZONES.items() for name in names.split()}
"""Names, with minutes from UTC."""
CIVIL_ZONES = {
    "aet": "Australia/Sydney",
    "akt": "America/Anchorage",
    "alaska time": "America/Anchorage",
    "at": "America/Halifax",
    "atlantic time": "America/Halifax",
    "australian central time": "Australia/Adelaide",
    "australian eastern time": "Australia/Sydney",
    "central european time": "Europe/Paris",
    "central time": "America/Chicago",
    "ct": "America/Chicago",
    "eastern european time": "Europe/Bucharest",
    "eastern time": "America/New_York",
    "et": "America/New_York",
    "heure de paris": "Europe/Paris",
    "hora peninsular": "Europe/Madrid",
    "htn": "America/St_Johns",
    "mountain time": "America/Denver",
    "mt": "America/Denver",
    "new zealand time": "Pacific/Auckland",
    "newfoundland time": "America/St_Johns",
    "nzt": "Pacific/Auckland",
    "pacific time": "America/Los_Angeles",
    "pt": "America/Los_Angeles",
    "western european time": "Europe/Lisbon",
}
"""Names for both halves of the year, with a place whose clock shows them."""
AMBIGUOUS_ZONES = frozenset("ist".split())
"""Names that several countries use: only the zone of the source can decide."""
HALVES = {name.replace("_", " "): kind for kind, names in _HALVES.items() for name in names.split()}
"""Halves of the day beyond am and pm, each with ``a``, ``p``, ``noon`` or ``night``."""
