"""Words so common that a short message holds one: they tell a language where letters alone leave it open.

Written without accents, as they are compared. A word stands only where it is much more common than
in the others. The groups that are no language of ours are other languages, and ours in letters that are not theirs.
"""

from __future__ import annotations

from typing import Final

LATIN: Final = {
    "sv": """jag och inte ar det pa med som att mig dig nagon har kan hur vad var vill min mitt mina han hon vi ni
        en ett om till fran nar mycket behover hjalp hjalpa finns blir vara ska maste aldrig alltid ocksa tack hej sig
        hos efter kommer mar fick nagot nagra inga ingen dom kanske gor vet far fatt aven barn mamma pappa""",
    "en": """i the and is my me you he she they we not do does are was have has with for what how where who need
        want can cant dont am im it this that of help someone please get your our her his him to a""",
    "fi": """mina en on ei ja se etta minun minua mulla ma oon mista missa mita miten joku voiko saa olen oli han hanen
        kun kanssa haluan pitaa nyt niin mutta kiitos onko meidan aina lapsi aiti isa minulla tarvitsen""",
    "so": """waan waxaan waa ma oo iyo ayaa ayuu ku ka la in inaan uu ay igu wuu wuxuu waxay aan qof mid waxa miyaa
        aniga carruurta lacag guriga fadlan xaggee sidee maxaa baan iga soo""",
    "ku": """ez min te li di de bi ji re u heye tune naxwazim dixwazim nizanim ku ku ci cima her kes me we hev nikarim
        alikari ne ye ditirsim male zarok zaroken gelek ev ew niha ke""",
    "tr": """bir ve bu ben bana beni benim var yok ne mi icin cok degil nasil nerede kim ile gibi ama daha sonra her
        istiyorum lazim yardim oglum kizim kocam esim ev eve cocuk nereye miyim misiniz olarak""",
    "pl": """nie jest sie mam mnie mi moj moja jak gdzie kto czy ze do na za jestem bardzo juz tylko od ktos chce prosze
        moge musze pomoc dziecko syn corka corki maz zona dom domu nic boje gdy bo dzis znowu duzo ile tam jestes
        jutro brata pije mamy""",
    "es": """no yo que de la el los las mi me es en un una con por para como donde quien mucho esta estoy tengo necesito
        quiero hay pero nada se lo al muy cuando hijo hija ayuda casa nos del y""",
    "bs": """ja je da ne mi se sam nije su na u moj moja me sta kako gdje gde ko li imam nemam ima zelim hocu trebam
        treba molim pomoc dijete djeca kuci kuce sin kcerka muz zena od za sve nam bi ali nista kad samo""",
    "Arabic": """ana enta enti wallah allah mesh mish mush ma3 fi3 3ala 3am 3andi 3indi shu shou kteer ktir ktr badi
        bidi biddi halla2 leish lesh kif keef ahli jouzi jozi wladi btidrobni byidrobni masari habibi ya3ni inta la2 2na
        bkhaf w3 el bel kel yom wein ween fein feen 7ada 7ata a7ki m3a""",
    "Persian": """mikham mikhaam nemidoonam nemidunam nadaram daram kheyli kheili khaheram barodaram baradaram shoharam
        dokhtaram pesaram mano mizane chetori chetor chikar komak konam kojast koja hastam nist ast baraye emshab bache
        man tanham mitarsam khune khoone nemitoonam bemiram kasi""",
    "Russian or Ukrainian": """ya menya mne ne chto kak gde kto moy moya muzh zhena znayu hochu khochu nechego ochen
        segodnya mene meni nema scho shcho yak cholovik zhyty hroshey dity ditey potriben potribna pomogite dopomozhit
        byot bet nuzhen nuzhna domu boyus net""",
    "other": """ich nicht mein meine und wo habe kein der die das mit zu ist ik niet mijn wat met je ne pas suis mon ma
        jeg ikke mig af hvad hvor hjem min og er che non il mio sono di o meu eu nao com quem isso nuk di burri si este
        nu bate meu ma ei pole kus nem hogy vagyok az""",
}  # fmt: skip

CYRILLIC: Final = {
    "ru": frozenset(
        """и как что где кто меня мне мой моя мои мое есть или если только очень сейчас надо нужен нужна нужно помощь
        помогите жить муж он она мы вы с для себя уроки дома когда мной никого ничего ли""".split()
    ),
    "uk": frozenset(
        """та що як де хто мене з зі або якщо тільки дуже зараз треба потрібна потрібен допомога допоможіть жити
        це цей ця мій чоловік він вона ми ви для себе вдома коли мною нікого нічого чи його її""".split()
    ),
}
"""For messages without a letter that only one of the two has."""

SWEDISH_OFFICES: Final = frozenset(
    """försörjningsstöd forsorjningsstod arbetsförmedlingen arbetsformedlingen försäkringskassan forsakringskassan
    migrationsverket skatteverket socialtjänsten socialtjansten socialen föräldrapenning foraldrapenning bostadsbidrag
    personnummer samordningsnummer bankid kronofogden inkasso bygglov återvinning återvinningscentralen orosanmälan
    orosanmalan vårdcentralen vardcentralen hyresvärd hyresvard kommun kommunen samarbetssamtal förskola forskola sfi
    boendeparkering soc""".split()
)
"""What is Swedish in a message in any language: it says nothing about what the rest is written in."""

ARABIC_SCRIPT_PERSIAN: Final = frozenset(
    """از كه براي برام دارم داره دارد ندارم نداره ندارد نداريم نيست هست است كنم كنيم كند كنه ميكنم كجا كجاست يه
    شده شد بايد خونه خانه بجه بسرم دخترم شوهرم ديكه جه جي ميشه نميشه خيلي اكه""".split()
)
"""Words that only Persian has, also when an Arabic keyboard has no letters for it (so written with ي, ك, ج, ب)."""

DARI: Final = frozenset(
    """ره استم بری بچیم گپ چطو پیسه مره خوده نمیتانم میتانم نمیتانیم میتانه سویدن سویدنی همرای همرایم بیادر
    بیادرم موتر سرک شفاخانه پوهنتون تشناب داکتر تیلفون راپور میخایم نمیخایم میخایه نمیخایه میته میتن میتم نمیته بتم
    بته بتی امشو شاروالی غالمغال ایلا کاکایم مشوره معاش معاشم چیغ مکتب صنف لت اولادها خسرم دری قریه ولسوالی جرمنی
    ناروی تذکره همتو خوارم""".split()
)
"""Words of Afghanistan's Persian; what is written in neither Dari nor Iranian words is taken as Persian."""

AMHARIC: Final = frozenset("ነው ናቸው ናት ነኝ እና ውስጥ ላይ አለ እኔ አለኝ የለኝም እባክዎ እባክህ ልጄ ጋር ነበር አይደለም አልችልም እፈልጋለሁ".split())
"""Amharic is written in the letters of Tigrinya and is not offered."""
