"""The words of a name: folded, joined, stemmed, split into the parts of German compounds."""
