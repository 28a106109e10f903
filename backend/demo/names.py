"""Invented names, streets and phone numbers. Whoever bears such a name by chance is not meant."""

from random import Random

FIRST_NAMES = (
    "Ria Jan Annie Kees Truus Henk Wil Piet Corrie Joop Greet Wim Bep Gerard Mien Theo Nel Cor Toos Arie Fatima Mohamed "
    "Aicha Hassan Yasmina Ahmed Zeynep Mehmet Elif Mustafa Sevda Oksana Petro Agnieszka Marek Ewa Priya Soraya Winston "
    "Naomi Milan Sanne Daan Lotte Bram Femke Thijs Iris Ruben Noor Stijn Eva Jeroen Marloes Bas Linda Peter Ingrid Rob "
    "Ellen Frank Monique Erik Saskia Marcel Karin Paul Anita Hans Yvonne Ton Marga Ed Tineke Jos Carla Ruud Els Dirk "
    "Hanneke Guus Loes Harm Trees Klaas Aaltje Bertus Dina Evert Fenna Gijs Hilde"
).split()
LAST_NAMES = (
    "de Wit|van Vliet|Bakkers|Jansma|Visscher|van Doorn|Meulenbeld|Hoekema|de Bruin|Kuipers|van Eck|Verweij|Schippers|"
    "Dekkers|van Rijnsoever|Brouwers|Mulderij|van Zijl|Postma|Kramers|Veenendaal|van Oudewater|Lekkerkerk|Brinkman|"
    "van Schaik|Hogendoorn|Tuinman|de Rooij|van Beusekom|Blokland|Yildirim|Aydin|El Amrani|Bouzid|Haddad|Kowalska|"
    "Nowicki|Shevchenko|Ramdin|Pinas|Tjin|Sewpersad|Demir|Oztürk|Benali|van der Ham|ter Horst|Zandstra|Wiersma|Hollander"
).split("|")
STREETS = (
    "Kastanjehof|Spechtlaan|Vlierstraat|Korenbloemhof|Molenpad|Lindegaarde|Wilgenerf|Zwaluwhof|Meidoornlaan|Veldzicht|"
    "Rietkraag|Populierenhof|Duindoorn|Klaverveld|Torenvalk|Zilvermeeuw|Appelgaarde|Bosrand|Weidezoom|Havenzicht"
).split("|")


def full_name(chance: Random) -> str:
    """A first name and a surname."""
    return f"{chance.choice(FIRST_NAMES)} {chance.choice(LAST_NAMES)}"


def phone_number(number: int) -> str:
    """An invented mobile number, valid in form. Nothing in the demonstration calls or sends anything to it."""
    return f"+3161000{number % 10_000:04d}"


def street_address(chance: Random, postcode: str) -> dict[str, str]:
    """An address that does not exist."""
    return {
        "street": chance.choice(STREETS),
        "house_number": str(chance.randint(1, 120)),
        "postcode": postcode,
        "city": "Nieuwegein",
    }
