"""A student who looks for a word in every file that a worker can reach: by walking, and by name."""

import os
import sys


def attack(word, names, since):
    """The files that hold `word`, of those changed after `since`, and how many files were seen."""
    seen = set()
    places = ["/", os.getcwd(), os.pardir, sys.prefix, sys.base_prefix, *filter(None, sys.path), *names]
    for place in places:
        for climb in (place, *parents(place)):
            seen.update(below(climb, seen))
    return {"found": [name for name in sorted(seen | set(names)) if holds(name, word, since)], "seen": len(seen)}


def parents(place):
    while place not in ("", "/", os.pardir):
        place = os.path.dirname(place)
        yield place


def below(place, seen):
    if place in seen:
        return
    for folder, _, files in os.walk(place):
        seen.add(folder)
        yield from (os.path.join(folder, name) for name in files)


def holds(name, word, since):
    try:
        if os.stat(name).st_mtime < since:
            return False
        with open(name, "rb") as file:
            return word.encode() in file.read()
    except OSError:
        return False
