"""Dutch words that tell an address from ordinary language."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _endings(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# A word with one of these endings is a street, also without a capital.
STREET_ENDINGS = _endings(
    """
    straat str. laan weg plein pad hof singel kade gracht dreef steeg dijk plantsoen boulevard allee
    """
)
# With these only when written as a name, or after a word like "woon".
NAME_ENDINGS = _endings(
    """
    park erf veld waard donk oord horst wal markt baan brink meent kamp zoom rade gaarde akker beemd ring
    passage promenade werf haven stede heuvel schans poort brug tuin tuinen hoek steen hout borg burg berg
    weide wijk hoeve kwartier eind einde bos tocht vaart sluis molen rode hage slag wetering oever rijn
    stein stee wende wade monde sloot
    """
)
# Ordinary words that end like a street.
NO_STREETS = _words(
    """
    onderweg snelweg autoweg ringweg halfweg toegangsweg hoofdweg zijweg terugweg heenweg voetpad
    fietspad wandelpad tuinpad zandpad bospad zebrapad schoolplein winkelplein speelplein parkeerplein
    binnenplein kerkhof gerechtshof ziekenhof winkelstraat hoofdstraat zijstraat woonstraat supermarkt
    weekmarkt rommelmarkt vlooienmarkt kerstmarkt boekenmarkt banenmarkt ijsbaan bowlingbaan tennisbaan
    loopbaan bijbaan trambaan busbaan dierenpark pretpark speelpark stadspark voetbalveld sportveld
    speelveld grasveld moestuin voortuin achtertuin volkstuin speeltuin dierentuin zithoek eethoek
    speelhoek baksteen stoepsteen brandhout weekeind weekeinde uiteinde opslag toeslag verslag uitslag
    woonwijk nieuwbouwwijk ophaalbrug loopbrug fietsbrug windmolen koffiemolen jachthaven luchthaven
    rondvaart
    """
)
# What also has a capital and a number, and is no street.
NUMBERED_THINGS = _words(
    """
    bus lijn tram metro kamer zaal vraag perron spoor loket balie afdeling route formulier stap deel
    hoofdstuk verdieping etage ingang windows office android iphone ipad samsung versie type model groep
    klas niveau maat poli polikliniek post halte zone blok week dag nummer artikel bladzijde pagina
    kanaal zender maandag dinsdag woensdag donderdag vrijdag zaterdag zondag
    """
)
# After a number these make it an amount or a date: "het plein 3 keer rond".
COUNTED = _words(
    """
    uur uren uurtje uurtjes keer maal min minuut minuten minuutje minuutjes dag dagen week weken weekenden
    maand maanden jaar jaren euro euro's cent meter m m2 km kilometer cm kilo kg gram liter graden procent
    stuks stuk paar personen persoon mensen man mannen vrouw vrouwen kinderen kind ouderen buren
    buurtgenoten volwassenen bewoners deelnemers honden katten kippen konijnen vogels tassen tasjes zakken
    dozen kratten flessen pakken pakjes potten brieven formulieren bomen boompjes struiken planten tegels
    treden trappen rijen stoelen tafels kasten kastjes lampen lampjes ramen deuren kamers huizen woningen
    verdiepingen etages haltes plekken plaatsen rondjes ronden rondes boodschappen dingen klusjes klussen
    afspraken vragen avonden ochtenden middagen nachten zakjes bakken palen paaltjes containers kliko's
    auto's fietsen januari februari maart april mei juni juli augustus september oktober november december
    jan feb mrt apr jun jul aug sep sept okt nov dec
    """
)
# Before a name with a number these make it an address, whatever the name ends in.
ADDRESS_CUES = _words(
    """
    woon woont wonen wonende adres huisadres bezoekadres thuisadres ophaaladres woonadres straatnaam huis
    flat ophalen opgehaald bezorgen afleveren
    """
)
PARTICLES = _words(
    """
    van von de den der het ter ten te 't 's la le aan op in naar
    """
)
NAME_PREFIXES = _words(
    """
    van von ter ten 't 's
    """
)
# Words that open a name, with or without a capital.
NAME_WORDS = _words(
    """
    oude nieuwe lange korte grote kleine hoge lage brede smalle groene eerste tweede derde burgemeester
    prins prinses koning koningin graaf gravin hertog keizer dokter dr. professor prof. meester mr. pastoor
    dominee ds. pater kapelaan kardinaal zuster generaal admiraal kapitein sint st. sint. jonkheer jhr.
    burg.
    """
)
# Words with a capital before a street that are not part of its name.
SENTENCE_OPENERS = _words(
    """
    aan adres bij breng de dit een er graag haal het hij hulp iemand ik in is kan komen kom kunnen kunt mijn
    naar ons onze op straat van vanaf voor wie wij wil woon wonen we wonend ze zij
    """
)
# Lower-case words of two letters that follow a year or an amount, where a postcode would have its letters.
SHORT_WORDS = _words(
    """
    af al as at bv de dr eh en er ga ha he hè ho ie ik in is ja je la ma me mi mn na no nr nu of oh ok om op
    pa pk pm sm st te to tv uw va wc we zo ze zn
    """
)
UNITS = _words(
    """
    kg km cc ml mm cm dm gr mg kw mb gb tb hz ha pk
    """
)
