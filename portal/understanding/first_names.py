"""First names that are common in Sweden, in the scripts in which people write here. They are no words of everyday
speech, so that each of them in a text means somebody. Names that are also words are left to the reader."""

from __future__ import annotations

from typing import Final

LATIN: Final = frozenset(
    """
    abbas abdallah abdi abdirahman abdul abdullah abdullahi abed adnan afrah ahmad ahmed aisha alexander alexandra
    ali alice alicia amanda amina amir amira anders andreas anette angelica anita anna annika anton antonia aram
    arash arvid asha asma astrid atefeh axel ayaan ayan aylin ayse bahar barbro bashar benjamin berfin berit bertil
    birgitta bosse britta camilla carina carl carolina caroline catharina cecilia charlotte christian christina
    christoffer claes conny cristina daniel daniela daniella david dawit dejan denis deqa dilan dragan ebba eddie
    edith edvin elias elif elin elina elisabet elisabeth elise ella ellen elliot elsa emil emilia emilie emir emma
    engin erik erika ester esther eva evelina ezra fabian fadi faduma fadumo farah farid fatemeh fatima fatma fatuma
    felicia felix filip fredrik freja fritz gabriel gabriella georg george gerd gertrud goran gustaf gustav gustavo
    göran gösta habib hamid hamza hana hanna hannah hasan hassan hawa helen helena henrik hibo hilda hodan hugo
    hussain hussein ibrahim ida idris ifrah ilhan iman imran ingela ingemar inger ingrid isabella isak ismail ivan
    jacob jafar jakob jamal jana jasmin jasmina jasmine jelena jenny jens jesper jessica jimmy joakim johan johanna
    johannes jonas jonatan josef josefin joseph julia julian jörgen kadir kalle karim karin karl karolina katarina
    kenneth kerstin kevin khadija khaled khalid konrad kristian kristina kristoffer lars lasse layla leif leila lena
    lennart leo leon liam lilian lina linda linnea linnéa linus lisa lisbeth lovisa lucas ludvig luka lukas lutfi
    magdalena magnus mahad mahdi mahmoud mahmud maj-britt maja malik malin marcus margareta maria mariam marianne
    marie marina mario markus marta martin martina maryam mathias matilda mats mattias mehdi mehmet melissa meryem
    michael mikael mirza mohamad mohamed mohammad mohammed mona monica monika morgan mostafa muhammad muhammed muna
    murat mustaf mustafa nadia nadja naima najma nasir nasra natalia natalie nathalie nils nina noor nora nour nova
    ola olga oliver olivia olle omar oscar oskar osman otto patricia patrick patrik paulina pelle per-erik peter
    petra philip pontus rachid rahma rami ramin rana rasmus rebecca rebecka reza rickard rikard robert robin roger
    roland ronja rosanna rune saad sabina sabrina sahra salah saleh salma samir samira samuel sandra sara sarah
    sebastian selam selma senait sergej shabnam shadi shahin sharif sherin sigrid simon siri sofia sofie sonja
    sophia stefan stella stina suleiman sumaya susanna susanne svante sven svetlana tariq tekle teodor teresa theo
    theodor therese thomas tina tobias tomas torbjörn tova tove tuva ulf ulla ulrika valdemar valter vera veronica
    victor victoria viktor viktoria viktorija vilma vincent wael walid wilhelm william yasin yasmin yasmine yonas
    yosef youssef yusra yusuf zahra zainab zaynab zeynep zlatan zoran åke åsa östen
    """.split()
)
ARABIC: Final = frozenset(
    """
    أحمد إبراهيم ئەحمەد ابراهيم احمد حسن حسين حسینی حوسێن حەسەن خالد خديجة رضا رنا زهرا زهرة زينب زەینەب سارة سلمى
    سمير طارق عائشة عبدالرحمن عبدالله عثمان علی عمر عەلی فاتیمە فاطمة فاطمه كريم محمد محمود محەمەد مريم مصطفى مهدی
    مەریەم هدى وليد ياسمين يوسف
    """.split()
)
CYRILLIC: Final = frozenset(
    """
    александр алексей анастасия андрей анна антон виктор владимир дмитрий дмитро екатерина елена иван игорь ирина
    катерина максим мария марія микола михаил михайло наталья наталія николай олег олександр олексій олена ольга
    павел павло светлана сергей сергій татьяна тетяна юлия юлія юрий юрій іван ірина
    """.split()
)
ETHIOPIC: Final = frozenset("መሓመድ ኣሕመድ ኢብራሂም ዮሴፍ ዳዊት ሳራ ማርያም ተስፋይ ሃይለ ገብረ".split())

FIRST_NAMES: Final = LATIN | ARABIC | CYRILLIC | ETHIOPIC
