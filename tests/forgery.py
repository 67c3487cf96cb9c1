"""Changed certificates for the tests of their checker."""

import hashlib
import json
from copy import deepcopy

from negotiation.errors import CertificateError
from negotiation.verify.verification import verify, verify_text


def sealed(document):
    """Give a changed document the digests that its content has, without the package's own functions."""

    def sha(value):
        return "sha256:" + hashlib.sha256(json.dumps(value, sort_keys=True, separators=(",", ":")).encode()).hexdigest()

    for entry in document["games"]:
        old, entry["digest"] = entry["digest"], sha(entry["game"])
        for solution in document["solutions"]:
            solution["game"] = entry["digest"] if solution["game"] == old else solution["game"]
    document["digest"] = sha({name: part for name, part in document.items() if name != "digest"})
    return document


def at(document, place):
    for step in place:
        document = document[step]
    return document


def changed(document, place, value):
    other = deepcopy(document)
    at(other, place[:-1])[place[-1]] = value
    return other


def is_caught(document):
    try:
        return not verify(document).holds
    except CertificateError:
        return True


def is_text_caught(text):
    try:
        return not verify_text(text).holds
    except CertificateError:
        return True
