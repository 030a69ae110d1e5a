"""What a list or a watch is about: label and field selectors, as far as they are used."""

import re


def selector(query):
    """A function that says of an object whether it is meant."""
    conditions = [
        *(condition for part in parts(query.get("labelSelector", "")) for condition in [label(part)]),
        *(field(part) for part in parts(query.get("fieldSelector", "")))]
    return lambda thing: all(condition(thing) for condition in conditions)


def parts(text):
    """Commas part requirements, but not within parentheses."""
    return [part.strip() for part in re.split(r",(?![^(]*\))", text) if part.strip()]


def label(text):
    if found := re.fullmatch(r"(\S+) in \(([^)]*)\)", text):
        values = {value.strip() for value in found[2].split(",")}
        return lambda thing: thing["metadata"].get("labels", {}).get(found[1]) in values
    name, value = re.fullmatch(r"([^=!]+)==?(.*)", text).groups()
    return lambda thing: thing["metadata"].get("labels", {}).get(name) == value


def field(text):
    name, value = re.fullmatch(r"metadata\.(name|namespace)==?(.*)", text).groups()
    return lambda thing: thing["metadata"].get(name) == value
