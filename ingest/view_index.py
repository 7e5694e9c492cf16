"""Which image files are the views of a part: by the table, by file name, or by folder name.

A file belongs to part 4711 when its name is the part number between separators, after words
without digits and before a view's mark (``4711.jpg``, ``IMG_4711_2.jpeg``, ``4711-front.png``), or
when it lies in a folder named 4711. Whatever is no letter or digit counts as a separator, so that
part ``12/34`` finds ``12_34.jpg``. Several parts that claim one file are settled by the longer
number; where that does not decide, the file is reported and given to none.
"""

from __future__ import annotations

import os
import re
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, takewhile
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from catalog.images.archive import ImageArchive
from catalog.images.listing import IMAGE_SUFFIXES, fold_name
from catalog.parts import part_key
from catalog.tables.rows import SourceRow

_TOKEN = re.compile(r"[^\W_]+")
_DIGITS = re.compile(r"(\d+)")
_VIEW_MARK = re.compile(r"[^\W\d_]+\d{0,3}|\d{1,3}[^\W\d_]?|00\d\d|(19|20)\d{6}")
"""What may follow a part number: a word, up to three digits, a counter like 0001, or a date."""
_SKIPPED_FOLDERS = ("/__macosx/", "/@eadir/")
_MAX_TOKENS = 12
_FOLDER = 128
"""Rank of a claim by folder; plus the depth, so that the nearest folder counts."""
_NOBODY, _SEVERAL = np.uint64(0), np.uint64(1)
_BATCH = 8192


@dataclass(frozen=True, slots=True)
class ViewReferences:
    """The views of one part in natural order, and the files that fit other parts as well.

    ``notes`` are counted: ``ambiguous_view`` when there are any of the latter.
    """

    references: tuple[str, ...]
    ambiguous: tuple[str, ...] = ()

    @property
    def notes(self) -> tuple[str, ...]:
        """Stable keys of what the report should count."""
        return ("ambiguous_view",) if self.ambiguous else ()


class ViewIndex:
    """The image files of a folder or zip by the part numbers in their names.

    About 120 bytes a file, whatever the number of parts. ``files`` counts the image files,
    ``other_files`` what is no image by its name; with the part numbers known, ``unmatched`` those
    no part claims and ``ambiguous`` those that several do.
    """

    def __init__(self, paths: Iterable[str], part_numbers: Iterable[str] | None = None) -> None:
        self._paths = _Paths()
        self.other_files = 0
        keys, files, ranks = array("Q"), array("L"), array("B")
        for path in paths:
            if not _is_image(path):
                self.other_files += 1
                continue
            for key, rank in _claims(path):
                keys.append(key)
                files.append(len(self._paths))
                ranks.append(rank)
            self._paths.append(path)
        order = np.argsort(np.frombuffer(keys, dtype=np.uint64), kind="stable")
        self._keys = np.frombuffer(keys, dtype=np.uint64)[order]
        self._files = np.frombuffer(files, dtype=f"u{files.itemsize}")[order].astype(np.uint32)
        self._ranks = np.frombuffer(ranks, dtype=np.uint8)[order]
        self._owners = None if part_numbers is None else self._settle(part_numbers)

    @classmethod
    def build(cls, root: Path, part_numbers: Iterable[str] | None = None) -> Self:
        """Scan a folder with its subfolders (links to folders are not followed) or a zip once.

        ``part_numbers`` are those of the whole table, read once and not kept: only who else could
        own a file tells whether it is ambiguous. Without them each part gets all files that fit.
        """
        if root.is_dir():
            return cls(_walk(root), part_numbers)
        with ImageArchive(root) as archive:
            return cls(archive.names(), part_numbers)

    @property
    def files(self) -> int:
        """How many image files there are."""
        return len(self._paths)

    @property
    def unmatched(self) -> int:
        """How many image files no part number fits."""
        return self._count(_NOBODY)

    @property
    def ambiguous(self) -> int:
        """How many image files fit several part numbers alike."""
        return self._count(_SEVERAL)

    def views_of(self, row: SourceRow) -> ViewReferences:
        """Return the row's own references, or where it has none the files that fit its number."""
        if row.images:
            return ViewReferences(tuple(dict.fromkeys(row.images)))
        number = row.fields.get("part_number", "")
        key = np.uint64(_key(number))
        start = np.searchsorted(self._keys, key, side="left")
        end = np.searchsorted(self._keys, key, side="right")
        files = np.unique(self._files[start:end])
        if self._owners is None:
            return ViewReferences(self._names(files))
        owners = self._owners[files]
        return ViewReferences(
            self._names(files[owners == _owner(number)]), self._names(files[owners == _SEVERAL])
        )

    def _count(self, owner: np.uint64) -> int:
        return 0 if self._owners is None else int((self._owners == owner).sum())

    def _names(self, files: NDArray[np.uint32]) -> tuple[str, ...]:
        return tuple(sorted((self._paths[int(number)] for number in files), key=natural_order))

    def _settle(self, part_numbers: Iterable[str]) -> NDArray[np.uint64]:
        """Return the owner of each file, ``_NOBODY`` or ``_SEVERAL``. Shape (files,)."""
        claims = [self._claimed(batch) for batch in _batches(part_numbers)]
        entries = np.concatenate([entry for entry, _ in claims] or [np.empty(0, np.int64)])
        owners = np.concatenate([owner for _, owner in claims] or [np.empty(0, np.uint64)])
        by_folder = self._ranks[entries] >= _FOLDER
        named = self._best(entries[~by_folder], owners[~by_folder])
        housed = self._best(entries[by_folder], owners[by_folder])
        settled = np.where(named == _NOBODY, housed, named)
        settled[(named != _NOBODY) & (housed != _NOBODY) & (named != housed)] = _SEVERAL
        return settled

    def _claimed(self, part_numbers: list[str]) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
        """Return which entries of the index these parts claim, and the claiming parts."""
        keys = np.array([_key(number) for number in part_numbers], dtype=np.uint64)
        owners = np.array([_owner(number) for number in part_numbers], dtype=np.uint64)
        start = np.searchsorted(self._keys, keys, side="left")
        counts = np.searchsorted(self._keys, keys, side="right") - start
        within = np.arange(counts.sum()) - np.repeat(counts.cumsum() - counts, counts)
        return np.repeat(start, counts) + within, np.repeat(owners, counts)

    def _best(self, entries: NDArray[np.int64], owners: NDArray[np.uint64]) -> NDArray[np.uint64]:
        """Return for each file the part with the highest rank, ``_SEVERAL`` where two share it."""
        best = np.full(len(self._paths), _NOBODY)
        files, ranks = self._files[entries], self._ranks[entries]
        order = np.lexsort((owners, ranks, files))
        files, ranks, owners = files[order], ranks[order], owners[order]
        best[files] = owners  # of equal files the last one stays: the highest rank
        top = np.zeros(len(self._paths), dtype=np.uint8)
        top[files] = ranks
        tied = (ranks == top[files]) & (owners != best[files])
        best[files[tied]] = _SEVERAL
        return best


def natural_order(path: str) -> tuple[list[tuple[int, int, str]], str]:
    """Return a sort key: numbers by value, shorter names first, so 4711, 4711_2, 4711_10."""
    stem = fold_name(path.rpartition(".")[0])
    parts = (part for part in _DIGITS.split(stem) if part)
    key = [(0, int(p), "") if p.isdecimal() else (1, 0, p) for p in parts]
    return key, path


def _claims(path: str) -> Iterator[tuple[int, int]]:
    """Yield the keys of all part numbers whose view the file may be, with the rank of the claim."""
    *folders, name = path.split("/")
    tokens = _tokens(name.rpartition(".")[0])[:_MAX_TOKENS]
    words = len(list(takewhile(str.isalpha, tokens)))
    marks = len(list(takewhile(_VIEW_MARK.fullmatch, reversed(tokens))))
    for start in range(min(words, len(tokens) - 1) + 1):
        for end in range(max(start + 1, len(tokens) - marks), len(tokens) + 1):
            if start == 0 or end > words:
                yield hash("_".join(tokens[start:end])) & _MASK, end - start
    for depth, folder in enumerate(folders[: 255 - _FOLDER]):
        if _TOKEN.search(folder):
            yield _folder_key(folder), _FOLDER + depth


_MASK = 0x7FFF_FFFF_FFFF_FFFF


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(fold_name(text))


def _key(part_number: str) -> int:
    """Return what file names are looked up by: the number without regard to its separators."""
    return hash("_".join(_tokens(part_number))) & _MASK


_folder_key = lru_cache(maxsize=4096)(_key)


def _owner(part_number: str) -> np.uint64:
    """Return the identity of a part: two numbers that differ in a separator are two parts."""
    return np.uint64(2 + (hash(part_key(part_number)) & _MASK))


def _is_image(path: str) -> bool:
    folded = "/" + fold_name(path)
    hidden = "/." in folded or any(folder in folded for folder in _SKIPPED_FOLDERS)
    return not hidden and "." + folded.rpartition(".")[2] in IMAGE_SUFFIXES


def _walk(root: Path) -> Iterator[str]:
    for folder, folders, names in os.walk(root):
        folders.sort()
        below = Path(folder).relative_to(root).as_posix()
        prefix = "" if below == "." else below + "/"
        yield from (prefix + name for name in sorted(names))


def _batches(part_numbers: Iterable[str]) -> Iterator[list[str]]:
    numbers = iter(part_numbers)
    while batch := list(islice(numbers, _BATCH)):
        yield batch


class _Paths:
    """File names in one block of bytes: a Python list of them would take three times as much."""

    def __init__(self) -> None:
        self._block = bytearray()
        self._ends = array("Q", [0])

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __getitem__(self, number: int) -> str:
        text = self._block[self._ends[number] : self._ends[number + 1]]
        return text.decode("utf-8", "surrogateescape")

    def append(self, path: str) -> None:
        self._block += path.encode("utf-8", "surrogateescape")
        self._ends.append(len(self._block))
