from __future__ import annotations

import hashlib

import numpy as np

from catalog.names.terms import document_terms, query_terms
from catalog.names.terms_fingerprint import VERSION, terms_fingerprint
from catalog.parts import Part

NAMES = (
    "Sechskantschraube M 8x20 DIN 933 verzinkt",
    "SKT-SCHR. M8×20 ISO 4017 A2-70",
    "Rillenkugellager 6205-2RS C3",
    "Wellendichtring 20x35x7 NBR",
    "Druckfeder, rostfrei, 1,5 x 12 x 40 mm",
    "Zahnradpumpe mit Sicherheitsventil 0,5 kW 230 V",
    "Befestigungswinkel links RAL 7035",
    "Näherungsschalter induktiv M12 24 V DC",
    "hexagon socket head cap screws M6 x 16",
    "deep groove ball bearings, sealed",
    "O-ring 20x2 FKM 80 Shore",
    "pressure relief valve G1/2 0...16 bar",
    "left-hand mounting brackets for cable trays",
    "batteries and chargers",
)
QUERIES = (*NAMES, "2004-E205", "A 123.456/7", "M8", "din933", "von der und", "Größe Ø 25")


def test_the_version_is_raised_when_names_get_other_terms() -> None:
    """When this fails, raise VERSION, then put it and the new digest here.

    Catalogues remember the fingerprint: an unchanged one would let them be searched for other words
    than they hold.
    """
    digest = hashlib.sha256()
    documents = [document_terms(Part("AB-12.345/7", name_de=name, name_en=name)) for name in NAMES]
    for terms in (*documents, *map(query_terms, QUERIES)):
        assert terms is not None
        digest.update(terms.indices.tobytes() + np.round(terms.values, 3).tobytes())
    assert (VERSION, digest.hexdigest()[:16]) == (1, "2fd5f33dc376559d")


def test_it_is_the_same_every_time() -> None:
    assert len(terms_fingerprint()) == 64
    terms_fingerprint.cache_clear()
    assert terms_fingerprint() == terms_fingerprint()
