# Copyright (c) the buoyant authors.
# SPDX-License-Identifier: ISC

"""Where the site has what pages name in code: `Node::propose` -> its place in the reference."""

import xml.etree.ElementTree

KINDS = ("class", "struct")
# Names of other namespaces are linked where they are written in full.
SHORT = ("buoyant::", "buoyant::port::")


def names_of(scoped):
    """What a page may call it."""
    names = [scoped]
    for prefix in SHORT:
        if scoped.startswith(prefix):
            names.append(scoped[len(prefix):])
    return names


def read_names(tagfile):
    """name -> address, from what Doxygen wrote of the headers; who is named twice is left out."""
    places, twice = {}, set()

    def add(scoped, place):
        for name in names_of(scoped):
            if places.setdefault(name, place) != place:
                twice.add(name)

    for compound in xml.etree.ElementTree.parse(tagfile).getroot().iter("compound"):
        if compound.get("kind") not in KINDS:
            continue
        scoped = compound.findtext("name")
        add(scoped, compound.findtext("filename"))
        seen = set()
        for member in compound.iter("member"):
            name = member.findtext("name")
            # Of overloads the first one.
            if name not in seen and member.findtext("anchor"):
                seen.add(name)
                add(f"{scoped}::{name}", f"{member.findtext('anchorfile')}#{member.findtext('anchor')}")
    return {name: place for name, place in places.items() if name not in twice}
