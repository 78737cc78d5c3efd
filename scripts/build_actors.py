"""Builds tracker/positions/actors/states.toml: every state with its other names, its capital and its adjectives.

    python -m venv /tmp/actors && /tmp/actors/bin/pip install babel==2.18.0 countryinfo==1.0.1
    /tmp/actors/bin/python scripts/build_actors.py

Names come from Babel (Unicode CLDR), capitals and demonyms from countryinfo (MIT). What is stale, missing or not the word that
English-language news uses is mended by the tables below. Seats of government and bywords are kept by hand in `governments.toml`.
"""

import json
import unicodedata
from pathlib import Path
from typing import Any

import countryinfo  # type: ignore[import-not-found, import-untyped, unused-ignore]
from babel import Locale  # type: ignore[import-not-found, import-untyped, unused-ignore]

OUT = Path(__file__).resolve().parent.parent / "tracker" / "positions" / "actors" / "states.toml"

# Members of the United Nations, and others that have a government of their own in the news.
CODES = [
    "AD", "AE", "AF", "AG", "AL", "AM", "AO", "AR", "AT", "AU", "AZ", "BA", "BB", "BD", "BE", "BF", "BG", "BH", "BI", "BJ",
    "BN", "BO", "BR", "BS", "BT", "BW", "BY", "BZ", "CA", "CD", "CF", "CG", "CH", "CI", "CL", "CM", "CN", "CO", "CR", "CU",
    "CV", "CY", "CZ", "DE", "DJ", "DK", "DM", "DO", "DZ", "EC", "EE", "EG", "ER", "ES", "ET", "FI", "FJ", "FM", "FO", "FR",
    "GA", "GB", "GD", "GE", "GH", "GI", "GL", "GM", "GN", "GQ", "GR", "GT", "GW", "GY", "HK", "HN", "HR", "HT", "HU", "ID",
    "IE", "IL", "IN", "IQ", "IR", "IS", "IT", "JM", "JO", "JP", "KE", "KG", "KH", "KI", "KM", "KN", "KP", "KR", "KW", "KZ",
    "LA", "LB", "LC", "LI", "LK", "LR", "LS", "LT", "LU", "LV", "LY", "MA", "MC", "MD", "ME", "MG", "MH", "MK", "ML", "MM",
    "MN", "MR", "MT", "MU", "MV", "MW", "MX", "MY", "MZ", "NA", "NE", "NG", "NI", "NL", "NO", "NP", "NR", "NZ", "OM", "PA",
    "PE", "PG", "PH", "PK", "PL", "PS", "PT", "PW", "PY", "QA", "RO", "RS", "RU", "RW", "SA", "SB", "SC", "SD", "SE", "SG",
    "SI", "SK", "SL", "SM", "SN", "SO", "SR", "SS", "ST", "SV", "SY", "SZ", "TD", "TG", "TH", "TJ", "TL", "TM", "TN", "TO",
    "TR", "TT", "TV", "TW", "TZ", "UA", "UG", "US", "UY", "UZ", "VA", "VC", "VE", "VN", "VU", "WS", "XK", "YE", "ZA", "ZM",
    "ZW",
]  # fmt: skip

# The name under which the party is kept, where CLDR's is not the one in everyday use.
NAMES = {
    "BA": "Bosnia and Herzegovina", "CD": "Democratic Republic of the Congo", "CG": "Republic of the Congo", "CI": "Ivory Coast",
    "CZ": "Czech Republic", "HK": "Hong Kong", "MM": "Myanmar", "PS": "Palestine", "TR": "Turkey", "TT": "Trinidad and Tobago",
    "VA": "Vatican", "AG": "Antigua and Barbuda", "KN": "Saint Kitts and Nevis", "LC": "Saint Lucia",
    "VC": "Saint Vincent and the Grenadines", "ST": "São Tomé and Príncipe", "MK": "North Macedonia", "SZ": "Eswatini",
    "TL": "East Timor",
}  # fmt: skip

OTHER_NAMES = {
    "AE": ["UAE", "U.A.E.", "the Emirates"], "BA": ["Bosnia", "Bosnia-Herzegovina"], "BY": ["Byelorussia"], "CV": ["Cabo Verde"],
    "CD": ["DR Congo", "Congo", "DRC", "D.R.C.", "Congo-Kinshasa", "Democratic Republic of Congo"], "CG": ["Congo-Brazzaville"],
    "CI": ["Côte d'Ivoire", "Cote d'Ivoire"], "CN": ["People's Republic of China", "PRC", "mainland China"], "CZ": ["Czechia"],
    "DE": ["Federal Republic of Germany"], "GB": ["UK", "U.K.", "Britain", "Great Britain"], "HK": ["Hong Kong SAR"],
    "IE": ["Republic of Ireland"], "IR": ["Islamic Republic of Iran", "Islamic Republic"],
    "KP": ["DPRK", "D.P.R.K.", "Democratic People's Republic of Korea"], "KR": ["Republic of Korea", "ROK"], "LA": ["Lao PDR"],
    "MK": ["Macedonia"], "MM": ["Burma"], "NL": ["Holland", "the Netherlands"],
    "PS": ["Palestinian Authority", "State of Palestine"], "RU": ["Russian Federation"],
    "SA": ["Saudi", "Kingdom of Saudi Arabia"], "SY": ["Syrian Arab Republic"], "SZ": ["Swaziland"], "TL": ["Timor-Leste"],
    "TR": ["Türkiye", "Turkiye"], "TW": ["Republic of China", "Chinese Taipei"],
    "US": ["U.S.", "US", "USA", "U.S.A.", "United States of America", "America"],
    "VA": ["Vatican City", "Holy See", "the Vatican"], "VE": ["Bolivarian Republic of Venezuela"], "VN": ["Viet Nam"],
    "FM": ["Federated States of Micronesia"], "GM": ["The Gambia"], "BS": ["The Bahamas"], "TZ": ["United Republic of Tanzania"],
}  # fmt: skip

# The seat of the executive, by the name in the news; two where both are used. Nothing where it is the state's own name.
CAPITALS = {
    "AE": ["Abu Dhabi"], "BI": ["Gitega"], "BJ": ["Porto-Novo", "Cotonou"], "BO": ["La Paz"], "BE": [],
    "CI": ["Abidjan", "Yamoussoukro"], "GE": ["Tbilisi"], "GL": ["Nuuk"], "GT": [], "HK": [], "GI": [], "KI": ["Tarawa"],
    "KW": [], "KZ": ["Astana"], "LK": ["Colombo"], "LU": [], "MC": [], "MV": ["Malé"], "SC": [], "MH": ["Majuro"],
    "MM": ["Naypyidaw", "Naypyitaw"], "MX": [], "MY": ["Kuala Lumpur", "Putrajaya"], "NL": ["The Hague"], "NR": [], "PA": [],
    "PS": ["Ramallah"], "PW": ["Ngerulmud"], "SG": [], "SM": [], "SZ": ["Mbabane"], "TW": ["Taipei"], "TZ": ["Dodoma"],
    "UA": ["Kyiv", "Kiev"], "US": ["Washington"], "VA": [], "XK": ["Pristina"], "ZA": ["Pretoria"], "DJ": [],
    "BR": ["Brasília", "Brasilia"], "IL": ["Jerusalem", "Tel Aviv"], "ID": ["Jakarta"], "IN": ["New Delhi", "Delhi"],
    "NG": ["Abuja"], "CH": ["Bern", "Berne"], "RO": ["Bucharest"], "FM": ["Palikir"], "ME": ["Podgorica"], "CL": ["Santiago"],
    "JM": [], "BB": ["Bridgetown"], "AG": [], "KN": [], "VC": [], "DM": [], "LC": [], "GD": [],
    "MN": ["Ulaanbaatar", "Ulan Bator"], "TD": ["N'Djamena"], "ES": ["Madrid"], "GY": ["Georgetown"], "SB": ["Honiara"],
}  # fmt: skip

ADJECTIVES = {
    "AE": ["Emirati"], "AF": ["Afghan"], "AG": ["Antiguan"], "AR": ["Argentine", "Argentinian"], "AZ": ["Azerbaijani", "Azeri"],
    "BA": ["Bosnian"], "BD": ["Bangladeshi"], "BF": ["Burkinabe"], "BW": ["Botswanan", "Motswana"],
    "BY": ["Belarusian", "Belarussian"], "CD": ["Congolese"], "CF": ["Central African"], "CG": [], "CH": ["Swiss"],
    "CL": ["Chilean"], "CV": ["Cape Verdean"], "CZ": ["Czech"], "DJ": ["Djiboutian"], "DK": ["Danish"], "DM": [],
    "DO": ["Dominican"], "EC": ["Ecuadorean", "Ecuadorian"], "ES": ["Spanish"], "FI": ["Finnish"], "FO": ["Faroese"],
    "GI": ["Gibraltarian"], "FM": ["Micronesian"], "FR": ["French"], "GB": ["British"], "GL": ["Greenlandic"], "GN": ["Guinean"],
    "HK": [], "IE": ["Irish"], "IL": ["Israeli"], "IN": ["Indian"], "IQ": ["Iraqi"], "IS": ["Icelandic"], "KG": ["Kyrgyz"],
    "KI": ["Kiribati"], "KM": ["Comorian"], "KN": ["Kittitian"], "KP": ["North Korean"], "KR": ["South Korean"],
    "KZ": ["Kazakh", "Kazakhstani"], "KW": ["Kuwaiti"], "LA": ["Lao", "Laotian"], "LB": ["Lebanese"], "LI": ["Liechtenstein"],
    "LS": ["Basotho", "Lesotho"], "LU": ["Luxembourg"], "MC": ["Monegasque"], "MG": ["Malagasy", "Madagascan"],
    "MK": ["Macedonian", "North Macedonian"], "ML": ["Malian"], "MM": ["Burmese", "Myanmar"], "MV": ["Maldivian"],
    "MZ": ["Mozambican"], "NE": ["Nigerien"], "NG": ["Nigerian"], "NL": ["Dutch"], "NO": ["Norwegian"], "NZ": ["New Zealand"],
    "OM": ["Omani"], "PG": ["Papua New Guinean"], "PH": ["Philippine", "Filipino"], "PK": ["Pakistani"], "PL": ["Polish"],
    "PS": ["Palestinian"], "QA": ["Qatari"], "RS": ["Serbian"], "SA": ["Saudi", "Saudi Arabian"], "SC": ["Seychellois"],
    "SE": ["Swedish"], "SG": ["Singaporean"], "SI": ["Slovenian", "Slovene"], "SK": ["Slovak", "Slovakian"], "SO": ["Somali"],
    "SR": ["Surinamese"], "SS": ["South Sudanese"], "SV": ["Salvadoran"], "SZ": ["Swazi"], "TH": ["Thai"], "TJ": ["Tajik"],
    "TL": ["Timorese"], "TM": ["Turkmen"], "TR": ["Turkish"], "TT": ["Trinidadian"], "TW": ["Taiwanese"], "UA": ["Ukrainian"],
    "US": ["American", "U.S.", "US"], "UZ": ["Uzbek"], "VA": ["Vatican"], "VE": ["Venezuelan"], "VN": ["Vietnamese"],
    "VU": ["Vanuatuan"], "XK": ["Kosovar", "Kosovan"], "YE": ["Yemeni"], "ZA": ["South African"], "ZW": ["Zimbabwean"],
    "CY": ["Cypriot"], "MX": ["Mexican"], "TD": ["Chadian"], "NA": ["Namibian"], "PY": ["Paraguayan"], "WS": ["Samoan"],
}  # fmt: skip

# Names of a people that are not an adjective with an s.
PEOPLES = {
    "AF": ["Afghans"], "DK": ["Danes"], "ES": ["Spaniards", "Spanish"], "FI": ["Finns"], "FR": ["French"],
    "GB": ["British", "Britons"], "IE": ["Irish"], "IS": ["Icelanders"], "KZ": ["Kazakhs"], "NL": ["Dutch"],
    "NZ": ["New Zealanders"], "PH": ["Filipinos"], "PL": ["Poles"], "RS": ["Serbs"], "SE": ["Swedes"], "SA": ["Saudis"],
    "SK": ["Slovaks"], "TR": ["Turks"], "CH": ["Swiss"], "CN": ["Chinese"], "JP": ["Japanese"], "VN": ["Vietnamese"],
    "PT": ["Portuguese"], "TW": ["Taiwanese"], "SI": ["Slovenes"], "AR": ["Argentines"], "HR": ["Croats"], "CY": ["Cypriots"],
    "KG": ["Kyrgyz"], "SB": ["Solomon Islanders"], "LB": ["Lebanese"], "XK": ["Kosovars"], "CG": [], "HK": [], "LI": [], "LS": [],
    "LU": [], "KI": [],
}  # fmt: skip


def plain(name: str) -> str:
    """The name without accents, as many outlets print it."""
    return "".join(c for c in unicodedata.normalize("NFD", name) if not unicodedata.combining(c))


def people(adjective: str) -> str:
    return adjective if adjective.endswith(("ese", "s", "ss", "ois")) else f"{adjective}s"


def unique(names: list[str], but: set[str]) -> list[str]:
    return [name for name in dict.fromkeys(names) if name and name not in but]


def quoted(names: list[str]) -> str:
    return json.dumps(names, ensure_ascii=False)


def main() -> None:
    names = Locale("en").territories
    facts: dict[str | None, dict[str, Any]] = {}
    for path in sorted((Path(countryinfo.__file__).parent / "data").glob("*.json")):
        if text := path.read_text(encoding="utf-8").strip():
            found = json.loads(text)
            facts.setdefault(found.get("ISO", {}).get("alpha2"), found)
    lines = [
        "# Every state: other names, the capital as a name of the government, adjectives, and names of the people.",
        "# Built by scripts/build_actors.py, not by hand: names from Unicode CLDR through Babel 2.18 (Unicode licence), capitals",
        "# and demonyms from countryinfo 1.0.1 (MIT), mended there.",
        "",
    ]
    for code in CODES:
        fact = facts.get(code, {})
        cldr = names[code].replace("’", "'").replace(" & ", " and ")
        name = NAMES.get(code, cldr.replace("St. ", "Saint "))
        capital = fact.get("capital")
        capitals = CAPITALS.get(code, [capital] if isinstance(capital, str) else [])
        demonym = fact.get("demonym")
        adjectives = ADJECTIVES.get(code, demonym.split(",")[:1] if isinstance(demonym, str) else [])
        peoples = PEOPLES.get(code, [people(adjective) for adjective in adjectives])
        others = [*OTHER_NAMES.get(code, []), cldr if code not in ("HK", "PS", "CD", "CG") else "", plain(name)]
        fields = {
            "names": unique(others, {name}),
            # Without its accent, Malé is another word.
            "capitals": unique([form for c in capitals for form in (c, c if c == "Malé" else plain(c))], {name}),
            "adjectives": unique(adjectives, set()),
            "people": unique(peoples, set()),
        }
        lines.append(f"[{json.dumps(name, ensure_ascii=False)}]")
        lines += [f"{key} = {quoted(value)}" for key, value in fields.items() if value]
    OUT.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
